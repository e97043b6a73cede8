// Coverage that an import puts aside where it stands before all earlier ones, and that comes back when it is taken out.
import type { Sqlite } from '../../core/database.ts'
import { clip, missingFrom, rangeOf } from '../ranges.ts'
import type { Timeframe } from '../timeframe.ts'
import type { TimeRange } from '../types.ts'
import { KINDS_OF, type CoverageKind, type CoverageRow, type CoverageTable } from './coverage-table.ts'
import { placeOf } from './import-blocks.ts'
import type { Mask } from './what-stands.ts'

const ALL_KINDS = [...KINDS_OF.trades, ...KINDS_OF.candles]

type Row = [CoverageKind, number, number, number | null, number]

export class CutCoverage {
  readonly #coverage: CoverageTable
  readonly #insert
  readonly #of
  readonly #dropOf
  readonly #dropSource
  readonly #meeting
  readonly #drop

  constructor(sqlite: Sqlite, coverage: CoverageTable) {
    this.#coverage = coverage
    this.#insert = sqlite.prepare('INSERT INTO coverage_cut VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
    this.#of = sqlite
      .prepare(
        'SELECT kind, from_time, to_time, known_at, source FROM coverage_cut WHERE cut_by = ? AND timeframe = ?',
      )
      .raw()
    this.#dropOf = sqlite.prepare('DELETE FROM coverage_cut WHERE cut_by = ? AND timeframe = ?')
    this.#dropSource = sqlite.prepare('DELETE FROM coverage_cut WHERE source = ?')
    this.#meeting = sqlite
      .prepare(
        'SELECT rowid, cut_by, kind, from_time, to_time, known_at, source FROM coverage_cut WHERE market = ? AND timeframe = ? AND from_time < ? AND to_time > ?',
      )
      .raw()
    this.#drop = sqlite.prepare('DELETE FROM coverage_cut WHERE rowid = ?')
  }

  /** Puts aside what earlier imports, streams and downloads recorded within the mask, of these kinds. */
  cut(market: number, timeframe: Timeframe, mask: Mask, kinds: readonly CoverageKind[]): void {
    const isCut = ({ source, kind }: CoverageRow): boolean => source < mask.import && kinds.includes(kind)
    for (const row of this.#coverage.take(market, timeframe, mask.span, isCut))
      this.#putAside(mask, market, timeframe, row)
  }

  /** What `source` had put aside comes back, or is put aside by the next of `masks` there. What it had recorded itself stays away. */
  restore(market: number, timeframe: Timeframe, source: number, masks: readonly Mask[]): void {
    const later = masks.filter((mask) => mask.import > source).toSorted((a, b) => a.import - b.import)
    const place = placeOf(timeframe)
    this.#dropSource.run([source])
    const rows = this.#of.all([source, place]) as Row[]
    this.#dropOf.run([source, place])
    for (const [kind, from, to, knownAt, by] of rows) {
      let rest = [rangeOf(from, to)]
      for (const mask of later) {
        for (const part of clip(rest, mask.span))
          this.#putAside(mask, market, timeframe, { kind, knownAt, source: by, ...part })
        rest = rest.flatMap((part) => missingFrom([mask.span], part))
      }
      this.#coverage.add(market, timeframe, kind, rest, knownAt, by)
    }
  }

  #putAside(
    mask: Mask,
    market: number,
    timeframe: Timeframe,
    { kind, from, to, knownAt, source }: Omit<CoverageRow, 'timeframe'>,
  ): void {
    this.#insert.run([mask.import, market, placeOf(timeframe), kind, from, to, knownAt, source])
  }

  /** What lies within `range`, of these kinds, never comes back. */
  trim(
    market: number,
    timeframe: Timeframe,
    range: TimeRange,
    kinds: readonly CoverageKind[] = ALL_KINDS,
  ): void {
    const place = placeOf(timeframe)
    for (const [row, by, kind, from, to, knownAt, source] of this.#meeting.all([
      market,
      place,
      range.to,
      range.from,
    ]) as [number, number, ...Row][]) {
      if (!kinds.includes(kind)) continue
      this.#drop.run([row])
      for (const part of missingFrom([range], rangeOf(from, to)))
        this.#insert.run([by, market, place, kind, part.from, part.to, knownAt, source])
    }
  }
}
