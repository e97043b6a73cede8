// A chart's candles as CSV. Pure.
import { csvOf } from '../../contract/csv.ts'
import type { CandleRow } from '../../contract/shapes.ts'

/** Open times in UTC; prices and volumes as the page has them. */
export function candlesCsv(rows: readonly CandleRow[]): string {
  return csvOf(
    ['open_time', 'open', 'high', 'low', 'close', 'volume'],
    rows.map(([time, ...values]) => [new Date(time).toISOString(), ...values]),
  )
}
