// Numbers behind a picture as CSV. Pure.
import type { CandleRow } from '../../contract/shapes.ts'

/** One value of a cell; a number is written in full, null is an empty cell. */
export type Cell = string | number | null

/** RFC 4180: a header, then the rows; what holds a comma, a quote or a line's end stands in quotes. */
export function csvOf(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(cellText).join(',')}\r\n`).join('')
}

function cellText(cell: Cell): string {
  const text = cell === null ? '' : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Open times in UTC; prices and volumes as the page has them. */
export function candlesCsv(rows: readonly CandleRow[]): string {
  return csvOf(
    ['open_time', 'open', 'high', 'low', 'close', 'volume'],
    rows.map(([time, ...values]) => [new Date(time).toISOString(), ...values]),
  )
}
