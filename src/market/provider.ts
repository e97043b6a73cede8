// The DataProvider's interface: the one way in which charts, test cases, training and live inference see the market.
import type { Clock, SetBack } from '../core/clock.ts'
import type { EpochMs } from '../core/time.ts'
import type { Gap } from './gap.ts'
import type { MarketSlice } from './slice.ts'
import type { Timeframe } from './timeframe.ts'
import type { ConnectionReport, MarketSource, PastOnDemand, SourceKind } from './sources/source.ts'
import type { Candle, Market, TimeRange, Trade } from './types.ts'

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
  /** Whether the market was said to trade at 0 and below. */
  takesNegativePrices(market: Market): Promise<boolean>
  /**
   * Stretches of a timeframe, ascending by open time, in which a candle went to 0 or below; where it closed there it lasts until the next
   * candle that is stored.
   */
  notPositive(market: Market, timeframe: Timeframe, from?: EpochMs): Promise<readonly TimeRange[]>
}

export type SourceState = 'connecting' | 'streaming' | 'stale' | 'ended'

export interface ProviderStatus {
  readonly kind: SourceKind
  readonly market: Market
  readonly simulated: boolean
  readonly state: SourceState
  /** Seconds of data a second. */
  readonly speed: number
  /** By the source's clock. */
  readonly now: EpochMs
  /** The machine's clock that was set back lately, or that this market's is ahead of since. */
  readonly clockSetBack: SetBack | null
  readonly lastEvent: EpochMs | null
  readonly lagMs: number | null
  readonly lateSeconds: number
  /** That were stored since the start. */
  readonly trades: number
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

/** A source has no more data. */
export interface EndOfStream {
  readonly market: Market
  readonly at: EpochMs
}

/**
 * Markets that move: the reader, the sources' clocks, and a tick for every second that is decided. One of them is the primary one, which calls
 * mean that name none; calls about a market that is not followed throw `market_not_live`.
 */
export interface DataProvider extends MarketReader {
  /** The primary source's clock: wall time for demo and exchanges, the data's time in replay. */
  readonly clock: Clock
  /** What as-of means right now: every event before this instant is known. A whole second. */
  asOf(market?: Market): EpochMs
  status(market?: Market): ProviderStatus
  /** Null where the market is not followed. */
  statusOf(market: Market): ProviderStatus | null
  /** Of every market that is followed, the primary one first. */
  statuses(): ProviderStatus[]
  /** What of a followed market's past can be asked for; undefined where its source has no more than is stored. */
  past(market: Market): PastOnDemand | undefined
  /** Stores the order books of a short stretch that a followed market's source knows and the store does not yet hold. */
  recallBooks(market: Market, range: TimeRange): Promise<void>
  /**
   * A market by its names. Without a venue: one that is followed, the primary one first, else one that is stored of the primary venue. Throws
   * `unknown_symbol` / `unknown_venue`.
   */
  resolve(symbol?: string, venue?: string): Market
  /**
   * Called once for every second S, in order, when S + grace has come: all that will be known as of S is readable. A replay waits for
   * the promise before it goes on; a live source does not.
   */
  onSecond(market: Market, listener: (second: EpochMs) => Promise<void>): () => void
  /** The same for every market that is or will be followed. */
  onEverySecond(listener: (market: Market, second: EpochMs) => Promise<void>): () => void
  /** A source has no more data; its sessions end with `end_of_data`. */
  onEnd(listener: (end: EndOfStream) => void): () => void
  /** Closed and forming candles as they change, at most once a second per market and timeframe. */
  onCandle(listener: (update: CandleUpdate) => void): () => void
  start(): Promise<void>
  /** One more market, whose past is fetched in the background; that of a market which is followed already must not come again. */
  follow(source: MarketSource): void
  /** Ends the stream of the source's market and begins it anew with this source: who listens to its seconds goes on. Resolves once its past is there. */
  replace(source: MarketSource): Promise<void>
  /** Ends a market's stream; what was stored stays. The primary one goes on. */
  unfollow(market: Market): Promise<void>
  stop(): Promise<void>
}
