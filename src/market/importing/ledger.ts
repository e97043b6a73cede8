// The ledger of imported files: which file, with which bytes, brought how much.
import { basename, resolve } from 'node:path'
import { systemClock, type Clock } from '../../core/clock.ts'
import { toIso } from '../../core/time.ts'
import type { Importing } from '../store/market-store.ts'
import { replaceWithin } from '../store/replace-within.ts'
import { durationOf, type Timeframe } from '../timeframe.ts'
import type { TimeRange } from '../types.ts'
import type { ImportOptions, ReadFile } from './import-file.ts'
import type { ImportGap, ImportReport, Tally } from './report.ts'
import { verdictOf, wordsOf } from './verdict.ts'

export class Ledger {
  readonly #options: ImportOptions
  readonly #clock: Clock
  readonly #kind: ImportReport['kind']
  readonly #timeframe: Timeframe | null
  readonly #started = performance.now()
  #id: number | null = null

  constructor(options: ImportOptions, kind: ImportReport['kind'], timeframe: Timeframe | null) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#kind = kind
    this.#timeframe = timeframe
  }

  /** The import's number, entered at the first batch: inside that batch's transaction. */
  id(): number {
    if (this.#id !== null) return this.#id
    const { store, market, path } = this.#options
    const seconds = this.#timeframe === null ? null : durationOf(this.#timeframe) / 1000
    const { lastInsertRowid } = store.sqlite
      .prepare('INSERT INTO import (market, kind, timeframe, file, started_at) VALUES (?, ?, ?, ?, ?)')
      .run([store.open(market), this.#kind, seconds, basename(path), this.#clock.now()])
    this.#id = Number(lastInsertRowid)
    store.imports.setPath(this.#id, resolve(path))
    if (this.#options.replace === true) store.imports.mark(this.#id, 'replaces', 1)
    if (this.#options.negativePrices === true) store.takeNegativePrices(market)
    return this.#id
  }

  /** What rows are put with. */
  get by(): Importing {
    return { source: this.id(), win: this.#options.replace === true }
  }

  /** After the last row: what the file does not have inside its span goes, where it replaces. */
  async replaceRest(tally: Tally): Promise<void> {
    if (this.#options.replace !== true) return
    tally.replaced += await replaceWithin(this.#options.store, this.id(), this.#clock)
  }

  finish(read: ReadFile, tally: Tally, coverage: TimeRange | null, gaps: readonly ImportGap[]): ImportReport {
    const { store, market, path } = this.#options
    store.sqlite
      .prepare('UPDATE import SET sha256 = ?, rows = ?, added = ?, finished_at = ? WHERE id = ?')
      .run([read.sha256, tally.rows, tally.added, this.#clock.now(), this.id()])
    const verdict = verdictOf(tally)
    return {
      import: this.id(),
      file: basename(path),
      ...read,
      kind: this.#kind,
      market,
      timeframe: this.#timeframe,
      rows: tally.rows,
      elsewhere: tally.elsewhere,
      added: tally.added,
      already_present: tally.present,
      repeats: tally.repeats,
      out_of_order: tally.outOfOrder,
      conflicts: tally.conflicts,
      differences: tally.differences.map(({ time, ...rows }) => ({ time: toIso(time), ...rows })),
      replaced: tally.replaced,
      gaps,
      refused_count: tally.refusedCount,
      refused: tally.refused,
      mostly_refused: verdict === null ? null : wordsOf(verdict, tally),
      notes: tally.notes,
      coverage,
      duration_ms: performance.now() - this.#started,
    }
  }
}
