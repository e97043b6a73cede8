// The ledger of imported files, for order books: which file, with which bytes, brought how many seconds.
import { basename } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { SECOND } from '../../core/time.ts'
import { hullOf, runsOf } from '../ranges.ts'
import type { MarketStore } from '../store/market-store.ts'
import type { Market } from '../types.ts'
import { BookClaims } from './book-claims.ts'
import type { AppendResult } from './book-store.ts'

/** What is entered of a file that was read to its end. */
interface Finished {
  readonly sha256: string
  readonly lines: number
  readonly seconds_added: number
}

/** One import's row in the table `import`: entered before the first snapshot is stored, so that a broken import shows as unfinished. */
export class BookLedger {
  readonly #store: MarketStore
  readonly #clock: Clock
  readonly #claims: BookClaims
  #id: number | null = null

  constructor(store: MarketStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
    this.#claims = new BookClaims(store.sqlite)
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

  /** Stores some of it by `append`, and with it which seconds the import gave. */
  keep(market: Market, append: () => AppendResult): AppendResult {
    return this.#store.transaction(() => {
      const result = append()
      if (this.#id !== null) {
        this.#claims.note(this.#id, this.#store.open(market), result)
        this.#reach(this.#id, result)
      }
      return result
    })
  }

  /** `rows` are the file's lines, `added` the seconds that were new. */
  finish({ sha256, lines, seconds_added }: Finished): void {
    const update = this.#store.sqlite.prepare(
      'UPDATE import SET sha256 = ?, rows = ?, added = ?, finished_at = ? WHERE id = ?',
    )
    this.#store.transaction(() => update.run([sha256, lines, seconds_added, this.#clock.now(), this.#id]))
  }

  /** From its first second on it can be taken out again, whole or broken off. */
  #reach(id: number, { addedAt, presentAt }: AppendResult): void {
    const given = hullOf(
      runsOf(
        [...addedAt, ...presentAt].toSorted((a, b) => a - b),
        SECOND,
      ),
    )
    if (given === null) return
    this.#store.sqlite
      .prepare(
        'UPDATE import SET from_time = min(ifnull(from_time, ?1), ?1), to_time = max(ifnull(to_time, ?2), ?2) WHERE id = ?3',
      )
      .run([given.from, given.to, id])
  }
}
