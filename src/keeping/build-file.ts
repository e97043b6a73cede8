// Makes the new file of `annotate migrate --to sqlite`: all that a PostgreSQL holds, compared afterwards.
import { existsSync } from 'node:fs'
import { openDatabase, type Database, type Sqlite } from '../core/database.ts'
import type { Schemas } from '../core/open-chosen.ts'
import { CopyingPostgres } from '../core/postgres/copying.ts'
import { openPostgres, type PostgresDatabase } from '../core/postgres/open.ts'
import { roomTables } from '../core/room-tables.ts'
import { switchOffCapture } from '../market/log/capture.ts'
import { homeOf } from '../market/log/home.ts'
import { SharedLog } from '../market/log/shared-log.ts'
import { LOGGED, MARKET_ROW } from '../market/log/tables.ts'
import { withLease } from './lease.ts'
import {
  loggedFile,
  notEmpty,
  progressOf,
  sharedSchema,
  type MigrateOptions,
  type MigrateReport,
} from './migrate.ts'
import { appendMarkets, applyMarkets, compareMarkets, heldMarkets } from './move-markets.ts'
import { moveRooms } from './move-rooms.ts'
import { dropNote, notedMove, noteMove } from './noted-move.ts'
import { removeDatabase } from './remove-database.ts'

export type BuiltFile = Omit<MigrateReport, 'to' | 'set_aside'>

interface Places {
  readonly source: PostgresDatabase
  readonly copying: CopyingPostgres
  /** This machine's file of these logs, brought up to them; null where it has none. */
  readonly own: Database | null
}

/** Killed, it is gone on with by the next call. @throws AppError as `moveToFile` */
export async function buildFile(path: string, options: MigrateOptions): Promise<BuiltFile> {
  const { postgres, schemas } = options
  const copying = new CopyingPostgres(postgres)
  try {
    const source = await openPostgres(postgres, sharedSchema(schemas))
    try {
      const built = await withLease(copying, options.workspace, () =>
        withOwnFile(copying, options, (own) => build(path, { source, copying, own }, options)),
      )
      return { from: source.name, ...built }
    } finally {
      await source.close()
    }
  } finally {
    await copying.close()
  }
}

/** @throws AppError 409 `database_not_empty` where the file is another's */
async function withOwnFile<T>(
  copying: CopyingPostgres,
  options: MigrateOptions,
  work: (own: Database | null) => Promise<T>,
): Promise<T> {
  const { workspace, schemas, replace, clock } = options
  if (!existsSync(workspace.database)) return work(null)
  const own = openDatabase(workspace.database, [...schemas.market, ...schemas.rooms], { alone: true })
  try {
    if (homeOf(own.sqlite)?.id !== (await new SharedLog(copying, clock).id())) {
      const held = heldIn(own.sqlite, schemas)
      if (held !== null && !replace) throw notEmpty(workspace.database, held)
      return await work(null)
    }
    const file = loggedFile(own.sqlite, copying, clock, options.onProgress)
    await appendMarkets(file, progressOf(options))
    await applyMarkets(file, progressOf(options))
    return await work(own)
  } finally {
    await own.close()
  }
}

/** What stands in the way, in words; null: nothing. */
function heldIn(sqlite: Sqlite, { rooms }: Schemas): string | null {
  const markets = LOGGED.filter((table) => table !== MARKET_ROW).map(({ name }) => ({ name, seeded: 0 }))
  for (const { name, seeded } of [...roomTables(rooms), ...markets]) {
    const [rows] = sqlite.prepare(`SELECT count(*) FROM "${name}"`).raw().get() as [number]
    if (rows > seeded) return `${rows} rows of ${name}`
  }
  return null
}

/** All of it, compared; the file is closed then, and has no log any more. */
async function build(
  path: string,
  { source, copying, own }: Places,
  options: MigrateOptions,
): Promise<Omit<BuiltFile, 'from'>> {
  const { schemas, postgres, clock, signal } = options
  const logs = await new SharedLog(copying, clock).id()
  const resumed = isBegun(path, logs)
  if (!resumed) await removeDatabase(path)
  const target = openDatabase(path, [...schemas.market, ...schemas.rooms], { alone: true })
  try {
    noteMove(target.sqlite, logs)
    const told = progressOf(options)
    await applyMarkets(loggedFile(target.sqlite, copying, clock), told)
    const from = { tables: source.tables, choice: { file: path, postgres } }
    const rooms = { schema: schemas.rooms, resume: true, signal, onProgress: told.onRows }
    const tables = await moveRooms({ from, to: target, ...rooms })
    options.onProgress('comparing the markets')
    const markets = own === null ? heldMarkets(target.sqlite) : compareMarkets(own.sqlite, target.sqlite)
    // Without its note it is not gone on with: whatever is written to the logs from now on is not in it.
    switchOffCapture(target.sqlite)
    dropNote(target.sqlite)
    target.sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    return { resumed, tables, markets, markets_compared: own !== null }
  } finally {
    await target.close()
  }
}

/** Whether a move of these logs was cut off there. */
function isBegun(path: string, logs: string): boolean {
  if (!existsSync(path)) return false
  const begun = openDatabase(path, [], { alone: true })
  try {
    return notedMove(begun.sqlite) === logs
  } finally {
    void begun.close()
  }
}
