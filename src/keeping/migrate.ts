// What moving a workspace's database to a PostgreSQL and back have in common: what they are told, what they say, and files that hold markets while it lasts.
import type { Clock } from '../core/clock.ts'
import type { Migration, Sqlite } from '../core/database.ts'
import { AppError } from '../core/errors.ts'
import type { CopyingPostgres } from '../core/postgres/copying.ts'
import type { Schemas } from '../core/open-chosen.ts'
import type { Workspace } from '../core/workspace.ts'
import { switchOnCapture } from '../market/log/capture.ts'
import { LoggedFile } from '../market/log/logged-file.ts'
import { SharedLog } from '../market/log/shared-log.ts'
import { openMarketStore } from '../market/store/market-store.ts'
import type { MovedMarket } from './move-markets.ts'
import type { MovedTable } from './move-rooms.ts'

export interface MigrateOptions {
  /** Nobody else has it open. */
  readonly workspace: Workspace
  /** Address of the PostgreSQL, to or from which all is moved. */
  readonly postgres: string
  readonly schemas: Schemas
  /** What is where all is moved to makes way; else a place with anything in it is refused. */
  readonly replace: boolean
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onProgress: (words: string) => void
}

/** Every row of `tables` was read again in both places, and was the same. */
export interface MigrateReport {
  readonly from: string
  readonly to: string
  /** A move that was cut off was gone on with. */
  readonly resumed: boolean
  readonly tables: readonly MovedTable[]
  readonly markets: readonly MovedMarket[]
  /** So was every row of the markets; false: this machine had no file of them to compare with. */
  readonly markets_compared: boolean
  /** Where the file is that was in the way; null: none was. */
  readonly set_aside: string | null
}

/** What a PostgreSQL that is moved to or from is to have. */
export function sharedSchema({ rooms, shared = [] }: Schemas): Migration[] {
  return [...rooms, ...shared]
}

/**
 * @param sqlite with the market's tables
 * @param say as `SharedLog`
 */
export function loggedFile(
  sqlite: Sqlite,
  db: CopyingPostgres,
  clock: Clock,
  say?: (words: string) => void,
): LoggedFile {
  switchOnCapture(sqlite)
  return new LoggedFile(openMarketStore(sqlite), new SharedLog(db, clock, say))
}

export function progressOf({ signal, onProgress }: Pick<MigrateOptions, 'signal' | 'onProgress'>) {
  return {
    signal,
    onMarket: ({ symbol, venue }: { symbol: string; venue: string }) => onProgress(`${symbol} on ${venue}`),
    onRows: (table: string, rows: number) => onProgress(`${table}: ${rows} rows`),
  }
}

export function notEmpty(what: string, held: string): AppError {
  const message = `${what} holds ${held} already. Nothing was written: name an empty one, or say --replace, and what is there makes way.`
  return new AppError('database_not_empty', message, { status: 409, field: 'to' })
}
