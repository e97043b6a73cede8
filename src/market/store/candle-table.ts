// Rows of candles: one current row a slot, the venue's own before a composed one, and the rows that were replaced.
import type { Sqlite } from '../../core/database.ts'
import type { EpochMs } from '../../core/time.ts'
import { columnsOf, type CandleTuple } from '../columns.ts'
import type { CandleColumns } from '../slice.ts'
import { durationOf, type Timeframe } from '../timeframe.ts'
import type { Candle, TimeRange } from '../types.ts'
import { appendRun } from '../ranges.ts'
import { BulkWriter } from './bulk.ts'
import { claimOf, Edit, sameValues, type Keeps, type StoredRow } from './candle-edit.ts'
import {
  differenceOf,
  isFuller,
  MOST_DIFFERENCES,
  type Knowledge,
  type Overriding,
  type PutResult,
} from './putting.ts'
import type { Claim } from './what-stands.ts'

interface CandlePut extends Overriding<Candle> {
  readonly source: number
  readonly when: Knowledge
  readonly keeps?: Keeps
}

const ORIGIN_NATIVE = 1
const ORIGIN_COMPOSED = 0
const VALUES = 'open_time, open, high, low, close, volume'
const PLACE = 'market = ? AND timeframe = ? AND open_time >= ? AND open_time < ?'

export class CandleTable {
  readonly #current
  readonly #stored
  readonly #natives
  readonly #next
  readonly #pastVersions
  readonly #asKnown
  readonly #closeBefore
  readonly #closeBeforeAsKnown
  readonly #notPositive
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
    this.#notPositive = sqlite
      .prepare(
        `SELECT open_time, CASE WHEN close > 0 THEN NULL ELSE (SELECT min(next.open_time) FROM candle next
           WHERE next.market = candle.market AND next.timeframe = candle.timeframe AND next.open_time > candle.open_time) END, close
         FROM candle WHERE market = ? AND timeframe = ? AND open_time >= ? AND low <= 0 ORDER BY open_time`,
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

  /** As `MarketReader.notPositive`. */
  notPositive(market: number, timeframe: Timeframe, from: EpochMs | 0): TimeRange[] {
    const step = durationOf(timeframe)
    const rows = this.#notPositive.all([market, seconds(timeframe), from]) as [
      number,
      number | null,
      number,
    ][]
    const out: TimeRange[] = []
    for (const [open, next, close] of rows) {
      const end = close > 0 ? open + step : (next ?? Number.POSITIVE_INFINITY)
      appendRun(out, open, Math.max(open + step, end))
    }
    return out
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

function seconds(timeframe: Timeframe): number {
  return durationOf(timeframe) / 1000
}

function isImport(source: number | null): boolean {
  return (source ?? 0) > 0
}
