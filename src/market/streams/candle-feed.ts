// The candles that change as seconds are decided: one update a second and timeframe, for whoever draws charts.
import { SECOND, shift, type EpochMs } from '../../core/time.ts'
import { lastOpenTime } from '../forming.ts'
import type { CandleUpdate, MarketReader } from '../provider.ts'
import { durationOf, TIMEFRAMES, type Timeframe } from '../timeframe.ts'
import type { Market } from '../types.ts'

export interface CandleFeedParts {
  readonly reader: MarketReader
  /** Whether anybody listens: reading candles for nobody costs as much. */
  readonly isWatched: () => boolean
  readonly onCandle: (update: CandleUpdate) => void
}

export class CandleFeed {
  readonly #parts: CandleFeedParts
  readonly #market: Market

  constructor(parts: CandleFeedParts, market: Market) {
    this.#parts = parts
    this.#market = market
  }

  /** Tells the last candle of each timeframe as of `second`: closed where `second` is its end. */
  async second(second: EpochMs): Promise<void> {
    if (!this.#parts.isWatched()) return
    for (const timeframe of TIMEFRAMES) {
      await this.#emit(timeframe, lastOpenTime(timeframe, second), second)
    }
  }

  /** Tells the closed candles that contain corrected seconds; forming ones follow with the next second. */
  async corrected(seconds: readonly EpochMs[], asOf: EpochMs): Promise<void> {
    if (!this.#parts.isWatched()) return
    for (const timeframe of TIMEFRAMES) {
      const opens = new Set(seconds.map((second) => lastOpenTime(timeframe, shift(second, SECOND))))
      for (const open of opens) {
        if (open + durationOf(timeframe) <= asOf) await this.#emit(timeframe, open, asOf)
      }
    }
  }

  async #emit(timeframe: Timeframe, open: EpochMs, asOf: EpochMs): Promise<void> {
    const to = shift(open, durationOf(timeframe))
    const request = { market: this.#market, timeframe, from: open, to, limit: 1, asOf, forming: true }
    const { candles } = await this.#parts.reader.candles(request)
    if (candles.length === 0) return
    this.#parts.onCandle({ market: this.#market, timeframe, closed: to <= asOf, candles })
  }
}
