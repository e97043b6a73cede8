// What changed of order books, so that whoever made something of them can tell; the oldest are forgotten.
import type { Sqlite } from '../../core/database.ts'

/** Changes that are remembered. */
const CHANGES_KEPT = 10_000

export class BookChanges {
  readonly #insert
  readonly #forget

  constructor(sqlite: Sqlite) {
    this.#insert = sqlite.prepare('INSERT INTO book_change (market, from_time) VALUES (?, ?)')
    this.#forget = sqlite.prepare('DELETE FROM book_change WHERE seq <= ?')
  }

  /** Snapshots changed, none earlier than `first`. */
  note(market: number, first: number): void {
    const { lastInsertRowid } = this.#insert.run([market, first])
    if (Number(lastInsertRowid) % 1000 === 0) this.#forget.run([Number(lastInsertRowid) - CHANGES_KEPT])
  }
}
