// Which stretches are known, recorded and never guessed, and what follows from them for each timeframe (design, section 4).
import type { Sqlite } from '../../core/database.ts'
import { missingFrom, rangeOf, unionOf, wholeSlots } from '../ranges.ts'
import { durationOf, lowerOf, type Timeframe } from '../timeframe.ts'
import type { TimeRange } from '../types.ts'

/** `trades`: files and streams of trades. `candles`: rows of the venue itself. `sparse`: a candle file that leaves quiet ones out. */
export type CoverageKind = 'trades' | 'candles' | 'sparse'

/** What files of trades, and of candles, record. */
export const KINDS_OF: Readonly<Record<'trades' | 'candles', readonly CoverageKind[]>> = {
  trades: ['trades'],
  candles: ['candles', 'sparse'],
}

export interface CoverageRow extends TimeRange {
  readonly timeframe: number
  readonly kind: CoverageKind
  /** Null: known by its own time. */
  readonly knownAt: number | null
  /** The import that recorded it; 0 for streams, downloads and simulated markets. */
  readonly source: number
}

type Tuple = [number, CoverageKind, number, number, number | null, number]

export class CoverageTable {
  readonly #rows
  readonly #touching
  readonly #delete
  readonly #insert
  readonly #loaded = new Map<number, readonly CoverageRow[]>()
  readonly #known = new Map<string, readonly TimeRange[]>()

  constructor(sqlite: Sqlite) {
    this.#rows = sqlite
      .prepare('SELECT timeframe, kind, from_time, to_time, known_at, source FROM coverage WHERE market = ?')
      .raw()
    const place = 'market = ? AND timeframe = ? AND kind = ? AND from_time <= ? AND to_time >= ?'
    this.#touching = sqlite
      .prepare(`SELECT from_time, to_time FROM coverage WHERE ${place} AND known_at IS ? AND source = ?`)
      .raw()
    this.#delete = sqlite.prepare(`DELETE FROM coverage WHERE ${place} AND known_at IS ? AND source = ?`)
    this.#insert = sqlite.prepare(
      'INSERT INTO coverage (market, timeframe, kind, from_time, to_time, known_at, source) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
  }

  /** Records ranges; those that touch recorded ones of the same kind, time of knowledge and source become one. True where it changed anything. */
  add(
    market: number,
    timeframe: Timeframe,
    kind: CoverageKind,
    ranges: readonly TimeRange[],
    knownAt: number | null,
    source = 0,
  ): boolean {
    let changed = false
    for (const range of unionOf(ranges)) {
      const place = [
        market,
        durationOf(timeframe) / 1000,
        kind,
        range.to,
        range.from,
        knownAt,
        source,
      ] as const
      const touching = this.#touching.all(place) as [number, number][]
      const [merged = range] = unionOf(
        [range],
        touching.map(([from, to]) => rangeOf(from, to)),
      )
      const [first] = touching
      if (touching.length === 1 && first?.[0] === merged.from && first[1] === merged.to) continue
      if (touching.length > 0) this.#delete.run(place)
      this.#insert.run([place[0], place[1], kind, merged.from, merged.to, knownAt, source])
      changed = true
    }
    if (changed) this.forget(market)
    return changed
  }

  /** Takes a range back out: what was thought to be known is not. True where it changed anything. */
  remove(market: number, timeframe: Timeframe, kind: CoverageKind, range: TimeRange): boolean {
    const step = durationOf(timeframe) / 1000
    const met = this.#load(market).filter(
      (row) => row.timeframe === step && row.kind === kind && row.from < range.to && row.to > range.from,
    )
    for (const row of met) this.#cut(market, row, range)
    if (met.length > 0) this.forget(market)
    return met.length > 0
  }

  /** Takes all that is recorded of a timeframe within `range` out, or `which` of it. What was taken, clipped. */
  take(
    market: number,
    timeframe: Timeframe,
    range: TimeRange,
    which: (row: CoverageRow) => boolean = () => true,
  ): CoverageRow[] {
    const step = durationOf(timeframe) / 1000
    const met = this.#load(market).filter(
      (row) => row.timeframe === step && row.from < range.to && row.to > range.from && which(row),
    )
    for (const row of met) this.#cut(market, row, range)
    if (met.length > 0) this.forget(market)
    return met.map((row) => ({
      ...row,
      ...rangeOf(Math.max(row.from, range.from), Math.min(row.to, range.to)),
    }))
  }

  #cut(market: number, { timeframe, kind, from, to, knownAt, source }: CoverageRow, range: TimeRange): void {
    this.#delete.run([market, timeframe, kind, from, from + 1, knownAt, source])
    for (const part of missingFrom([range], rangeOf(from, to)))
      this.#insert.run([market, timeframe, kind, part.from, part.to, knownAt, source])
  }

  /** Whole slots whose candle is known: traded or quiet. Given `knownAt`: by what was recorded until then. */
  known(market: number, timeframe: Timeframe, knownAt?: number): readonly TimeRange[] {
    if (knownAt !== undefined) return this.#derive(market, timeframe, knownAt)
    const key = `${market} ${timeframe}`
    const cached = this.#known.get(key)
    if (cached !== undefined) return cached
    const known = this.#derive(market, timeframe)
    this.#known.set(key, known)
    return known
  }

  /** Seconds that trades cover: what 1s candles may be composed of. */
  byTrades(market: number): readonly TimeRange[] {
    return unionOf(this.#load(market).filter(({ kind }) => kind === 'trades'))
  }

  forget(market?: number): void {
    if (market === undefined) this.#loaded.clear()
    else this.#loaded.delete(market)
    this.#known.clear()
  }

  #derive(market: number, timeframe: Timeframe, knownAt?: number): TimeRange[] {
    const step = durationOf(timeframe)
    const own = this.#load(market).filter(
      (row) =>
        row.timeframe === step / 1000 &&
        (knownAt === undefined || row.knownAt === null || row.knownAt <= knownAt),
    )
    const lower = lowerOf(timeframe)
    return wholeSlots(unionOf(own, lower === null ? [] : this.known(market, lower, knownAt)), step)
  }

  #load(market: number): readonly CoverageRow[] {
    const loaded = this.#loaded.get(market)
    if (loaded !== undefined) return loaded
    const rows = (this.#rows.all([market]) as Tuple[]).map(
      ([timeframe, kind, from, to, knownAt, source]): CoverageRow => ({
        timeframe,
        kind,
        knownAt,
        source,
        ...rangeOf(from, to),
      }),
    )
    this.#loaded.set(market, rows)
    return rows
  }
}
