// Suggestions for whoever shows them: made in a process of its own, which goes when nobody asks.
import { AppError } from '../../core/errors.ts'
import { AskedProcess } from '../../core/asked-process.ts'
import type { Proposals, SuggestionOrder, SuggestionQuery } from './messages.ts'

const PROCESS = new URL('suggestion-process.ts', import.meta.url)

export class SuggestionService {
  readonly #place: Pick<SuggestionOrder, 'workspace' | 'database'>
  readonly #process = new AskedProcess<SuggestionOrder, Proposals>(PROCESS, { failed })

  constructor(place: Pick<SuggestionOrder, 'workspace' | 'database'>) {
    this.#place = place
  }

  /** As of the marks and HOLDs now. @throws AppError `suggestions_failed` */
  make(query: SuggestionQuery): Promise<Proposals> {
    return this.#process.ask({ ...query, ...this.#place })
  }

  stop(): void {
    this.#process.stop()
  }
}

function failed(why: string): AppError {
  return new AppError(
    'suggestions_failed',
    `Suggestions could not be made: ${why}. They are tried again when asked for again.`,
    { status: 503 },
  )
}
