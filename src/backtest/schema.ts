// Backtests in the database, in the order they were asked for, and what those that are not over have scored.
import type { Generated } from 'kysely'
import type { RunStatus } from '../contract/training.ts'
import type { Migration } from '../core/database.ts'

export interface BacktestTables {
  backtest: BacktestTable
  backtest_scores: BacktestScoresTable
}

export interface BacktestTable {
  number: Generated<number>
  id: string
  status: RunStatus
  /** JSON of `BacktestOut` as it stands. */
  backtest: string
  /** JSON of its calls, trades and equity; null until it is over. */
  lists: string | null
  /** JSON of `BacktestOrder`. */
  order_text: string
}

/** A block of scored seconds. */
export interface BacktestScoresTable {
  backtest: string
  /** UTC ms of its first second. */
  from_time: number
  /** Changes of the market that it has seen: numbers of the newest. */
  candle_mark: number
  book_mark: number
  scores: Uint8Array
}

export const backtestMigrations: readonly Migration[] = [
  {
    id: 'backtest-001',
    sql: `CREATE TABLE backtest (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      status TEXT NOT NULL,
      backtest TEXT NOT NULL,
      lists TEXT,
      order_text TEXT NOT NULL
    );
    CREATE TABLE backtest_scores (
      backtest TEXT NOT NULL,
      from_time INTEGER NOT NULL,
      candle_mark INTEGER NOT NULL,
      book_mark INTEGER NOT NULL,
      scores BLOB NOT NULL,
      PRIMARY KEY (backtest, from_time)
    )`,
  },
]
