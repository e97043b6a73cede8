// Rows as columns.
import { columnsOf, type CandleTuple } from '../../../../src/market/columns.ts'
import type { CandleColumns } from '../../../../src/market/slice.ts'

export function candlesOf(rows: readonly (readonly number[])[]): CandleColumns {
  return columnsOf(rows as unknown as readonly CandleTuple[])
}
