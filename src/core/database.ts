// The embedded SQL database: SQLite in WAL mode, durable, one file per workspace; each room brings its own migrations.
import type Connection from 'libsql'
import { Kysely } from 'kysely'
import { AppError } from './errors.ts'
import { openConnection } from './connection.ts'
import { isDamage } from './damage.ts'
import { storageFault } from './storage-fault.ts'
import { inTransaction } from './transaction.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { WriteAheadLog } from './wal.ts'

/** The raw connection: better-sqlite3's synchronous interface. For the market's hot paths; other rooms take `tables`. */
export type Sqlite = Connection.Database

/** One step of one room's schema. Steps are applied once, in order, each in a transaction. */
export interface Migration {
  /** `<room>-<number>`, for example `market-001`. */
  id: string
  /** In SQLite's words; PostgreSQL is told them by `postgres/schema-text.ts`. */
  sql: string
  /** What PostgreSQL is told besides, in its own words: what SQLite has without being told. */
  postgres?: string
}

/** Tables by name, each as its rows. */
type TablesOf<Tables> = { [Name in keyof Tables]: object }

/** What the rooms' stores take of a database, SQLite's or PostgreSQL's: their queries are the same for both. */
export interface RoomsDatabase {
  /**
   * The rooms' connection, as a query builder typed by the tables of the room that asks. Its transactions may wait between statements; with
   * PostgreSQL one is done again where another was faster, so its work changes nothing but the database.
   */
  tables<Tables extends TablesOf<Tables>>(this: void): Kysely<Tables>
}

/**
 * Which database keeps a workspace's tables: a value, for whoever opens it, in this process or in another. It goes there by message, never on a
 * command line, and into no log: the address holds the password.
 */
export interface DatabaseChoice {
  /** SQLite's file: the market's tables, and the rooms' where there is no `postgres`. */
  readonly file: string
  /** Address of the PostgreSQL that has the rooms' tables; null: the file has them, too. */
  readonly postgres: string | null
}

export interface Database extends RoomsDatabase {
  /** How it is opened by another process. */
  readonly choice: DatabaseChoice
  /** The market's connection. Its transactions are one synchronous piece of work each. */
  readonly sqlite: Sqlite
  /** As `tables`, of the file, wherever the rooms' are: for what counts by the market's changes, which each file numbers by itself. */
  local<Tables extends TablesOf<Tables>>(this: void): Kysely<Tables>
  /** Whoever commits without waiting for the disk waits by it; null where every commit waits. */
  readonly wal: Pick<WriteAheadLog, 'synced' | 'syncSoon'> | null
  /** The file's connections are closed when it returns, and nothing of it is open any more when it resolves. */
  close(): Promise<void>
}

/** Opening happens before anything is served: it may wait in place. */
const OPENING_MS = 10_000
/** The longest that a statement holds up the thread for another's lock; after it `patiently` waits between other work. */
const BUSY_MS = 2
/** Pages of the log at which a connection moves it itself, where `WriteAheadLog` does, which is long before. */
const LATEST_MOVE = 10_000
/** A verb that answers nobody waits for the lock in place. */
const ALONE_MS = 10_000

export interface OpenOptions {
  /** The process answers nobody while it writes. */
  readonly alone?: boolean
}

/**
 * Opens (and creates) the database and brings its schema up to date.
 * @throws AppError `disk_full`, `not_writable`, `not_a_file`; `broken_database` when the file is no database of ours
 */
export function openDatabase(
  path: string,
  migrations: readonly Migration[],
  { alone = false }: OpenOptions = {},
): Database {
  const opened: Sqlite[] = []
  try {
    const sqlite = connect(path, opened)
    migrate(sqlite, migrations)
    const rooms = connect(path, opened)
    const wait = alone ? ALONE_MS : BUSY_MS
    for (const connection of opened) connection.exec(`PRAGMA busy_timeout = ${wait}`)
    const wal = alone || !hasLog(sqlite, path) ? null : new WriteAheadLog(path)
    if (wal !== null) {
      for (const connection of opened) connection.exec(`PRAGMA wal_autocheckpoint = ${LATEST_MOVE}`)
      rooms.exec('PRAGMA synchronous = NORMAL')
    }
    const dialect = sqliteDialect(rooms, wal)
    const tables = <Tables extends TablesOf<Tables>>() => new Kysely<Tables>({ dialect })
    return {
      choice: { file: path, postgres: null },
      sqlite,
      tables,
      local: tables,
      wal,
      close: async () => {
        closeAll(opened)
        await wal?.close()
      },
    }
  } catch (error) {
    closeAll(opened)
    if (error instanceof AppError) throw error
    const fault = isDamage(error) ? null : storageFault(error, path)
    if (fault !== null) throw fault
    throw new AppError(
      'broken_database',
      `The database ${path} could not be opened. If another program holds it, stop that program; if the file is damaged, \`annotate doctor --repair\` sets it aside under a new name, saves what can still be read and makes the annotations anew of the test cases.`,
      { status: 500, cause: error },
    )
  }
}

function connect(path: string, opened: Sqlite[]): Sqlite {
  const sqlite = openConnection(path, OPENING_MS)
  opened.push(sqlite)
  sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;')
  return sqlite
}

/** Not in memory, and not where the file system has none. */
function hasLog(sqlite: Sqlite, path: string): boolean {
  const [[mode]] = sqlite.prepare('PRAGMA journal_mode').raw().all() as [[string]]
  return mode === 'wal' && path !== ':memory:'
}

function closeAll(connections: readonly Sqlite[]): void {
  for (const connection of connections) if (connection.open) connection.close()
}

/** Takes the write lock only where there is something to apply: who opens an up-to-date database waits for nobody. */
function migrate(sqlite: Sqlite, migrations: readonly Migration[]): void {
  if (isUpToDate(sqlite, migrations)) return
  inTransaction(sqlite, () => {
    sqlite.exec('CREATE TABLE IF NOT EXISTS migration (id TEXT PRIMARY KEY) WITHOUT ROWID')
    const known = sqlite.prepare('SELECT 1 FROM migration WHERE id = ?')
    for (const { id, sql } of migrations) {
      if (known.get(id) !== undefined) continue
      sqlite.exec(sql)
      sqlite.prepare('INSERT INTO migration (id) VALUES (?)').run(id)
    }
  })
}

function isUpToDate(sqlite: Sqlite, migrations: readonly Migration[]): boolean {
  const table = sqlite.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migration'")
  if (table.get() === undefined) return false
  const known = sqlite.prepare('SELECT 1 FROM migration WHERE id = ?')
  return migrations.every(({ id }) => known.get(id) !== undefined)
}
