// Recorded candles as they lie in files: `open_time_ms,open,high,low,close,volume`, compressed; and longer candles composed of them.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { floorTo } from '../../src/core/time.ts'
import type { TimeRange } from '../../src/market/types.ts'

/** Where recorded data lie beside the checkout; what is there is never copied into it. */
export const BESIDE = fileURLToPath(new URL('../../../shared/data/', import.meta.url))

/** Open time in ms, open, high, low, close, volume. */
export type Row = readonly [number, number, number, number, number, number]

export function hasCandles(folder: string, name: string): boolean {
  return existsSync(pathOf(folder, name))
}

/**
 * Candles that open in the range, ascending as written.
 * @param name of the file, without its ending
 */
export function readCandles(folder: string, name: string, { from, to }: TimeRange): Row[] {
  return gunzipSync(readFileSync(pathOf(folder, name)))
    .toString('utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number) as unknown as Row)
    .filter(([open]) => open >= from && open < to)
}

/** Candles of `step` ms of shorter ones. */
export function composed(rows: readonly Row[], step: number): Row[] {
  const out = new Map<number, Row>()
  for (const [time, open, high, low, close, volume] of rows) {
    const at = floorTo(time, step)
    const before = out.get(at)
    out.set(
      at,
      before === undefined
        ? [at, open, high, low, close, volume]
        : [at, before[1], Math.max(before[2], high), Math.min(before[3], low), close, before[5] + volume],
    )
  }
  return [...out.values()]
}

function pathOf(folder: string, name: string): string {
  return join(folder, 'candles', `${name}.csv.gz`)
}
