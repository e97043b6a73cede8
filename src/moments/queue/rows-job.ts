// Rows of moments as a job of the queue: plain values, and what a worker gives back of them.
import { deserialize, serialize } from 'node:v8'
import type { EpochMs } from '../../core/time.ts'
import type { FrozenMarket } from '../../market/log/frozen-market.ts'
import type { Market } from '../../market/types.ts'
import { ROW_SIZE } from '../../models/moment-row.ts'

export interface RowsJob {
  readonly number: number
  readonly market: Market
  readonly frozen: FrozenMarket
  /** `rowDefinition` of whoever asks. */
  readonly definition: string
  /** As of these instants, ascending; each piece is made at once. */
  readonly pieces: readonly (readonly EpochMs[])[]
}

/** Of a job's instants, in their order. */
export interface MadeRows {
  /** No entry of the market's log after this one had been applied when the market was read. */
  readonly reached: number
  /** Whether there is a row: 1 or 0. */
  readonly known: Uint8Array
  /** IEEE halves [instants, ROW_SIZE]; zeros where there is none. */
  readonly halves: Uint16Array
}

export function packRows(rows: MadeRows): Uint8Array {
  return serialize(rows)
}

/** @throws Error where it is not of so many instants */
export function unpackRows(bytes: Uint8Array, { pieces }: Pick<RowsJob, 'pieces'>): MadeRows {
  const rows = deserialize(bytes) as MadeRows
  const count = pieces.reduce((sum, { length }) => sum + length, 0)
  if (rows.known.length === count && rows.halves.length === count * ROW_SIZE) return rows
  throw new Error(`rows of ${rows.known.length} moments came in place of ${count}`)
}
