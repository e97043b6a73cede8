// What JSON, Parquet and feather files have in common once read: named columns or rows in order, each cell as the text a CSV would have.
import type { Claim } from '../identity/claims.ts'

/** Rows that came together; `first` is the number of the first one, from 1. */
export interface RowBlock {
  readonly first: number
  readonly rows: readonly (readonly string[])[]
}

export interface RowFile {
  /** Names of the columns; null where rows have none, as JSON arrays. */
  readonly header: readonly string[] | null
  readonly rows: number
  /** What the file's metadata says of it; null where it says nothing. */
  readonly claim: Claim | null
  blocks(): AsyncGenerator<RowBlock>
}

/** Which columns are asked for, by name: others are not read. */
export type Wanted = (name: string) => boolean

/** A column's values, and how one is written. */
export interface ValueColumn {
  readonly values: ArrayLike<unknown>
  readonly text: (value: unknown) => string
}

const BLOCK_ROWS = 10_000

/**
 * A cell as text: null is empty, dates are UTC ms, numbers the shortest decimals that give them back, whole ones that a double may have rounded
 * with `.0` behind them; bytes are hexadecimal, `0x…`, which is no number.
 */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return numberText(value)
  if (value instanceof Date) return String(value.getTime())
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`
  if (typeof value === 'object') return JSON.stringify(value)
  return `${value as string | bigint | boolean}`
}

function numberText(value: number): string {
  return Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21
    ? `${value}.0`
    : `${value}`
}

/** Columns of equal length as blocks of rows, the first of which has the number `first`. */
export function* blocksOf(
  columns: readonly ValueColumn[],
  length: number,
  first: number,
): Generator<RowBlock> {
  for (let from = 0; from < length; from += BLOCK_ROWS) {
    const rows = Array.from({ length: Math.min(BLOCK_ROWS, length - from) }, (_, index) =>
      columns.map(({ values, text }) => text(values[from + index])),
    )
    yield { first: first + from, rows }
  }
}

/** What our own exports say of themselves in their metadata; null for other files. */
export function claimOf(about: ReadonlyMap<string, string>): Claim | null {
  const [venue, symbol, timeframe] = [about.get('venue'), about.get('symbol'), about.get('timeframe')]
  if (venue === undefined || symbol === undefined || timeframe === undefined) return null
  return { where: 'its metadata', venue, symbol, timeframe }
}
