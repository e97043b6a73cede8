// Trades into candles and candles into longer ones: a commutative merge, so that order and grouping never matter.
import { floorTo, type EpochMs } from '../core/time.ts'
import { at } from '../core/at.ts'
import { DecimalSum, sumDecimals } from './decimal-sum.ts'
import { durationOf, type Timeframe } from './timeframe.ts'
import type { Candle, Trade } from './types.ts'

/** Orders trades of one market: event time, then the exchange's sequence, then id. Never 0 for two different trades. */
export function compareTrades(a: Trade, b: Trade): number {
  return a.time - b.time || a.sequence - b.sequence || compareIds(a.id, b.id)
}

/** Shorter ids first, so that those which are numbers too long for a double are in their order. */
function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * A candle under construction: its first and last trade by `compareTrades`, its extremes, and the amounts, summed exactly when asked.
 * Merging partial candles is commutative and associative.
 */
class PartialCandle {
  readonly openTime: EpochMs
  first: Trade
  last: Trade
  high: number
  low: number
  readonly #volume: DecimalSum

  constructor(openTime: EpochMs, trade: Trade) {
    this.openTime = openTime
    this.first = trade
    this.last = trade
    this.high = trade.price
    this.low = trade.price
    this.#volume = new DecimalSum(trade.amount)
  }

  add(trade: Trade): void {
    if (trade.time > this.last.time || compareTrades(trade, this.last) > 0) this.last = trade
    else if (compareTrades(trade, this.first) < 0) this.first = trade
    if (trade.price > this.high) this.high = trade.price
    if (trade.price < this.low) this.low = trade.price
    this.#volume.add(trade.amount)
  }

  merge(other: PartialCandle): void {
    if (compareTrades(other.first, this.first) < 0) this.first = other.first
    if (compareTrades(other.last, this.last) > 0) this.last = other.last
    this.high = Math.max(this.high, other.high)
    this.low = Math.min(this.low, other.low)
    this.#volume.merge(other.#volume)
  }

  candle(): Candle {
    const { openTime, high, low } = this
    const volume = this.#volume.value()
    return { openTime, open: this.first.price, high, low, close: this.last.price, volume }
  }
}

/** Trades, fed in any order, as candles of one timeframe. Each trade once: who feeds them has removed repeats. */
export class TradeAggregator {
  readonly #step: number
  /** Ascending by open time. */
  readonly #partials: PartialCandle[] = []
  #newest: PartialCandle | undefined

  constructor(timeframe: Timeframe = '1s') {
    this.#step = durationOf(timeframe)
  }

  add(trade: Trade): void {
    const newest = this.#newest
    const openTime = floorTo(trade.time, this.#step)
    if (newest === undefined || openTime > newest.openTime) {
      this.#newest = new PartialCandle(openTime, trade)
      this.#partials.push(this.#newest)
    } else if (openTime === newest.openTime) newest.add(trade)
    else this.#addEarlier(openTime, trade)
  }

  /** Takes over the trades of another aggregator of the same timeframe. */
  merge(other: TradeAggregator): void {
    for (const partial of other.#partials) {
      const place = this.#placeOf(partial.openTime)
      const mine = this.#partials[place]
      if (mine?.openTime === partial.openTime) mine.merge(partial)
      else this.#partials.splice(place, 0, partial)
    }
    this.#newest = this.#partials.at(-1)
    other.clear()
  }

  /** The candles of what was fed so far, ascending; times without a trade have none. */
  candles(): Candle[] {
    return this.#partials.map((partial) => partial.candle())
  }

  clear(): void {
    this.#partials.length = 0
    this.#newest = undefined
  }

  #addEarlier(openTime: EpochMs, trade: Trade): void {
    const place = this.#placeOf(openTime)
    const partial = this.#partials[place]
    if (partial?.openTime === openTime) partial.add(trade)
    else this.#partials.splice(place, 0, new PartialCandle(openTime, trade))
  }

  /** Index of the first partial candle that does not open before `openTime`. */
  #placeOf(openTime: EpochMs): number {
    let low = 0
    let high = this.#partials.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (at(this.#partials, middle).openTime < openTime) low = middle + 1
      else high = middle
    }
    return low
  }
}

/**
 * The candle that opens at `openTime` out of the closed lower candles inside it, in order of time. Quiet candles (volume 0) take no
 * part; null where nobody traded. Prices are copied, volumes summed exactly.
 */
export function composeCandle(openTime: EpochMs, lower: readonly Candle[]): Candle | null {
  const traded = lower.filter(({ volume }) => volume > 0)
  const first = traded[0]
  if (first === undefined) return null
  let { high, low, close } = first
  for (const candle of traded) {
    if (candle.high > high) high = candle.high
    if (candle.low < low) low = candle.low
    close = candle.close
  }
  const volume = sumDecimals(traded.map((candle) => candle.volume))
  return { openTime, open: first.open, high, low, close, volume }
}

/** Every whole `timeframe` candle out of ascending lower candles; slots in which nobody traded have none. */
export function composeAll(timeframe: Timeframe, lower: readonly Candle[]): Candle[] {
  const step = durationOf(timeframe)
  const candles: Candle[] = []
  for (let start = 0, end = 0, first = lower[0]; first !== undefined; start = end, first = lower[start]) {
    const openTime = floorTo(first.openTime, step)
    const closeTime = openTime + step
    while ((lower[end]?.openTime ?? closeTime) < closeTime) end += 1
    const candle = composeCandle(openTime, lower.slice(start, end))
    if (candle !== null) candles.push(candle)
  }
  return candles
}
