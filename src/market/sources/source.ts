// What every source of a moving market is: an async iterator of market events with a clock of its own.
import type { Clock } from '../../core/clock.ts'
import type { EpochMs } from '../../core/time.ts'
import type { PastBooks } from '../book/book-recorder.ts'
import type { BookReport } from '../book/book-report.ts'
import type { MarketStore } from '../store/market-store.ts'
import type { Timeframe } from '../timeframe.ts'
import type { Market, TimeRange } from '../types.ts'
import type { MarketEvent } from './market-event.ts'

/** What fetching a stretch of the past comes to. `none`: the source keeps nothing of that kind. */
export interface PastCost {
  readonly missing: readonly TimeRange[]
  readonly way: 'candles' | 'trades' | 'none'
  readonly requests: number
  /** About so long. */
  readonly seconds: number
}

export interface PastFetched {
  /** Rows that are new. */
  readonly added: number
  /** What is missing still. */
  readonly missing: readonly TimeRange[]
}

/** The past of a market that can be had when somebody asks for it. */
export interface PastOnDemand {
  cost(timeframe: Timeframe, range: TimeRange): PastCost
  /**
   * Fetches and stores what of `range` is missing.
   * @throws AppError `no_history`, `too_much_history` (422), `exchange_unreachable`, `exchange_refused` (502)
   */
  fetch(timeframe: Timeframe, range: TimeRange, signal: AbortSignal): Promise<PastFetched>
}

export type SourceKind = 'demo' | 'replay' | 'exchange'

/** What a source of a real market says about its connection. */
export interface ConnectionReport {
  readonly connected: boolean
  /** ms after a second at which it is confirmed now: grows with the measured lag. */
  readonly graceMs: number
  /** The exchange's clock less this machine's, and whether the exchange's own answer was contradicted by its trades. */
  readonly clockOffsetMs: number
  readonly clockDoubted: boolean
  /** From a trade's time to its arrival: half of them are faster, and 99 of 100. */
  readonly tradeLagMs: { readonly p50: number; readonly p99: number } | null
  readonly reconnects: number
  /** Stretches of ids that the stream left out and REST filled in. */
  readonly holesFilled: number
  /** Stretches of time that could not be fetched after a break. */
  readonly gaps: number
  /** Messages that could not be read. */
  readonly malformed: number
  /** The last thing that went wrong, in words; null once all is well again. */
  readonly trouble: string | null
  /** The live order book, where the exchange streams one. */
  readonly orderBook: BookReport | null
}

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
  /**
   * Brings the store up to now: what the source knows of the past and the store does not. Before `events`; ends early when aborted. `stamp`
   * says when what it stores, now or later, becomes known: a second that is decided already must stay as it was seen.
   */
  backfill?(store: MarketStore, signal?: AbortSignal, stamp?: () => EpochMs): Promise<void>
  /** Order books of the past, where the source knows them; they are recorded where the store has none. */
  readonly pastBooks?: PastBooks
  readonly past?: PastOnDemand
  /** Another machine stores it: what is confirmed is in the file already, and nothing is written here. */
  readonly isStoredElsewhere?: true
  /** A real market's connection as it is now. */
  report?(): ConnectionReport
  /** Lets go of what it holds; after `events` has ended, or where it never began. */
  close?(): void
  events(signal: AbortSignal): AsyncIterable<MarketEvent>
}
