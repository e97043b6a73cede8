// Whether the markets' log is PostgreSQL's own partitions or a hypertable of TimescaleDB: chosen once, while nothing of it is there.
import { at } from '../../core/at.ts'
import { AppError, messageOf } from '../../core/errors.ts'
import type { Copying, CopyingPostgres } from '../../core/postgres/copying.ts'
import { isRace } from '../../core/postgres/fault.ts'
import { createExtension, hypertableDays, turnIntoHypertable } from './hypertable.ts'
import { takeTurn, type LogDays } from './log-days.ts'
import { nativePartitions } from './native-partitions.ts'

/** What the catalogue says of the log and of TimescaleDB. */
export interface LogTable {
  /** By PostgreSQL itself; else it is a hypertable. */
  readonly isPartitioned: boolean
  /** A day of it is there. */
  readonly isBegun: boolean
  /** The server was started with TimescaleDB's library. */
  readonly isLoaded: boolean
  /** It can be created in this database, by who may. */
  readonly isAvailable: boolean
  /** It was. */
  readonly isCreated: boolean
}

export type LogChoice = 'stay' | 'say_not_loaded' | 'create_and_turn' | 'turn'

/** What is to be done of it. */
export function logChoice({ isPartitioned, isBegun, ...timescale }: LogTable): LogChoice {
  const { isLoaded, isAvailable, isCreated } = timescale
  if (!isPartitioned || isBegun) return 'stay'
  if (!isAvailable && !isCreated) return 'stay'
  if (!isLoaded) return 'say_not_loaded'
  return isCreated ? 'turn' : 'create_and_turn'
}

/**
 * Makes the log a hypertable where it can be one, and creates the extension where that is all that is missing. What stood in the way, in words; null where nothing
 * did. @throws AppError 503 as `postgresFault`: it may be another time
 */
export async function chooseLogTable(db: CopyingPostgres): Promise<string | null> {
  const choice = logChoice(await logTable(db))
  if (choice === 'stay') return null
  if (choice === 'say_not_loaded') return inTheWay("it is not among the server's shared_preload_libraries")
  try {
    await db.transaction(async (within) => {
      await takeTurn(within)
      await choose(within, logChoice(await logTable(within)))
    })
    return null
  } catch (error) {
    if (isRace(error) || (error instanceof AppError && error.status === 503)) throw error
    return inTheWay(messageOf(error instanceof AppError ? (error.cause ?? error) : error))
  }
}

/** As it was chosen by whoever did. */
export async function daysOf(within: Copying): Promise<LogDays> {
  return (await logTable(within)).isPartitioned ? nativePartitions : hypertableDays
}

async function choose(within: Copying, choice: LogChoice): Promise<void> {
  if (choice === 'create_and_turn') await createExtension(within)
  if (choice === 'create_and_turn' || choice === 'turn') await turnIntoHypertable(within)
}

/** The library has a setting of its own under this name from its first version on. */
const LOG_TABLE = `
  SELECT c.relkind = 'p' AS "isPartitioned", EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid) AS "isBegun",
    current_setting('timescaledb.disable_load', true) IS NOT NULL AS "isLoaded",
    EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb') AS "isAvailable",
    EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') AS "isCreated"
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relname = 'market_log' AND n.nspname = current_schema()`

async function logTable(within: Pick<Copying, 'ask'>): Promise<LogTable> {
  return at(await within.ask<LogTable>(LOG_TABLE), 0)
}

function inTheWay(why: string): string {
  return `timescale_not_used: TimescaleDB is there, and the markets' log is kept without it, in PostgreSQL's own partitions: ${why}. Nothing is lost by that; it stays so once something was stored.`
}
