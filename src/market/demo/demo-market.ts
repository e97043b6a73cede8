// The simulated market: a pure function of seed, symbol and UTC time, with random access to its candles, trades and books.
import { epochMs, type EpochMs } from '../../core/time.ts'
import { float64At } from '../../core/number-at.ts'
import type { Timeframe } from '../timeframe.ts'
import type { Candle, TimeRange, Trade } from '../types.ts'
import { BOOK_LEVELS, drawBook, type Book } from './book.ts'
import { Candles, type CandleColumns } from './candles.ts'
import { Seconds } from './seconds.ts'
import { ORIGIN, type DemoMarketOptions } from './timeline.ts'
import { tradesOfSecond } from './trades.ts'

/** A simulated market. It began at `DEMO_ORIGIN` and never ends; nothing in it depends on what was asked before. */
export interface DemoMarket {
  /** Candles wholly inside `range` (from ≤ open, open + timeframe ≤ to), ascending. A quiet one (no trade) is absent. */
  candles(timeframe: Timeframe, range: TimeRange): Candle[]
  /** The same as columns, for bulk import. */
  columns(timeframe: Timeframe, range: TimeRange): CandleColumns
  /** Trades with from ≤ time < to, in order. */
  tradesIn(range: TimeRange): Trade[]
  /** The order book just before `instant`: the best levels of each side, 25 unless told. */
  book(instant: EpochMs, levels?: number): Book
}

/** The first instant of every demo market: 2020-01-01T00:00:00Z. */
export const DEMO_ORIGIN: EpochMs = epochMs(ORIGIN * 1000)

/** The market of a seed and a symbol. Cheap until first asked; then it plans from the origin to the time asked for. */
export function createDemoMarket(options: DemoMarketOptions): DemoMarket {
  const seconds = new Seconds(options)
  const candles = new Candles(seconds)
  return {
    candles: (timeframe, range) => toCandles(candles.columns(timeframe, range)),
    columns: (timeframe, range) => candles.columns(timeframe, range),
    tradesIn: (range) => tradesIn(seconds, range),
    book: (instant, levels = BOOK_LEVELS) => drawBook(seconds, instant, levels),
  }
}

function toCandles(columns: CandleColumns): Candle[] {
  return Array.from({ length: columns.length }, (_, i) => ({
    openTime: epochMs(float64At(columns.openTime, i)),
    open: float64At(columns.open, i),
    high: float64At(columns.high, i),
    low: float64At(columns.low, i),
    close: float64At(columns.close, i),
    volume: float64At(columns.volume, i),
  }))
}

function tradesIn(seconds: Seconds, { from, to }: TimeRange): Trade[] {
  const trades: Trade[] = []
  for (let second = Math.max(ORIGIN, Math.floor(from / 1000)); second * 1000 < to; second++) {
    const block = seconds.blockAt(second)
    for (const trade of tradesOfSecond(block, second - block.segment.first)) {
      if (trade.time >= from && trade.time < to) trades.push(trade)
    }
  }
  return trades
}
