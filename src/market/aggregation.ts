// Trades into candles and candles into longer ones: a commutative merge, so that order and grouping never matter.
import { floorTo, type EpochMs } from '../core/time.ts'
import { sumDecimals } from './decimal-sum.ts'
import { durationOf, type Timeframe } from './timeframe.ts'
import type { Candle, Trade } from './types.ts'

/** Orders trades of one market: event time, then the exchange's sequence, then id. Never 0 for two different trades. */
export function compareTrades(a: Trade, b: Trade): number {
  return a.time - b.time || a.sequence - b.sequence || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

/**
 * A candle under construction: its first and last trade by `compareTrades`, its extremes, and the amounts, summed exactly when asked.
 * Merging partial candles is commutative and associative.
 */
class PartialCandle {
  first: Trade
  last: Trade
  high: number
  low: number
  readonly amounts: number[]

  constructor(trade: Trade) {
    this.first = trade
    this.last = trade
    this.high = trade.price
    this.low = trade.price
    this.amounts = [trade.amount]
  }

  add(trade: Trade): void {
    if (compareTrades(trade, this.first) < 0) this.first = trade
    else if (compareTrades(trade, this.last) > 0) this.last = trade
    if (trade.price > this.high) this.high = trade.price
    if (trade.price < this.low) this.low = trade.price
    this.amounts.push(trade.amount)
  }

  merge(other: PartialCandle): void {
    if (compareTrades(other.first, this.first) < 0) this.first = other.first
    if (compareTrades(other.last, this.last) > 0) this.last = other.last
    this.high = Math.max(this.high, other.high)
    this.low = Math.min(this.low, other.low)
    for (const amount of other.amounts) this.amounts.push(amount)
  }

  candle(openTime: EpochMs): Candle {
    const { high, low } = this
    const volume = sumDecimals(this.amounts)
    return { openTime, open: this.first.price, high, low, close: this.last.price, volume }
  }
}

/** Trades, fed in any order, as candles of one timeframe. Each trade once: who feeds them has removed repeats. */
export class TradeAggregator {
  readonly #step: number
  readonly #partials = new Map<EpochMs, PartialCandle>()
  #lastOpen = Number.NaN as EpochMs
  #lastPartial: PartialCandle | undefined

  constructor(timeframe: Timeframe = '1s') {
    this.#step = durationOf(timeframe)
  }

  add(trade: Trade): void {
    const openTime = floorTo(trade.time, this.#step)
    if (openTime !== this.#lastOpen) {
      this.#lastOpen = openTime
      this.#lastPartial = this.#partials.get(openTime)
    }
    if (this.#lastPartial !== undefined) this.#lastPartial.add(trade)
    else this.#partials.set(openTime, (this.#lastPartial = new PartialCandle(trade)))
  }

  /** Takes over the trades of another aggregator of the same timeframe. */
  merge(other: TradeAggregator): void {
    for (const [openTime, partial] of other.#partials) {
      const mine = this.#partials.get(openTime)
      if (mine === undefined) this.#partials.set(openTime, partial)
      else mine.merge(partial)
    }
    this.#lastOpen = Number.NaN as EpochMs
    other.clear()
  }

  /** The candles of what was fed so far, ascending; times without a trade have none. */
  candles(): Candle[] {
    return [...this.#partials.entries()]
      .toSorted(([a], [b]) => a - b)
      .map(([openTime, partial]) => partial.candle(openTime))
  }

  clear(): void {
    this.#partials.clear()
    this.#lastOpen = Number.NaN as EpochMs
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
  let { high, low } = first
  for (const candle of traded) {
    if (candle.high > high) high = candle.high
    if (candle.low < low) low = candle.low
  }
  const volume = sumDecimals(traded.map((candle) => candle.volume))
  return { openTime, open: first.open, high, low, close: traded.at(-1)!.close, volume }
}

/** Every whole `timeframe` candle out of ascending lower candles; slots in which nobody traded have none. */
export function composeAll(timeframe: Timeframe, lower: readonly Candle[]): Candle[] {
  const step = durationOf(timeframe)
  const candles: Candle[] = []
  for (let start = 0, end = 0; start < lower.length; start = end) {
    const openTime = floorTo(lower[start]!.openTime, step)
    while (end < lower.length && lower[end]!.openTime < openTime + step) end += 1
    const candle = composeCandle(openTime, lower.slice(start, end))
    if (candle !== null) candles.push(candle)
  }
  return candles
}
