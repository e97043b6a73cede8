// The markets that a worker's jobs read: a file of its own for each PostgreSQL, brought up to the logs.
import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { openDatabase, type Migration, type Sqlite } from '../../core/database.ts'
import { makeFolder } from '../../core/folder.ts'
import type { CopyingPostgres } from '../../core/postgres/copying.ts'
import { Turns } from '../../core/turns.ts'
import { workspaceAt } from '../../core/workspace.ts'
import { openMarketStore } from '../store/market-store.ts'
import type { Market } from '../types.ts'
import { switchOnCapture } from './capture.ts'
import type { FrozenMarket } from './frozen-market.ts'
import { LoggedFile } from './logged-file.ts'
import { SharedLog } from './shared-log.ts'

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
    await this.inFile(frozen, (sqlite) => this.#catchUp(sqlite, market, frozen))
    return this.#rootOf(frozen)
  }

  /** Does something in the file itself, made where it is not there. */
  async inFile({ logs }: Pick<FrozenMarket, 'logs'>, work: (sqlite: Sqlite) => Promise<void>): Promise<void> {
    const root = this.#rootOf({ logs })
    await this.#turns.run('', async () => {
      await makeFolder(root)
      const database = openDatabase(workspaceAt(root).database, this.#parts.migrations)
      try {
        await work(database.sqlite)
      } finally {
        await database.close()
      }
    })
  }

  #rootOf({ logs }: Pick<FrozenMarket, 'logs'>): string {
    return join(this.#parts.folder, logs)
  }

  async #catchUp(sqlite: Sqlite, market: Market, { logs, number }: FrozenMarket): Promise<void> {
    const { db, clock } = this.#parts
    switchOnCapture(sqlite)
    const log = new SharedLog(db, clock)
    if ((await log.id()) !== logs) throw new Error('the markets of the job are in another database')
    const reached = await new LoggedFile(openMarketStore(sqlite), log).catchUp(market)
    if (reached.number < number)
      throw new Error(
        `the log of ${market.symbol} on ${market.venue} ends at entry ${reached.number} of ${number}`,
      )
  }
}
