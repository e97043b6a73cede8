// Test cases as arrays for NumPy: one row a case; market states in the shape that models take.
import { numberIn } from '../../core/number-at.ts'
import type { TestCaseFile } from '../../contract/annotations.ts'
import {
  CANDLE_FIELDS,
  CASE_TIMEFRAMES,
  FIELDS,
  tensorOf,
  WINDOW,
  type CaseTimeframe,
} from '../../contract/timeframes.ts'
import { WINDOW_COLUMNS } from '../../market/book/book-slice.ts'
import { writeOrderBook } from '../case-order-book.ts'
import type { NpyArray } from './npy.ts'

/**
 * `ohlcv_<tf>` float64 [n, 100, 5], as the models' inputs; `open_time_<tf>` int64 [n, 100], UTC ms; `missing_<tf>` bool [n, 100], true where the
 * candle fills a gap; and per case id, symbol, venue, action, timestamp (UTC ms), prices, holding time, gross and net percent. Where any case
 * has an order book: `order_book` float64 [n, 100, 40], as the models' input, NaN for cases without; `missing_order_book` bool [n, 100].
 */
export function caseArrays(cases: readonly TestCaseFile[]): Record<string, NpyArray> {
  const shape = [cases.length]
  const text = (of: (one: TestCaseFile) => string): NpyArray => ({
    kind: 'text',
    shape,
    values: cases.map(of),
  })
  const number = (of: (one: TestCaseFile) => number): NpyArray => ({
    kind: 'float64',
    shape,
    values: Float64Array.from(cases, of),
  })
  const timestamps = BigInt64Array.from(cases, ({ timestamp }) => msOf(timestamp))
  return {
    test_case_id: text((one) => one.test_case_id),
    symbol: text((one) => one.symbol),
    venue: text((one) => one.venue),
    action: text((one) => one.action),
    timestamp: { kind: 'int64', shape, values: timestamps },
    entry_price: number((one) => one.expected_outcome.entry_price),
    exit_price: number((one) => one.expected_outcome.exit_price),
    holding_period_seconds: number((one) => one.expected_outcome.holding_period_seconds),
    profit_loss_pct: number((one) => one.expected_outcome.profit_loss_pct),
    net_profit_loss_pct: number((one) => one.net_profit_loss_pct),
    ...Object.assign({}, ...CASE_TIMEFRAMES.map((timeframe) => stateArrays(cases, timeframe))),
    ...(cases.some((one) => one.order_book !== undefined) ? bookArrays(cases) : {}),
  }
}

function bookArrays(cases: readonly TestCaseFile[]): Record<string, NpyArray> {
  const shape = [cases.length, WINDOW]
  const values = new Float64Array(cases.length * WINDOW * WINDOW_COLUMNS).fill(Number.NaN)
  const missing = new Uint8Array(cases.length * WINDOW).fill(1)
  for (const [row, { order_book: book }] of cases.entries()) {
    if (book === undefined) continue
    writeOrderBook(book, values, row * WINDOW * WINDOW_COLUMNS)
    for (const [second, timestamp] of book.timestamps.entries()) {
      const at = Date.parse(timestamp)
      const isFilled = book.gaps.some(({ from, to }) => at >= Date.parse(from) && at < Date.parse(to))
      missing[row * WINDOW + second] = isFilled ? 1 : 0
    }
  }
  return {
    order_book: { kind: 'float64', shape: [...shape, WINDOW_COLUMNS], values },
    missing_order_book: { kind: 'bool', shape, values: missing },
  }
}

function stateArrays(cases: readonly TestCaseFile[], timeframe: CaseTimeframe): Record<string, NpyArray> {
  const shape = [cases.length, WINDOW]
  const values = new Float64Array(cases.length * WINDOW * FIELDS)
  const opens = new BigInt64Array(cases.length * WINDOW)
  const missing = new Uint8Array(cases.length * WINDOW)
  for (const [row, one] of cases.entries()) {
    const columns = one.market_state[tensorOf(timeframe)]
    const gaps = one.gaps.filter((gap) => gap.timeframe === timeframe)
    for (const [candle, timestamp] of columns.timestamps.entries()) {
      const place = row * WINDOW + candle
      const open = msOf(timestamp)
      opens[place] = open
      missing[place] = gaps.some(({ from, to }) => open >= msOf(from) && open < msOf(to)) ? 1 : 0
      for (const [index, feature] of CANDLE_FIELDS.entries())
        values[place * FIELDS + index] = numberIn(columns[feature], candle)
    }
  }
  return {
    [tensorOf(timeframe)]: { kind: 'float64', shape: [...shape, FIELDS], values },
    [`open_time_${timeframe}`]: { kind: 'int64', shape, values: opens },
    [`missing_${timeframe}`]: { kind: 'bool', shape, values: missing },
  }
}

function msOf(iso: string): bigint {
  return BigInt(Date.parse(iso))
}
