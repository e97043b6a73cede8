// What is known of the seconds of backtests that are not over, a block a row; one whose market changed since is forgotten. Always in the market's
// file: its changes have their numbers there, and no other file's are the same.
import type { Sqlite } from '../core/database.ts'
import { sameMarket } from '../contract/market-name.ts'
import { inTransaction } from '../core/transaction.ts'
import { ChangeReader, type ChangeMark } from '../market/store/changes-since.ts'
import type { Market, TimeRange } from '../market/types.ts'
import { KnownParts } from './known-parts.ts'
import type { BacktestScoresTable } from './schema.ts'

export class ScoreStore {
  readonly #sqlite: Sqlite
  readonly #backtest: string
  readonly #market: Market
  readonly #parts: number
  readonly #changes: ChangeReader
  /** As far as the market's changes were read. */
  #mark: ChangeMark = { candles: 0, books: 0 }

  /** @param parts checkpoints that are asked about each second */
  constructor(sqlite: Sqlite, backtest: string, market: Market, parts: number) {
    this.#sqlite = sqlite
    this.#backtest = backtest
    this.#market = market
    this.#parts = parts
    this.#changes = new ChangeReader(sqlite, ['candles', 'books'])
  }

  /** How far the market has changed by now: to be asked before what a block sees is read. */
  mark(): ChangeMark {
    this.#mark = this.#changes.since(this.#mark).mark
    return this.#mark
  }

  known(block: TimeRange): KnownParts | null {
    const select = this.#sqlite.prepare(
      'SELECT candle_mark, book_mark, scores FROM backtest_scores WHERE backtest = ? AND from_time = ?',
    )
    const row = select.get(this.#backtest, block.from) as
      Pick<BacktestScoresTable, 'candle_mark' | 'book_mark' | 'scores'> | undefined
    return row === undefined || this.#hasChanged(row, block)
      ? null
      : KnownParts.of(block, row.scores, this.#parts)
  }

  /** @param mark of before its market was read */
  keep({ range, bytes }: KnownParts, { candles, books }: ChangeMark): void {
    const insert = this.#sqlite.prepare('INSERT OR REPLACE INTO backtest_scores VALUES (?, ?, ?, ?, ?)')
    inTransaction(this.#sqlite, () =>
      insert.run(this.#backtest, range.from, candles, books, Buffer.from(bytes)),
    )
  }

  #hasChanged(
    { candle_mark: candles, book_mark: books }: Pick<BacktestScoresTable, 'candle_mark' | 'book_mark'>,
    { to }: TimeRange,
  ): boolean {
    const { changes } = this.#changes.since({ candles, books })
    if (changes === null) return true
    // A book of the symbol may be merged of several venues'.
    return changes.some(
      (change) =>
        change.seenFrom < to &&
        (change.what === 'books' ? change.symbol === this.#market.symbol : sameMarket(change, this.#market)),
    )
  }
}
