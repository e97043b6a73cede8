// The DataProvider's interface: the one way in which charts, test cases, training and live inference see the market.
import type { Clock } from '../core/clock.ts'
import type { EpochMs } from '../core/time.ts'
import type { MarketSlice } from './slice.ts'
import type { Timeframe } from './timeframe.ts'
import type { Candle, Market, TimeRange, Trade } from './types.ts'

/** A stretch of a timeframe where candles are missing, not quiet. */
export interface Gap extends TimeRange {
  readonly timeframe: Timeframe
}

export interface CandlesRequest {
  readonly market: Market
  readonly timeframe: Timeframe
  /** from ≤ open < to. Without `from`, the last `limit` before `to`. */
  readonly from?: EpochMs
  readonly to?: EpochMs
  readonly limit: number
  /** Nothing at or later than this instant is visible; a candle still open then is forming. */
  readonly asOf: EpochMs
  /** Adds the candle that is forming as of `asOf`. */
  readonly forming: boolean
}

/** Reads what is stored. The training process has one of these over the same database. */
export interface MarketReader {
  markets(): Promise<Market[]>
  /** Closed candles, quiet ones filled, ascending; gaps are listed and left out. */
  candles(request: CandlesRequest): Promise<{ candles: Candle[]; gaps: Gap[] }>
  /**
   * `knownAt` rebuilds what was known at that time: candle versions that came later are not seen. Default: the newest.
   */
  slice(market: Market, asOf: TimeRange, options?: { knownAt?: EpochMs }): Promise<MarketSlice>
  /** First open and last end of what is stored of a timeframe; null where nothing is. */
  stored(market: Market, timeframe: Timeframe): Promise<TimeRange | null>
  /** Merged ranges in which a timeframe's candles are known (closed: traded or quiet). */
  coverage(market: Market, timeframe: Timeframe): Promise<readonly TimeRange[]>
  trades(market: Market, range: TimeRange): Promise<Trade[]>
}

export type SourceKind = 'demo' | 'replay' | 'exchange'
export type SourceState = 'connecting' | 'streaming' | 'stale' | 'ended'

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
}

export interface ProviderStatus {
  readonly kind: SourceKind
  readonly market: Market
  readonly simulated: boolean
  readonly state: SourceState
  /** Seconds of data a second. */
  readonly speed: number
  readonly lastEvent: EpochMs | null
  readonly lagMs: number | null
  readonly lateSeconds: number
  /** Seconds whose order book was recorded since the start, and those whose book came after they were decided. */
  readonly bookSeconds: { readonly recorded: number; readonly late: number }
  /** Null where the market is not a real one. */
  readonly connection: ConnectionReport | null
}

export interface CandleUpdate {
  readonly market: Market
  readonly timeframe: Timeframe
  readonly closed: boolean
  readonly candles: readonly Candle[]
}

/** A market that moves: the reader, the source's clock, and a tick for every second that is decided. */
export interface DataProvider extends MarketReader {
  /** The source's clock: wall time for demo and exchanges, the data's time in replay. */
  readonly clock: Clock
  /** What as-of means right now: every event before this instant is known. A whole second. */
  asOf(): EpochMs
  status(): ProviderStatus
  /** The market that is served, or the one named; throws `unknown_symbol` / `unknown_venue`. */
  resolve(symbol?: string, venue?: string): Market
  /**
   * Called once for every second S, in order, when S + grace has come: all that will be known as of S is readable. A replay waits for
   * the promise before it goes on; a live source does not.
   */
  onSecond(market: Market, listener: (second: EpochMs) => Promise<void>): () => void
  /** The source has no more data; sessions end with `end_of_data`. */
  onEnd(listener: (at: EpochMs) => void): () => void
  /** Closed and forming candles as they change, at most once a second per timeframe. */
  onCandle(listener: (update: CandleUpdate) => void): () => void
  start(): Promise<void>
  stop(): Promise<void>
}
