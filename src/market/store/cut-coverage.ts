// Coverage that an import puts aside where it stands before all earlier ones, and that comes back when it is taken out.
import type { Sqlite } from '../../core/database.ts'
import { missingFrom, rangeOf, unionOf } from '../ranges.ts'
import type { Timeframe } from '../timeframe.ts'
import type { TimeRange } from '../types.ts'
import type { CoverageKind, CoverageTable } from './coverage-table.ts'
import { placeOf } from './import-blocks.ts'
import type { Mask } from './what-stands.ts'

type Row = [CoverageKind, number, number, number | null, number]

export class CutCoverage {
  readonly #coverage: CoverageTable
  readonly #insert
  readonly #of
  readonly #dropOf
  readonly #dropSource
  readonly #meeting
  readonly #drop
  readonly #streamed

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
    this.#streamed = sqlite
      .prepare(
        'SELECT from_time, to_time FROM coverage_cut WHERE market = ? AND timeframe = ? AND source = 0',
      )
      .raw()
    this.#drop = sqlite.prepare('DELETE FROM coverage_cut WHERE rowid = ?')
  }

  /** Puts aside what earlier imports, streams and downloads recorded within the mask. */
  cut(market: number, timeframe: Timeframe, mask: Mask): void {
    const taken = this.#coverage.take(market, timeframe, mask.span, (source) => source < mask.import)
    for (const { kind, from, to, knownAt, source } of taken)
      this.#insert.run([mask.import, market, placeOf(timeframe), kind, from, to, knownAt, source])
  }

  /** What `source` had put aside comes back, but for where one of `masks`, later ones, stands before it. What it had recorded itself stays away. */
  restore(market: number, timeframe: Timeframe, source: number, masks: readonly Mask[]): void {
    const place = placeOf(timeframe)
    for (const [kind, from, to, knownAt, by] of this.#of.all([source, place]) as Row[])
      this.#coverage.add(market, timeframe, kind, [rangeOf(from, to)], knownAt, by)
    this.#dropOf.run([source, place])
    this.#dropSource.run([source])
    for (const mask of masks) if (mask.import > source) this.cut(market, timeframe, mask)
  }

  /** What streams and downloads had recorded themselves, whichever import put it aside. */
  streamed(market: number, timeframe: Timeframe): readonly TimeRange[] {
    const rows = this.#streamed.all([market, placeOf(timeframe)]) as [number, number][]
    return unionOf(rows.map(([from, to]) => rangeOf(from, to)))
  }

  /** What lies within `range` never comes back. */
  trim(market: number, timeframe: Timeframe, range: TimeRange): void {
    const place = placeOf(timeframe)
    for (const [row, by, kind, from, to, knownAt, source] of this.#meeting.all([
      market,
      place,
      range.to,
      range.from,
    ]) as [number, number, ...Row][]) {
      this.#drop.run([row])
      for (const part of missingFrom([range], rangeOf(from, to)))
        this.#insert.run([by, market, place, kind, part.from, part.to, knownAt, source])
    }
  }
}
