// Scores of backtests that are not over, a block a row; one whose market changed since is forgotten.
import type { Sqlite } from '../core/database.ts'
import { sameMarket } from '../contract/market-name.ts'
import { inTransaction } from '../core/transaction.ts'
import { ChangeReader, type ChangeMark } from '../market/store/changes-since.ts'
import type { Market, TimeRange } from '../market/types.ts'
import type { BacktestScoresTable } from './schema.ts'

export class ScoreStore {
  readonly #sqlite: Sqlite
  readonly #backtest: string
  readonly #market: Market
  readonly #changes: ChangeReader
  /** As far as the market's changes were read when the block under way began. */
  #mark: ChangeMark = { candles: 0, books: 0 }

  constructor(sqlite: Sqlite, backtest: string, market: Market) {
    this.#sqlite = sqlite
    this.#backtest = backtest
    this.#market = market
    this.#changes = new ChangeReader(sqlite, ['candles', 'books'])
  }

  /** To be asked before what a block sees is read. */
  begin(block: TimeRange): Float32Array | null {
    this.#mark = this.#changes.since(this.#mark).mark
    const select = this.#sqlite.prepare(
      'SELECT candle_mark, book_mark, scores FROM backtest_scores WHERE backtest = ? AND from_time = ?',
    )
    const row = select.get(this.#backtest, block.from) as
      Pick<BacktestScoresTable, 'candle_mark' | 'book_mark' | 'scores'> | undefined
    if (row === undefined || this.#hasChanged(row, block)) return null
    const bytes = Uint8Array.from(row.scores)
    return new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / Float32Array.BYTES_PER_ELEMENT))
  }

  keep(block: TimeRange, scores: Float32Array): void {
    const insert = this.#sqlite.prepare('INSERT OR REPLACE INTO backtest_scores VALUES (?, ?, ?, ?, ?)')
    const { candles, books } = this.#mark
    const bytes = Buffer.from(scores.buffer, scores.byteOffset, scores.byteLength)
    inTransaction(this.#sqlite, () => insert.run(this.#backtest, block.from, candles, books, bytes))
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
