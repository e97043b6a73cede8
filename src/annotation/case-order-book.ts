// The order-book part of a test case: the last 100 snapshots before the entry, by names, and back as the rows that models read.
import { ORDER_BOOK_COLUMNS, type OrderBookPart } from '../contract/case-order-book.ts'
import { epochMs, SECOND, toIso, type EpochMs } from '../core/time.ts'
import { at } from '../core/at.ts'
import { float64At } from '../core/number-at.ts'
import { firstSecond, WINDOW, WINDOW_COLUMNS } from '../market/book/book-slice.ts'
import type { BookWindow } from '../market/book/order-book-window.ts'

/** `asOf` is the case's T. A snapshot is stamped with the open time of the second whose end it shows, as its 1s candle is. */
export function orderBookOut({ values, gaps, venues }: BookWindow, asOf: EpochMs): OrderBookPart {
  const timestamps = Array.from({ length: WINDOW }, (_, row) => secondAt(asOf, row))
  const columns = ORDER_BOOK_COLUMNS.map((name, column) => [
    name,
    Array.from({ length: WINDOW }, (_, row) => float64At(values, row * WINDOW_COLUMNS + column)),
  ])
  return {
    timestamps,
    levels: Object.fromEntries(columns) as OrderBookPart['levels'],
    venues: [...venues],
    gaps: gaps.map(({ from, to }) => ({ from: opened(from), to: opened(to) })),
  }
}

/** Writes the part as one state's [100, 40], row by row. */
export function writeOrderBook({ levels }: OrderBookPart, into: Float64Array, offset = 0): void {
  for (const [column, name] of ORDER_BOOK_COLUMNS.entries()) {
    for (const [row, value] of levels[name].entries()) into[offset + row * WINDOW_COLUMNS + column] = value
  }
}

/** How many of the part's seconds are filled from earlier ones. */
export function filledSeconds({ gaps }: OrderBookPart): number {
  return gaps.reduce((sum, { from, to }) => sum + (Date.parse(to) - Date.parse(from)) / SECOND, 0)
}

/** What makes a part nonsense beyond its form, in words; null where nothing does. */
export function orderBookFault({ timestamps, levels }: OrderBookPart, asOf: EpochMs): string | null {
  for (const [row, timestamp] of timestamps.entries()) {
    const expected = secondAt(asOf, row)
    if (timestamp !== expected) return `has ${timestamp} where ${expected} belongs`
  }
  for (const name of ORDER_BOOK_COLUMNS) {
    const isPrice = name.includes('price')
    const wrong = levels[name].findIndex((value) => (isPrice ? !(value > 0) : !(value >= 0)))
    if (wrong >= 0) return `has an impossible ${name} at ${at(timestamps, wrong)}`
  }
  return null
}

function secondAt(asOf: EpochMs, row: number): string {
  return opened(firstSecond(asOf) + row * SECOND)
}

/** The open time of the second that ends at `end`. */
function opened(end: number): string {
  return toIso(epochMs(end - SECOND))
}
