// Candles as columns: how rows of the database become them and how they are read back one by one.
import type { EpochMs } from '../core/time.ts'
import { float64At } from '../core/number-at.ts'
import type { CandleColumns } from './slice.ts'
import type { Candle } from './types.ts'

/** [open time, open, high, low, close, volume], ccxt's form. */
export type CandleTuple = readonly [number, number, number, number, number, number, ...unknown[]]

function allocate(length: number): CandleColumns {
  const column = (): Float64Array => new Float64Array(length)
  return {
    length,
    openTime: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  }
}

export const NO_CANDLES: CandleColumns = allocate(0)

export function columnsOf(rows: readonly CandleTuple[]): CandleColumns {
  const columns = allocate(rows.length)
  for (const [index, row] of rows.entries()) {
    columns.openTime[index] = row[0]
    columns.open[index] = row[1]
    columns.high[index] = row[2]
    columns.low[index] = row[3]
    columns.close[index] = row[4]
    columns.volume[index] = row[5]
  }
  return columns
}

export function candleAt(columns: CandleColumns, index: number): Candle {
  return {
    openTime: float64At(columns.openTime, index) as EpochMs,
    open: float64At(columns.open, index),
    high: float64At(columns.high, index),
    low: float64At(columns.low, index),
    close: float64At(columns.close, index),
    volume: float64At(columns.volume, index),
  }
}

export function candlesOf(columns: CandleColumns): Candle[] {
  return Array.from({ length: columns.length }, (_, index) => candleAt(columns, index))
}

/** Rows [from, to) as views on the same memory. */
export function viewOf(columns: CandleColumns, from: number, to: number): CandleColumns {
  return {
    length: Math.max(0, to - from),
    openTime: columns.openTime.subarray(from, to),
    open: columns.open.subarray(from, to),
    high: columns.high.subarray(from, to),
    low: columns.low.subarray(from, to),
    close: columns.close.subarray(from, to),
    volume: columns.volume.subarray(from, to),
  }
}

/** Several stretches, one behind the other. */
export function joined(parts: readonly CandleColumns[]): CandleColumns {
  const filled = parts.filter((part) => part.length > 0)
  if (filled.length <= 1) return filled[0] ?? NO_CANDLES
  const columns = allocate(filled.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of filled) {
    columns.openTime.set(part.openTime, at)
    columns.open.set(part.open, at)
    columns.high.set(part.high, at)
    columns.low.set(part.low, at)
    columns.close.set(part.close, at)
    columns.volume.set(part.volume, at)
    at += part.length
  }
  return columns
}

/** A candle in which nobody traded: the last close four times. */
export function quietCandle(openTime: EpochMs, close: number): Candle {
  return { openTime, open: close, high: close, low: close, close, volume: 0 }
}
