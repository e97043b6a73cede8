// A machine with a file of its own that is logged, over a PostgreSQL that several share; and all that a file says of a market.
import { join } from 'node:path'
import { openDatabase } from '../../../src/core/database.ts'
import { CopyingPostgres } from '../../../src/core/postgres/copying.ts'
import { systemClock } from '../../../src/core/clock.ts'
import { BookStore } from '../../../src/market/book/book-store.ts'
import { bookMigrations } from '../../../src/market/book/schema.ts'
import { switchOnCapture } from '../../../src/market/log/capture.ts'
import { ImportNumbers } from '../../../src/market/log/import-numbers.ts'
import { LoggedFile } from '../../../src/market/log/logged-file.ts'
import type { LoggedCell } from '../../../src/market/log/operation.ts'
import { SharedLog } from '../../../src/market/log/shared-log.ts'
import { LOGGED, MARKET_ROW, marketColumnOf } from '../../../src/market/log/tables.ts'
import { marketMigrations } from '../../../src/market/store/schema.ts'
import { openMarketStore, type MarketStore } from '../../../src/market/store/market-store.ts'
import type { Market } from '../../../src/market/types.ts'

/** Said here again: processes that are killed know nothing of vitest. */
export const LOGGED_MARKET: Market = { venue: 'test', symbol: 'ETH/USDT' }

export interface Machine {
  readonly store: MarketStore
  readonly books: BookStore
  readonly log: SharedLog
  readonly file: LoggedFile
  close(): Promise<void>
}

export function openMachine(url: string, folder: string): Machine {
  const { sqlite, close } = openDatabase(join(folder, 'annotate.db'), [
    ...marketMigrations,
    ...bookMigrations,
  ])
  switchOnCapture(sqlite)
  const store = openMarketStore(sqlite)
  const db = new CopyingPostgres(url)
  const log = new SharedLog(db, systemClock)
  return {
    store,
    books: new BookStore(sqlite),
    log,
    file: new LoggedFile(store, log),
    close: async () => {
      await close()
      await db.close()
    },
  }
}

/** By table, the rows of a market as text, sorted; imports by their numbers in the log. */
export function rowsOf({ store }: Pick<Machine, 'store'>, market = LOGGED_MARKET): Record<string, string[]> {
  const id = store.open(market)
  const numbers = new ImportNumbers(store.sqlite, id)
  numbers.look()
  return Object.fromEntries(
    LOGGED.map((table) => {
      const where = `${marketColumnOf(table)} = ?`
      const sql = `SELECT ${table.columns.join(', ')} FROM ${table.name} WHERE ${where}`
      const rows = store.sqlite.prepare(sql).raw().all([id]) as (LoggedCell | ArrayBuffer)[][]
      const texts = rows.map((row) => {
        const cells = row.map((cell) => (cell instanceof ArrayBuffer ? new Uint8Array(cell) : cell))
        return JSON.stringify(numbers.toLog({ table, isPut: true, cells }).cells.map(textOf))
      })
      return [table.name, texts.toSorted()]
    }),
  )
}

function textOf(cell: LoggedCell): unknown {
  return cell instanceof Uint8Array ? Buffer.from(cell).toString('hex') : cell
}

/** Of tables but the market's own, which each file has. */
export function countsOf(machine: Pick<Machine, 'store'>): Record<string, number> {
  const counts = Object.entries(rowsOf(machine)).map(([name, rows]) => [name, rows.length])
  return Object.fromEntries(counts.filter(([name, count]) => name !== MARKET_ROW.name && count !== 0))
}
