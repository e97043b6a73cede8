// What changed in the store since somebody last looked, in the market's own words: for what was made of it and may be out of date.
import type { Sqlite } from '../../core/database.ts'
import type { Market } from '../types.ts'

/** How far a reader has read: numbers of the newest changes of candles and of order books. 0: nothing yet. */
export interface ChangeMark {
  readonly candles: number
  readonly books: number
}

/** Data of a market changed, none of it earlier than `from`, UTC ms. */
export interface MarketChange extends Market {
  readonly what: 'candles' | 'books'
  readonly from: number
  /** Market states as of earlier instants saw none of it: a longer candle stands in none before its end. */
  readonly seenFrom: number
}

export interface Changes {
  readonly mark: ChangeMark
  /** One a market and kind; null: some are no longer kept, so anything may have changed. */
  readonly changes: readonly MarketChange[] | null
}

type Bounds = [oldest: number | null, newest: number | null]
type Row = [venue: string, symbol: string, from: number, seenFrom: number]

/** Changes with numbers after `seen`, of this connection and of others that have committed. Costs as much as there are new ones. */
export class ChangeReader {
  readonly #sources

  /** `whats`: of what; books where the database has their tables. */
  constructor(sqlite: Sqlite, whats: readonly MarketChange['what'][]) {
    this.#sources = whats.map((what) => {
      const [table, seen] = {
        candles: ['candle_change', '(from_time / (timeframe * 1000) + 1) * timeframe * 1000'],
        books: ['book_change', 'from_time'],
      }[what]
      const joined = `SELECT venue, symbol, min(from_time), min(${seen}) FROM ${table} JOIN market ON market.id = market`
      return {
        what,
        bounds: sqlite.prepare(`SELECT min(seq), max(seq) FROM ${table}`).raw(),
        rows: sqlite.prepare(`${joined} WHERE seq > ? GROUP BY venue, symbol`).raw(),
      }
    })
  }

  since(seen: ChangeMark): Changes {
    const mark = { ...seen }
    const changes: MarketChange[] = []
    let isWhole = true
    for (const { what, bounds, rows } of this.#sources) {
      const [[oldest, newest] = [null, null]] = bounds.all() as Bounds[]
      if (newest === null || newest === seen[what]) continue
      // A number that is smaller than what was seen: another database lies here now.
      if (newest < seen[what] || (oldest ?? 0) > seen[what] + 1) isWhole = false
      mark[what] = newest
      for (const [venue, symbol, from, seenFrom] of rows.all([seen[what]]) as Row[])
        changes.push({ what, venue, symbol, from, seenFrom })
    }
    return { mark, changes: isWhole ? changes : null }
  }
}
