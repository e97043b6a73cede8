// What changed, so that caches (this process's and other processes') forget exactly that.
import type { Sqlite } from '../../core/database.ts'
import { SECOND } from '../../core/time.ts'
import { durationOf, type Timeframe } from '../timeframe.ts'

/** Candles or coverage of one timeframe changed within [from, to). */
export interface Change {
  readonly market: number
  readonly timeframe: number
  readonly from: number
  readonly to: number
}

/** Null: anything may have changed. */
export type ChangeListener = (change: Change | null) => void

const KEPT = 10_000

/** Writes changes to a table of the database; other connections see by `data_version` that there is something to read. */
export class ChangeLog {
  readonly #listeners: ChangeListener[] = []
  readonly #dataVersion
  readonly #insert
  readonly #prune
  readonly #since
  readonly #bounds
  #seenVersion: number
  #seenSeq: number

  constructor(sqlite: Sqlite) {
    this.#dataVersion = sqlite.prepare('PRAGMA data_version').raw()
    this.#insert = sqlite.prepare(
      'INSERT INTO candle_change (market, timeframe, from_time, to_time) VALUES (?, ?, ?, ?)',
    )
    this.#prune = sqlite.prepare('DELETE FROM candle_change WHERE seq <= ?')
    this.#since = sqlite
      .prepare(
        'SELECT seq, market, timeframe, from_time, to_time FROM candle_change WHERE seq > ? ORDER BY seq',
      )
      .raw()
    this.#bounds = sqlite.prepare('SELECT ifnull(min(seq), 0), ifnull(max(seq), 0) FROM candle_change').raw()
    this.#seenVersion = this.#version()
    this.#seenSeq = this.#range()[1]
  }

  listen(listener: ChangeListener): void {
    this.#listeners.push(listener)
  }

  /** Tells this process at once, and others as they next look. */
  note(market: number, timeframe: Timeframe, from: number, to: number): void {
    const change = { market, timeframe: durationOf(timeframe) / SECOND, from, to }
    const { lastInsertRowid } = this.#insert.run([market, change.timeframe, from, to])
    const seq = Number(lastInsertRowid)
    if (seq === this.#seenSeq + 1) this.#seenSeq = seq
    if (seq % 1000 === 0) this.#prune.run([seq - KEPT])
    this.#emit(change)
  }

  /** Reads what other connections changed since the last look. Cheap where nothing did. */
  look(): void {
    const version = this.#version()
    if (version === this.#seenVersion) return
    this.#seenVersion = version
    const [oldest] = this.#range()
    const rows = this.#since.all([this.#seenSeq]) as [number, number, number, number, number][]
    if (oldest > this.#seenSeq + 1 && rows.length > 0) this.announceAll()
    for (const [seq, market, timeframe, from, to] of rows) {
      this.#seenSeq = seq
      this.#emit({ market, timeframe, from, to })
    }
  }

  /** After a rollback, or where too much was missed: start afresh. */
  announceAll(): void {
    this.#seenSeq = this.#range()[1]
    this.#emit(null)
  }

  #emit(change: Change | null): void {
    for (const listener of this.#listeners) listener(change)
  }

  #version(): number {
    const [[version]] = this.#dataVersion.all() as [[number]]
    return version
  }

  #range(): [number, number] {
    const [range] = this.#bounds.all() as [[number, number]]
    return range
  }
}
