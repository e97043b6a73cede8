// What the server and the process that makes suggestions tell each other. Both are started from the same files.
import type { DatabaseChoice } from '../../core/database.ts'
import type { EpochMs } from '../../core/time.ts'
import type { Market } from '../../market/types.ts'
import type { ChosenMoment } from './choose-moments.ts'

/** A moment worth an answer, with the trade that an accepted one becomes. */
export interface Proposal extends Omit<ChosenMoment, 'side'> {
  readonly direction: 'LONG' | 'SHORT'
  /** Last close as of then. */
  readonly price: number
  readonly exit: { readonly at: EpochMs; readonly price: number }
  /** First tag of the annotations that it learnt from, where they share it. */
  readonly pattern: string | null
}

export interface Proposals {
  /** Best first. */
  readonly proposals: readonly Proposal[]
  /** Why there is none; null where there is one. */
  readonly reason: string | null
}

export interface SuggestionQuery {
  readonly market: Market
  readonly limit: number
  /** What is known now: nothing later is looked at. */
  readonly until: EpochMs
  /** Instants that were answered before. */
  readonly answered: readonly EpochMs[]
}

export interface SuggestionOrder extends SuggestionQuery {
  /** Root of the workspace. */
  readonly workspace: string
  readonly database: DatabaseChoice
}
