// A chart's candles as CSV. Pure.
import { csvOf, type Cell } from '../../contract/csv.ts'
import type { CandleRow } from '../../contract/shapes.ts'

export const CANDLE_COLUMNS = ['open_time', 'open', 'high', 'low', 'close', 'volume'] as const

/** Open times in UTC; prices and volumes as the page has them. */
export function candleCells(rows: readonly CandleRow[]): Cell[][] {
  return rows.map(([time, ...values]) => [new Date(time).toISOString(), ...values])
}

export function candlesCsv(rows: readonly CandleRow[]): string {
  return csvOf(CANDLE_COLUMNS, candleCells(rows))
}
