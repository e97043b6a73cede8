// The ledger of imported files, for order books: which file, with which bytes, brought how many seconds.
import { basename } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import type { MarketStore } from '../store/market-store.ts'
import type { Market } from '../types.ts'

/** One import's row in the table `import`: entered before the first snapshot is stored, so that a broken import shows as unfinished. */
export class BookLedger {
  readonly #store: MarketStore
  readonly #clock: Clock
  #id: number | null = null

  constructor(store: MarketStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  begin(market: Market, path: string): void {
    if (this.#id !== null) return
    const insert = this.#store.sqlite.prepare(
      "INSERT INTO import (market, kind, file, started_at) VALUES (?, 'book', ?, ?)",
    )
    const { lastInsertRowid } = this.#store.transaction(() =>
      insert.run([this.#store.open(market), basename(path), this.#clock.now()]),
    )
    this.#id = Number(lastInsertRowid)
  }

  /** `rows` are the file's lines, `added` the seconds that were new. */
  finish({ sha256, lines, seconds_added }: { sha256: string; lines: number; seconds_added: number }): void {
    const update = this.#store.sqlite.prepare(
      'UPDATE import SET sha256 = ?, rows = ?, added = ?, finished_at = ? WHERE id = ?',
    )
    this.#store.transaction(() => update.run([sha256, lines, seconds_added, this.#clock.now(), this.#id]))
  }
}
