// Composed candles: 1s out of trades, 1m, 1h and 1d out of the next lower timeframe, wherever that covers the whole span.
import { floorTo } from '../../core/time.ts'
import { composeAll, TradeAggregator } from '../aggregation.ts'
import { candlesOf } from '../columns.ts'
import { clip, missingFrom, rangeOf, runsOf, slotsAround, wholeSlots } from '../ranges.ts'
import { durationOf, lowerOf, TIMEFRAMES, type Timeframe } from '../timeframe.ts'
import type { Candle, TimeRange } from '../types.ts'
import type { CandleTable } from './candle-table.ts'
import type { ChangeLog } from './change-log.ts'
import type { CoverageTable } from './coverage-table.ts'
import type { Knowledge } from './putting.ts'
import type { TradeTable } from './trade-table.ts'

/** Bounds the memory of one step: an hour of trades, a thousand candles. */
const SECONDS_A_STEP = 3600
const CANDLES_A_STEP = 1000

export class Recomposer {
  readonly #trades: TradeTable
  readonly #candles: CandleTable
  readonly #coverage: CoverageTable
  readonly #changes: ChangeLog

  constructor(trades: TradeTable, candles: CandleTable, coverage: CoverageTable, changes: ChangeLog) {
    this.#trades = trades
    this.#candles = candles
    this.#coverage = coverage
    this.#changes = changes
  }

  /** Recomposes `lowest` and every longer timeframe around `range`. */
  run(market: number, lowest: Timeframe, range: TimeRange, when: Knowledge): void {
    for (const timeframe of TIMEFRAMES.slice(TIMEFRAMES.indexOf(lowest))) {
      this.#level(market, timeframe, range, when)
    }
  }

  #level(market: number, timeframe: Timeframe, range: TimeRange, when: Knowledge): void {
    const step = durationOf(timeframe)
    const slots = slotsAround(range, step)
    const stride = step * (timeframe === '1s' ? SECONDS_A_STEP : CANDLES_A_STEP)
    for (let from: number = slots.from; from < slots.to; from += stride) {
      from = Math.max(from, floorTo(this.#next(market, timeframe, from), step))
      if (from >= slots.to) return
      const window = rangeOf(from, Math.min(from + stride, slots.to))
      const candles = this.#composed(market, timeframe, window)
      if (this.#candles.putComposed(market, timeframe, window, candles, when)) {
        this.#changes.note(market, timeframe, window.from, window.to)
      }
    }
  }

  /** Time of the first row from `from` on that bears on `timeframe`; where nothing lies, there is nothing to do, however long it lasts. */
  #next(market: number, timeframe: Timeframe, from: number): number {
    const lower = lowerOf(timeframe)
    const below = lower === null ? this.#trades.next(market, from) : this.#candles.next(market, lower, from)
    return Math.min(below, this.#candles.next(market, timeframe, from))
  }

  /** The candles of every slot that its lower timeframe covers whole and that has no row of the venue's own. */
  #composed(market: number, timeframe: Timeframe, window: TimeRange): Candle[] {
    const step = durationOf(timeframe)
    const lower = lowerOf(timeframe)
    const covered = lower === null ? this.#coverage.byTrades(market) : this.#coverage.known(market, lower)
    const whole = wholeSlots(clip(covered, window), step)
    if (whole.length === 0) return []
    const natives = runsOf(this.#candles.nativeOpens(market, timeframe, window), step)
    const open = whole.flatMap((range) => missingFrom(natives, range))
    if (lower === null) return open.flatMap((range) => this.#secondsOfTrades(market, range))
    return open.flatMap((range) => composeAll(timeframe, candlesOf(this.#candles.read(market, lower, range))))
  }

  #secondsOfTrades(market: number, range: TimeRange): Candle[] {
    const aggregator = new TradeAggregator('1s')
    for (const trade of this.#trades.read(market, range)) aggregator.add(trade)
    return aggregator.candles()
  }
}
