// How a live order book does: in step or not, why not, and how often it had to begin anew.
import type { EpochMs } from '../../core/time.ts'
import type { ResyncReason } from './synchronizer.ts'

/**
 * `connecting`: not in step for the first time yet. `live`: the venue's book. `stale`: in step as far as is known, but nothing is heard.
 * `out_of_step`: dropped; a new one is under way.
 */
export type BookStreamState = 'connecting' | 'live' | 'stale' | 'out_of_step'

export interface BookResync {
  readonly reason: ResyncReason
  /** In words: what was expected and what came. */
  readonly message: string
  /** By the exchange's clock. */
  readonly at: EpochMs
}

export interface BookReport {
  readonly state: BookStreamState
  /** Why it is not live, in words; null while it is. */
  readonly reason: string | null
  /** Exchange time of the last event in the book; null before the first. */
  readonly lastEvent: EpochMs | null
  /** How often the book was dropped and had to begin anew, and why the last time. */
  readonly resyncs: number
  readonly lastResync: BookResync | null
  /** Snapshots that were fetched, or sent by the venue. */
  readonly snapshots: number
  /** Diffs that came again. */
  readonly duplicates: number
  /** Messages that could not be read. */
  readonly malformed: number
  readonly reconnects: number
  /** Seconds whose book was not certain before they were decided: they are missing in the recording. */
  readonly missedSeconds: number
}
