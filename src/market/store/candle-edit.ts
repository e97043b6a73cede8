// Rows of the table of candles as they are stored, and what one write does to them.
import type { EpochMs } from '../../core/time.ts'
import type { Candle } from '../types.ts'
import type { SqlValue } from './bulk.ts'
import type { Knowledge } from './putting.ts'
import type { Claim } from './what-stands.ts'

/** Whether a source is an import whose rows are kept apart. */
export type Keeps = (source: number | null) => boolean

/** [open time, o, h, l, c, v, origin, version, known at, source] */
export type StoredRow = [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number | null,
  number | null,
]

/** The rows that one write adds, replaces, removes and keeps as history. */
export class Edit {
  /** Of slots without a row: open time and values. The rest they share: see `shared`. */
  readonly first: SqlValue[] = []
  /** From open time to source, one row behind the other. */
  readonly replaced: SqlValue[] = []
  readonly archived: SqlValue[] = []
  readonly removed: number[] = []
  readonly #origin: number
  readonly #source: number | null
  readonly #when: Knowledge
  readonly #past: ReadonlyMap<number, number>

  /** `past`: the last version of slots that had rows. */
  constructor(
    origin: number,
    source: number | null,
    when: Knowledge,
    past: ReadonlyMap<number, number> = new Map(),
  ) {
    this.#origin = origin
    this.#source = source
    this.#when = when
    this.#past = past
  }

  /** Origin, version, known at and source of first rows. */
  get shared(): SqlValue[] {
    return [this.#origin, 1, this.#when.first, this.#source]
  }

  get isEmpty(): boolean {
    return this.first.length + this.replaced.length + this.removed.length === 0
  }

  put(row: StoredRow | undefined, candle: Candle): void {
    if (row !== undefined) return this.replace(row, candle)
    const { openTime, open, high, low, close, volume } = candle
    const past = this.#past.get(openTime)
    if (past === undefined) this.first.push(openTime, open, high, low, close, volume)
    else this.#again(candle, past + 1)
  }

  /** A row with the same values only changes its origin; another is a new version. */
  replace(row: StoredRow, candle: Candle): void {
    const same = sameValues(row, candle)
    if (!same) this.#archive(row)
    const { openTime, open, high, low, close, volume } = candle
    const version = same ? row[7] : row[7] + 1
    const knownAt = same ? row[8] : this.#when.corrected
    this.replaced.push(openTime, this.#origin, version, open, high, low, close, volume, knownAt, this.#source)
  }

  /** A slot whose row was taken out has one again, known from now on. */
  #again({ openTime, open, high, low, close, volume }: Candle, version: number): void {
    const { corrected } = this.#when
    this.replaced.push(
      openTime,
      this.#origin,
      version,
      open,
      high,
      low,
      close,
      volume,
      corrected,
      this.#source,
    )
  }

  remove(row: StoredRow): void {
    this.#archive(row)
    this.removed.push(row[0])
  }

  #archive(row: StoredRow): void {
    const [openTime, open, high, low, close, volume, origin, version, knownAt, source] = row
    this.archived.push(openTime, origin, version, open, high, low, close, volume, knownAt, source)
    this.archived.push(this.#when.corrected)
  }
}

export function claimOf(row: StoredRow, keeps: Keeps): Claim<Candle> {
  const [openTime, open, high, low, close, volume, , , , source] = row
  return {
    source: source !== null && (source <= 0 || keeps(source)) ? source : 0,
    row: { openTime: openTime as EpochMs, open, high, low, close, volume },
  }
}

export function sameValues(row: StoredRow, candle: Candle): boolean {
  return (
    row[1] === candle.open &&
    row[2] === candle.high &&
    row[3] === candle.low &&
    row[4] === candle.close &&
    row[5] === candle.volume
  )
}
