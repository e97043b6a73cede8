// Previews for whoever shows them: made in a process of its own, kept until a mark changes.
import type { PreviewOut, PreviewQuery } from '../../contract/preview.ts'
import { marketKey } from '../../contract/market-name.ts'
import type { Clock } from '../../core/clock.ts'
import type { DatabaseChoice } from '../../core/database.ts'
import { AppError } from '../../core/errors.ts'
import { parseInstant, toIso } from '../../core/time.ts'
import type { Market } from '../../market/types.ts'
import { AskedProcess } from '../../core/asked-process.ts'
import type { Preview, PreviewOrder } from './messages.ts'

const PROCESS = new URL('preview-process.ts', import.meta.url)

/** Of patterns and markets that were asked about; the oldest is made anew when it is asked for again. */
const MOST_KEPT = 64

export interface PreviewParts {
  /** Root of the workspace. */
  readonly workspace: string
  readonly database: DatabaseChoice
  readonly clock: Clock
}

export class PreviewService {
  readonly #parts: PreviewParts
  /** As of the marks now, by market and pattern. */
  readonly #kept = new Map<string, Promise<PreviewOut>>()
  readonly #process = new AskedProcess<PreviewOrder, Preview>(PROCESS, { failed })

  constructor(parts: PreviewParts) {
    this.#parts = parts
  }

  /** @throws AppError `preview_failed`, `invalid_timestamp` */
  async get(market: Market, { pattern, from, to }: PreviewQuery): Promise<PreviewOut> {
    const range = {
      from: from === undefined ? -Infinity : parseInstant(from, 'from'),
      to: to === undefined ? Infinity : parseInstant(to, 'to'),
    }
    return within(await this.#keptOf(market, pattern ?? null), range)
  }

  /** A mark or a reviewed span of the market changed: what was said of it holds no longer. */
  changed(market: Market): void {
    for (const key of this.#kept.keys()) if (key.startsWith(`${marketKey(market)}@`)) this.#kept.delete(key)
  }

  stop(): void {
    this.#process.stop()
  }

  #keptOf(market: Market, pattern: string | null): Promise<PreviewOut> {
    const key = `${marketKey(market)}@${pattern ?? ''}`
    const kept = this.#kept.get(key)
    if (kept !== undefined) return kept
    const made = this.#make(market, pattern).then((preview) => ({
      ...preview,
      fitted_at: toIso(this.#parts.clock.now()),
    }))
    this.#kept.set(key, made)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest)
    // What failed is tried again when it is asked for again.
    made.catch(() => {
      if (this.#kept.get(key) === made) this.#kept.delete(key)
    })
    return made
  }

  #make({ venue, symbol }: Market, pattern: string | null): Promise<Preview> {
    const { workspace, database } = this.#parts
    return this.#process.ask({ workspace, database, market: { venue, symbol }, pattern })
  }
}

function failed(why: string): AppError {
  return new AppError(
    'preview_failed',
    `The preview could not be made: ${why}. It is tried again when asked for again.`,
    {
      status: 503,
    },
  )
}

function within(preview: PreviewOut, { from, to }: { from: number; to: number }): PreviewOut {
  const isInside = ({ timestamp }: { timestamp: string }): boolean => {
    const instant = Date.parse(timestamp)
    return instant >= from && instant < to
  }
  const calls = preview.calls.filter(isInside)
  const misses = preview.misses.filter(isInside)
  const hits = calls.filter(({ annotation_id }) => annotation_id !== null).length
  return { ...preview, calls, hits, false_calls: calls.length - hits, missed: misses.length, misses }
}
