// A stretch of the past, fetched when somebody looks at it: the exchange's own candles, seconds of trades where it has no candles of them.
import { AppError } from '../../core/errors.ts'
import { ceilTo, floorTo, SECOND } from '../../core/time.ts'
import { clip, missingFrom, rangeOf, slotsAround } from '../ranges.ts'
import type { PastCost, PastFetched, PastOnDemand } from '../sources/source.ts'
import type { MarketStore } from '../store/market-store.ts'
import { durationOf, type Timeframe } from '../timeframe.ts'
import type { Market, TimeRange } from '../types.ts'
import { candlePages, hasTimeframe } from './candle-history.ts'
import { storePage, type KeeperRequest } from './candle-keeper.ts'
import { storeTrades } from './trade-download.ts'
import { tradesOfStretch } from './trade-stretch.ts'

/** What one click may fetch at most. */
const MOST_CANDLES = 20_000
const MOST_TRADE_SECONDS = 3600
/** Measured against exchanges' public REST, where the rate limit does not say more. */
const MS_A_REQUEST = 300
/** Prints of one second, for an estimate before anything is known. */
const TRADES_A_SECOND = 10

export interface ExchangePastParts {
  readonly market: Market
  readonly store: () => MarketStore | null
  readonly request: (signal: AbortSignal) => KeeperRequest
}

export class ExchangePast implements PastOnDemand {
  readonly #parts: ExchangePastParts

  constructor(parts: ExchangePastParts) {
    this.#parts = parts
  }

  cost(timeframe: Timeframe, range: TimeRange): PastCost {
    const missing = this.#missing(timeframe, range)
    const span = missing.reduce((sum, { from, to }) => sum + to - from, 0)
    const way = this.#way(timeframe)
    const { profile } = this.#request()
    const rows = way === 'candles' ? span / durationOf(timeframe) : (span / SECOND) * TRADES_A_SECOND
    const page = way === 'candles' ? profile.candlesAPage : profile.tradesAPage
    const requests = way === 'none' ? 0 : missing.length + Math.floor(rows / page)
    return { missing, way, requests, seconds: (requests * MS_A_REQUEST) / 1000 }
  }

  async fetch(timeframe: Timeframe, range: TimeRange, signal: AbortSignal): Promise<PastFetched> {
    const { missing, way } = this.cost(timeframe, range)
    this.#check(timeframe, missing, way)
    let added = 0
    for (const part of missing) {
      added +=
        way === 'candles' ? await this.#candles(timeframe, part, signal) : await this.#trades(part, signal)
    }
    return { added, missing: this.#missing(timeframe, range) }
  }

  #way(timeframe: Timeframe): PastCost['way'] {
    const { rest, profile } = this.#request()
    if (hasTimeframe(rest.exchange, timeframe)) return 'candles'
    return timeframe === '1s' && profile.past !== 'newest' ? 'trades' : 'none'
  }

  #check(timeframe: Timeframe, missing: readonly TimeRange[], way: PastCost['way']): void {
    const { venue } = this.#parts.market
    if (missing.length === 0) return
    if (way === 'none') {
      const message = `${venue} keeps no ${timeframe} candles, nor trades of the past that could be asked for by time: import a file instead.`
      throw new AppError('no_history', message, { status: 422, field: 'timeframe' })
    }
    const most = way === 'candles' ? MOST_CANDLES * durationOf(timeframe) : MOST_TRADE_SECONDS * SECOND
    const span = missing.reduce((sum, { from, to }) => sum + to - from, 0)
    if (span <= most) return
    const message = `At most ${most / durationOf(timeframe)} candles of ${timeframe} are fetched at once: choose a shorter stretch, or annotate download-data for long ones.`
    throw new AppError('too_much_history', message, { status: 422, field: 'from' })
  }

  async #candles(timeframe: Timeframe, range: TimeRange, signal: AbortSignal): Promise<number> {
    const request = this.#request(signal)
    let added = 0
    for await (const page of candlePages({ ...request, timeframe, range })) {
      const stored = await storePage(this.#store(), this.#parts.market, timeframe, page, request.stamp)
      added += stored.added
    }
    return added
  }

  /** Trades of whole seconds that the exchange answered for. */
  async #trades(range: TimeRange, signal: AbortSignal): Promise<number> {
    const request = this.#request(signal)
    let added = 0
    for await (const part of tradesOfStretch(request, range)) {
      added += await storeTrades(this.#store(), this.#parts.market, part, request.stamp)
    }
    return added
  }

  #missing(timeframe: Timeframe, range: TimeRange): TimeRange[] {
    const store = this.#store()
    const step = durationOf(timeframe)
    const end = floorTo(Math.min(range.to, this.#request().now()), step)
    const wanted = slotsAround(rangeOf(range.from, Math.max(range.from, end)), step)
    const whole = clip([wanted], rangeOf(0, ceilTo(end, step)))
    const known = store.known(this.#parts.market, timeframe)
    return whole.flatMap((part) => missingFrom(known, part))
  }

  #request(signal = new AbortController().signal): KeeperRequest {
    return this.#parts.request(signal)
  }

  #store(): MarketStore {
    const store = this.#parts.store()
    if (store !== null) return store
    const { venue, symbol } = this.#parts.market
    throw new AppError('not_started', `${symbol} on ${venue} is still starting: try again in a moment.`, {
      status: 503,
    })
  }
}
