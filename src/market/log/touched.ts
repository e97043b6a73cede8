// Which stretches rows of the log concern: what caches, charts and test cases are told of.
import { SECOND } from '../../core/time.ts'
import { durationOf, TIMEFRAMES, type Timeframe } from '../timeframe.ts'
import type { Operation } from './operation.ts'
import { BOOK_ROW, CANDLE_ROW, COVERAGE_ROW, keyOf } from './tables.ts'

interface Touched {
  /** Of candles and coverage, at most one a timeframe. */
  readonly candles: readonly { readonly timeframe: Timeframe; readonly from: number; readonly to: number }[]
  /** The first minute of order books; null where there are none. */
  readonly books: number | null
}

export function touchedBy(operations: readonly Operation[]): Touched {
  const candles = new Map<number, { from: number; to: number }>()
  let books: number | null = null
  for (const operation of operations) {
    const cell = (column: string): number => numberOf(operation, column)
    if (operation.table === BOOK_ROW) books = Math.min(books ?? cell('start'), cell('start'))
    const range = rangeOfCandles(operation)
    if (range === null) continue
    const known = candles.get(cell('timeframe')) ?? range
    const [from, to] = [Math.min(known.from, range.from), Math.max(known.to, range.to)]
    candles.set(cell('timeframe'), { from, to })
  }
  const named = TIMEFRAMES.flatMap((timeframe) => {
    const range = candles.get(durationOf(timeframe) / SECOND)
    return range === undefined ? [] : [{ timeframe, ...range }]
  })
  return { candles: named, books }
}

function rangeOfCandles(operation: Operation): { from: number; to: number } | null {
  const { table } = operation
  if (table === CANDLE_ROW) {
    const open = numberOf(operation, 'open_time')
    return { from: open, to: open + 1 }
  }
  if (table !== COVERAGE_ROW) return null
  return { from: numberOf(operation, 'from_time'), to: numberOf(operation, 'to_time') }
}

function numberOf({ table, isPut, cells }: Operation, column: string): number {
  const columns = isPut ? table.columns : keyOf(table)
  return Number(cells[columns.indexOf(column)])
}
