// Rows of candles: one current row a slot, the venue's own before a composed one, and the rows that were replaced.
import type { Sqlite } from '../../core/database.ts'
import type { EpochMs } from '../../core/time.ts'
import { columnsOf, type CandleTuple } from '../columns.ts'
import type { CandleColumns } from '../slice.ts'
import { durationOf, type Timeframe } from '../timeframe.ts'
import type { Candle, TimeRange } from '../types.ts'
import { BulkWriter, type SqlValue } from './bulk.ts'
import type { Claim } from './what-stands.ts'

/** When rows become known: a first row by its own end (null) or at a time; a corrected one at `corrected`. */
export interface Knowledge {
  readonly first: EpochMs | null
  readonly corrected: EpochMs
}

/** Two different rows for one place, as JSON arrays: what was stored, what came, and whether what came stands now. */
export interface Difference {
  readonly time: EpochMs
  readonly stored: string
  readonly given: string
  readonly stands: 'stored' | 'given'
}

/** How many rows were new, there already, or different from the venue's own row that was there; of these the first. */
export interface PutResult {
  added: number
  present: number
  conflicts: number
  readonly differences: Difference[]
}

/** Differences that one write names. */
export const MOST_DIFFERENCES = 20

/** How rows are put where others stand. */
export interface Overriding<Row> {
  readonly win?: boolean
  /** Told what streams or downloads say of a place where that does not stand by itself, before or beside an import's. */
  readonly aside?: (claim: Claim<Row>) => void
}

/** Whether a source is an import whose rows are kept apart. */
type Keeps = (source: number | null) => boolean

interface CandlePut extends Overriding<Candle> {
  readonly source: number
  readonly when: Knowledge
  readonly keeps?: Keeps
}

const ORIGIN_NATIVE = 1
const ORIGIN_COMPOSED = 0
const VALUES = 'open_time, open, high, low, close, volume'
const PLACE = 'market = ? AND timeframe = ? AND open_time >= ? AND open_time < ?'

/** [open time, o, h, l, c, v, origin, version, known at, source] */
type StoredRow = [
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

export class CandleTable {
  readonly #current
  readonly #stored
  readonly #natives
  readonly #next
  readonly #pastVersions
  readonly #asKnown
  readonly #closeBefore
  readonly #closeBeforeAsKnown
  readonly #delete
  readonly #insertFirst: BulkWriter
  readonly #insert: BulkWriter
  readonly #archive: BulkWriter

  constructor(sqlite: Sqlite) {
    this.#current = sqlite.prepare(`SELECT ${VALUES} FROM candle WHERE ${PLACE} ORDER BY open_time`).raw()
    this.#stored = sqlite
      .prepare(
        `SELECT ${VALUES}, origin, version, known_at, source FROM candle WHERE ${PLACE} ORDER BY open_time`,
      )
      .raw()
    this.#natives = sqlite
      .prepare(`SELECT open_time FROM candle WHERE ${PLACE} AND origin = ? ORDER BY open_time`)
      .raw()
    this.#next = sqlite
      .prepare('SELECT min(open_time) FROM candle WHERE market = ? AND timeframe = ? AND open_time >= ?')
      .raw()
    this.#pastVersions = sqlite
      .prepare(`SELECT open_time, max(version) FROM candle_version WHERE ${PLACE} GROUP BY open_time`)
      .raw()
    const known = 'ifnull(known_at, open_time + timeframe * 1000) <= ?'
    this.#asKnown = sqlite
      .prepare(
        `SELECT ${VALUES} FROM candle WHERE ${PLACE} AND ${known} UNION ALL
         SELECT ${VALUES} FROM candle_version WHERE ${PLACE} AND ${known} AND superseded_at > ? ORDER BY open_time`,
      )
      .raw()
    const before = 'market = ? AND timeframe = ? AND open_time < ?'
    this.#closeBefore = sqlite
      .prepare(`SELECT close, open_time FROM candle WHERE ${before} ORDER BY open_time DESC LIMIT 1`)
      .raw()
    this.#closeBeforeAsKnown = sqlite
      .prepare(
        `SELECT close, open_time FROM (SELECT * FROM (SELECT open_time, close FROM candle WHERE ${before} AND ${known}
           ORDER BY open_time DESC LIMIT 1)
         UNION ALL SELECT * FROM (SELECT open_time, close FROM candle_version
           WHERE ${before} AND ${known} AND superseded_at > ? ORDER BY open_time DESC LIMIT 1))
         ORDER BY open_time DESC LIMIT 1`,
      )
      .raw()
    this.#delete = sqlite.prepare('DELETE FROM candle WHERE market = ? AND timeframe = ? AND open_time = ?')
    this.#insertFirst = new BulkWriter(sqlite, 'INSERT INTO candle', 'ssossoooooss')
    this.#insert = new BulkWriter(sqlite, 'INSERT OR REPLACE INTO candle', 'ssoooooooooo')
    this.#archive = new BulkWriter(sqlite, 'INSERT OR REPLACE INTO candle_version', 'ssooooooooooo')
  }

  /** The newest rows with from ≤ open < to, as columns. */
  read(market: number, timeframe: Timeframe, { from, to }: TimeRange): CandleColumns {
    return columnsOf(this.#current.all([market, seconds(timeframe), from, to]) as CandleTuple[])
  }

  /** The rows as they were known at `knownAt`. */
  readAsKnown(
    market: number,
    timeframe: Timeframe,
    { from, to }: TimeRange,
    knownAt: EpochMs,
  ): CandleColumns {
    const place = [market, seconds(timeframe), from, to, knownAt]
    return columnsOf(this.#asKnown.all([...place, ...place, knownAt]) as CandleTuple[])
  }

  /** Close of the last row that opens before `time`. */
  closeBefore(market: number, timeframe: Timeframe, time: number): number | null {
    const rows = this.#closeBefore.all([market, seconds(timeframe), time]) as [number, number][]
    return rows[0]?.[0] ?? null
  }

  closeBeforeAsKnown(market: number, timeframe: Timeframe, time: number, knownAt: EpochMs): number | null {
    const place = [market, seconds(timeframe), time, knownAt]
    const rows = this.#closeBeforeAsKnown.all([...place, ...place, knownAt]) as [number, number][]
    return rows[0]?.[0] ?? null
  }

  /**
   * The venue's own rows: ascending, one a slot. Of two different ones for a slot the fuller stays, whichever came first; where they `win`, the
   * new one. `source`: see `Claim`; `keeps` tells which are imports that can be taken out.
   */
  putNative(
    market: number,
    timeframe: Timeframe,
    candles: readonly Candle[],
    { source, when, win = false, keeps = isImport, aside = (): void => {} }: CandlePut,
  ): PutResult {
    const result: PutResult = { added: 0, present: 0, conflicts: 0, differences: [] }
    const edit = this.#edit(market, timeframe, candles, { origin: ORIGIN_NATIVE, source, when })
    const existing = this.#existing(market, timeframe, candles)
    for (const candle of candles) {
      const row = existing.get(candle.openTime)
      const native = row?.[6] === ORIGIN_NATIVE
      if (row !== undefined && native && sameValues(row, candle)) {
        result.present += 1
        if ((win || source <= 0) && keeps(row[9])) edit.replace(row, candle)
      } else if (row !== undefined && native) {
        result.conflicts += 1
        const stands = win || isFuller(candle, row) ? 'given' : 'stored'
        if (result.differences.length < MOST_DIFFERENCES)
          result.differences.push(differenceOf(row, candle, stands))
        const before = claimOf(row, keeps)
        if (stands === 'given') {
          edit.replace(row, candle)
          if (source > 0 && before.source <= 0) aside(before)
        } else if (source <= 0 && before.source > 0) aside({ source, row: candle })
      } else {
        result.added += 1
        edit.put(row, candle)
      }
    }
    this.#apply(market, timeframe, edit)
    return result
  }

  /** The venue's own rows with from ≤ open < to; of imports that `keeps` does not know, as of before all imports. */
  natives(market: number, timeframe: Timeframe, { from, to }: TimeRange, keeps: Keeps): Claim<Candle>[] {
    const rows = this.#stored.all([market, seconds(timeframe), from, to]) as StoredRow[]
    return rows.filter((row) => row[6] === ORIGIN_NATIVE).map((row) => claimOf(row, keeps))
  }

  /** Takes rows of the venue's own out; what was known of them until now stays known as of then. How many there were. */
  removeNative(market: number, timeframe: Timeframe, opens: readonly number[], when: Knowledge): number {
    const [first, last] = [Math.min(...opens), Math.max(...opens)]
    if (opens.length === 0) return 0
    const wanted = new Set(opens)
    const rows = this.#stored.all([market, seconds(timeframe), first, last + 1]) as StoredRow[]
    const edit = new Edit(ORIGIN_NATIVE, null, when)
    for (const row of rows) if (row[6] === ORIGIN_NATIVE && wanted.has(row[0])) edit.remove(row)
    this.#apply(market, timeframe, edit)
    return edit.removed.length
  }

  /** Opens of the venue's own rows. */
  nativeOpens(market: number, timeframe: Timeframe, { from, to }: TimeRange): number[] {
    const rows = this.#natives.all([market, seconds(timeframe), from, to, ORIGIN_NATIVE]) as [number][]
    return rows.map(([openTime]) => openTime)
  }

  /** Open time of the first row at or after `from`; infinite where there is none. */
  next(market: number, timeframe: Timeframe, from: number): number {
    const [row] = this.#next.all([market, seconds(timeframe), from]) as [number | null][]
    return row?.[0] ?? Number.POSITIVE_INFINITY
  }

  /** Makes the composed rows of `range` exactly `candles`; slots with a row of the venue's own are left alone. True where anything changed. */
  putComposed(
    market: number,
    timeframe: Timeframe,
    range: TimeRange,
    candles: readonly Candle[],
    when: Knowledge,
  ): boolean {
    const edit = this.#edit(market, timeframe, candles, { origin: ORIGIN_COMPOSED, source: null, when })
    const rows = this.#stored.all([market, seconds(timeframe), range.from, range.to]) as StoredRow[]
    const existing = new Map(rows.map((row) => [row[0], row]))
    for (const candle of candles) {
      const row = existing.get(candle.openTime)
      existing.delete(candle.openTime)
      if (row !== undefined && (row[6] === ORIGIN_NATIVE || sameValues(row, candle))) continue
      edit.put(row, candle)
    }
    for (const row of existing.values()) if (row[6] === ORIGIN_COMPOSED) edit.remove(row)
    this.#apply(market, timeframe, edit)
    return !edit.isEmpty
  }

  /** Slots that had rows before, which were taken out, go on counting versions. */
  #edit(
    market: number,
    timeframe: Timeframe,
    candles: readonly Candle[],
    { origin, source, when }: { origin: number; source: number | null; when: Knowledge },
  ): Edit {
    const [first, last] = [candles[0], candles.at(-1)]
    if (first === undefined || last === undefined) return new Edit(origin, source, when)
    const place = [market, seconds(timeframe), first.openTime, last.openTime + 1]
    const past = this.#pastVersions.all(place) as [number, number][]
    return new Edit(origin, source, when, new Map(past))
  }

  #existing(market: number, timeframe: Timeframe, candles: readonly Candle[]): Map<number, StoredRow> {
    const [first, last] = [candles[0], candles.at(-1)]
    if (first === undefined || last === undefined) return new Map()
    const rows = this.#stored.all([market, seconds(timeframe), first.openTime, last.openTime + 1])
    return new Map((rows as StoredRow[]).map((row) => [row[0], row]))
  }

  #apply(market: number, timeframe: Timeframe, edit: Edit): void {
    const place = [market, seconds(timeframe)]
    this.#archive.write(edit.archived, place)
    for (const openTime of edit.removed) this.#delete.run([...place, openTime])
    this.#insert.write(edit.replaced, place)
    this.#insertFirst.write(edit.first, [...place, ...edit.shared])
  }
}

/** The rows that one write adds, replaces, removes and keeps as history. */
class Edit {
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

function seconds(timeframe: Timeframe): number {
  return durationOf(timeframe) / 1000
}

function claimOf(row: StoredRow, keeps: Keeps): Claim<Candle> {
  const [openTime, open, high, low, close, volume, , , , source] = row
  return {
    source: source !== null && (source <= 0 || keeps(source)) ? source : 0,
    row: { openTime: openTime as EpochMs, open, high, low, close, volume },
  }
}

function isImport(source: number | null): boolean {
  return (source ?? 0) > 0
}

/** `stored`: open time, open, high, low, close, volume. */
export function differenceOf(
  stored: readonly (number | null)[],
  candle: Candle,
  stands: Difference['stands'],
): Difference {
  const { openTime, open, high, low, close, volume } = candle
  const given = JSON.stringify([open, high, low, close, volume])
  return { time: openTime, stored: JSON.stringify(stored.slice(1, 6)), given, stands }
}

function sameValues(row: StoredRow, candle: Candle): boolean {
  return (
    row[1] === candle.open &&
    row[2] === candle.high &&
    row[3] === candle.low &&
    row[4] === candle.close &&
    row[5] === candle.volume
  )
}

/** A fixed order among different rows of one slot: more volume first, then the larger open, high, low, close. */
export function isFuller(candle: Candle, row: readonly unknown[]): boolean {
  const [, open, high, low, close, volume] = row as [unknown, number, number, number, number, number]
  const differences = [
    candle.volume - volume,
    candle.open - open,
    candle.high - high,
    candle.low - low,
    candle.close - close,
  ]
  return (differences.find((difference) => difference !== 0) ?? 0) > 0
}
