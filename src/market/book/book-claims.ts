// Which seconds of order books each import gave: what it brought, and what was there already and the same.
import type { Sqlite } from '../../core/database.ts'
import { SECOND } from '../../core/time.ts'
import { clip, missingFrom, rangeOf, runsOf, unionOf } from '../ranges.ts'
import type { TimeRange } from '../types.ts'
import type { AppendResult } from './book-store.ts'

type Span = [from: number, to: number]

export class BookClaims {
  readonly #sqlite: Sqlite

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite
  }

  /** Together with the append itself, in one transaction. */
  note(id: number, market: number, { addedAt, presentAt }: AppendResult): void {
    const insert = this.#sqlite.prepare(
      'INSERT INTO book_import_span (import, market, from_time, to_time, brought) VALUES (?, ?, ?, ?, ?)',
    )
    for (const [times, brought] of [
      [addedAt, 1],
      [presentAt, 0],
    ] as const) {
      const ascending = times.toSorted((a, b) => a - b)
      for (const { from, to } of runsOf(ascending, SECOND)) insert.run([id, market, from, to, brought])
    }
  }

  /** What goes with an import: seconds that it gave and no other import that stands did, as far as an import brought them at all. */
  leaving(id: number, market: number): TimeRange[] {
    const own = this.#spans('import = ?', [id])
    const others = this.#spans(
      'market = ? AND import != ? AND import NOT IN (SELECT id FROM import WHERE forgetting_at IS NOT NULL)',
      [market, id],
    )
    const brought = this.#spans('market = ? AND brought = 1', [market])
    return own.flatMap((range) => missingFrom(others, range)).flatMap((range) => clip(brought, range))
  }

  #spans(where: string, values: readonly number[]): TimeRange[] {
    const rows = this.#sqlite
      .prepare(`SELECT from_time, to_time FROM book_import_span WHERE ${where}`)
      .raw()
      .all([...values]) as Span[]
    return unionOf(rows.map(([from, to]) => rangeOf(from, to)))
  }
}
