// The markets that a worker's backtests read: a file of its own for each PostgreSQL, brought up to the logs.
import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { openDatabase, type Migration, type Sqlite } from '../../core/database.ts'
import { makeFolder } from '../../core/folder.ts'
import type { CopyingPostgres } from '../../core/postgres/copying.ts'
import { Turns } from '../../core/turns.ts'
import { workspaceAt } from '../../core/workspace.ts'
import { switchOnCapture } from '../../market/log/capture.ts'
import { LoggedFile } from '../../market/log/logged-file.ts'
import { SharedLog } from '../../market/log/shared-log.ts'
import { openMarketStore } from '../../market/store/market-store.ts'
import type { Market } from '../../market/types.ts'
import type { FrozenMarket } from './backtest-job.ts'

export interface MarketCopiesParts {
  readonly db: CopyingPostgres
  /** Where files are kept, from one start of a worker to the next; several workers may share it. */
  readonly folder: string
  /** Of a workspace's file. */
  readonly migrations: readonly Migration[]
  readonly clock: Clock
}

export class MarketCopies {
  readonly #parts: MarketCopiesParts
  /** The log is read by one at a time. */
  readonly #turns = new Turns()

  constructor(parts: MarketCopiesParts) {
    this.#parts = parts
  }

  /**
   * The root of a workspace whose file holds what the market's log has, `frozen` at least.
   * @throws Error where the log has not come so far; as `LoggedFile.catchUp`
   */
  async upTo(market: Market, frozen: FrozenMarket): Promise<string> {
    const root = join(this.#parts.folder, frozen.logs)
    await this.#turns.run('', async () => {
      await makeFolder(root)
      await this.#inFile(root, (sqlite) => this.#catchUp(sqlite, market, frozen))
    })
    return root
  }

  /** What a backtest had scored on its way is not needed any more. */
  async forget(root: string, backtest: string): Promise<void> {
    await this.#turns.run('', () =>
      this.#inFile(root, async (sqlite) => {
        const store = openMarketStore(sqlite)
        await store.write(() =>
          sqlite.prepare('DELETE FROM backtest_scores WHERE backtest = ?').run([backtest]),
        )
      }),
    )
  }

  async #inFile(root: string, work: (sqlite: Sqlite) => Promise<void>): Promise<void> {
    const database = openDatabase(workspaceAt(root).database, this.#parts.migrations)
    try {
      await work(database.sqlite)
    } finally {
      database.close()
    }
  }

  async #catchUp(sqlite: Sqlite, market: Market, { logs, number }: FrozenMarket): Promise<void> {
    const { db, clock } = this.#parts
    switchOnCapture(sqlite)
    const log = new SharedLog(db, clock)
    if ((await log.id()) !== logs) throw new Error('the markets of the backtest are in another database')
    const reached = await new LoggedFile(openMarketStore(sqlite), log).catchUp(market)
    if (reached.number < number)
      throw new Error(
        `the log of ${market.symbol} on ${market.venue} ends at entry ${reached.number} of ${number}`,
      )
  }
}
