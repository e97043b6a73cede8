// What every source of a moving market is: an async iterator of market events with a clock of its own.
import type { Clock } from '../../core/clock.ts'
import type { PastBooks } from '../book/book-recorder.ts'
import type { ConnectionReport, SourceKind } from '../provider.ts'
import type { MarketStore } from '../store/market-store.ts'
import type { Market, MarketEvent } from '../types.ts'

/**
 * Rules for every source (test/unit/market/source-conformance.ts checks them): trades come in order of event time; `confirmed` marks are whole
 * seconds, strictly ascending; every trade before a mark comes before it, late ones of a real market apart, which correct what was decided; aborting the signal ends the iteration without an error.
 */
export interface MarketSource {
  readonly kind: SourceKind
  readonly market: Market
  readonly simulated: boolean
  /** Wall time, except in replay, where it is the data's time and moves before each `confirmed`. */
  readonly clock: Clock
  /** Seconds of data a second. */
  readonly speed: number
  /** Second S is decided at S + grace, ms: the source confirms it then. */
  readonly grace: number
  /** Brings the store up to now: what the source knows of the past and the store does not. Before `events`. */
  backfill?(store: MarketStore): Promise<void>
  /** Order books of the past, where the source knows them; they are recorded where the store has none. */
  readonly pastBooks?: PastBooks
  /** A real market's connection as it is now. */
  report?(): ConnectionReport
  events(signal: AbortSignal): AsyncIterable<MarketEvent>
}
