// The same as `writer` with five million trades: several minutes.
import type { Effort, Row } from './bench.ts'
import { besideImport } from './writer.ts'

export const title = 'One writer beside a live server, for long'
export const onRequest = true

const TRADES: Readonly<Record<Effort, number>> = { full: 5_000_000, short: 20_000 }

export function run(effort: Effort): Promise<Row[]> {
  return besideImport(TRADES[effort])
}
