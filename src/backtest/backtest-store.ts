// Backtests in the database: what was asked, how far each has come, and what came of it.
import type { Kysely } from 'kysely'
import type { BacktestDetail, BacktestOut, BacktestResult, BacktestsQuery } from '../contract/backtests.ts'
import { isOver } from '../contract/run-over.ts'
import type { Database } from '../core/database.ts'
import type { BacktestOrder } from './order.ts'
import type { BacktestTables } from './schema.ts'

/** Calls, trades and equity. */
export type BacktestLists = Pick<BacktestResult, 'calls' | 'trades' | 'equity'>
const NONE: BacktestLists = { calls: [], trades: [], equity: [] }

export class BacktestStore {
  readonly #db: Kysely<BacktestTables>
  /** Scores lie beside the market's changes, by whose numbers they are judged (`ScoreStore`). */
  readonly #local: Kysely<Pick<BacktestTables, 'backtest_scores'>>

  constructor(database: Pick<Database, 'tables' | 'local'>) {
    this.#db = database.tables<BacktestTables>()
    this.#local = database.local<Pick<BacktestTables, 'backtest_scores'>>()
  }

  async insert(backtest: BacktestOut, order: BacktestOrder): Promise<void> {
    const { id, status } = backtest
    const row = { id, status, backtest: JSON.stringify(backtest), order_text: JSON.stringify(order) }
    await this.#db.insertInto('backtest').values(row).execute()
  }

  async update(backtest: BacktestOut): Promise<void> {
    await this.#db
      .updateTable('backtest')
      .set({ status: backtest.status, backtest: JSON.stringify(backtest) })
      .where('id', '=', backtest.id)
      .execute()
  }

  /** It is over: what it had scored on the way is not needed any more. */
  async finish(backtest: BacktestOut, lists: BacktestLists | null): Promise<void> {
    const { id, status } = backtest
    await this.#db
      .updateTable('backtest')
      .set({ status, backtest: JSON.stringify(backtest), lists: lists && JSON.stringify(lists) })
      .where('id', '=', id)
      .execute()
    await this.#local.deleteFrom('backtest_scores').where('backtest', '=', id).execute()
  }

  /** Takes out what was scored of backtests that are over: a crash can leave it, and one may have ended on another machine. */
  async sweepScores(): Promise<void> {
    const scored = await this.#local.selectFrom('backtest_scores').select('backtest').distinct().execute()
    for (const { backtest: id } of scored) {
      const backtest = await this.get(id)
      if (backtest === null || isOver(backtest.status))
        await this.#local.deleteFrom('backtest_scores').where('backtest', '=', id).execute()
    }
  }

  async get(id: string): Promise<BacktestOut | null> {
    const row = await this.#backtests().where('id', '=', id).executeTakeFirst()
    return row === undefined ? null : (JSON.parse(row.backtest) as BacktestOut)
  }

  async detail(id: string): Promise<BacktestDetail | null> {
    const row = await this.#backtests().select('lists').where('id', '=', id).executeTakeFirst()
    if (row === undefined) return null
    const lists = row.lists === null ? NONE : (JSON.parse(row.lists) as BacktestLists)
    return { ...(JSON.parse(row.backtest) as BacktestOut), ...lists, timezone: 'UTC' }
  }

  async order(id: string): Promise<BacktestOrder> {
    const { order_text: text } = await this.#db
      .selectFrom('backtest')
      .select('order_text')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return JSON.parse(text) as BacktestOrder
  }

  /** Newest first. */
  async list({ limit, before }: BacktestsQuery = {}): Promise<BacktestOut[]> {
    let query = this.#backtests().orderBy('number', 'desc')
    if (limit !== undefined) query = query.limit(limit)
    if (before !== undefined) {
      const place = this.#db.selectFrom('backtest').select('number').where('id', '=', before)
      query = query.where('number', '<', place)
    }
    return (await query.execute()).map(({ backtest }) => JSON.parse(backtest) as BacktestOut)
  }

  /** Oldest first. */
  async idsWith(status: BacktestOut['status']): Promise<string[]> {
    const rows = this.#db.selectFrom('backtest').select('id').where('status', '=', status)
    return (await rows.orderBy('number').execute()).map(({ id }) => id)
  }

  #backtests() {
    return this.#db.selectFrom('backtest').select('backtest')
  }
}
