// The embedded SQL database: SQLite in WAL mode, durable, one file per workspace; each room brings its own migrations.
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Connection from 'libsql'
import { Kysely, SqliteDialect } from 'kysely'
import { AppError } from './errors.ts'

/** The raw connection: better-sqlite3's synchronous interface. For the market's hot paths; other rooms take `typed`. */
export type Sqlite = Connection.Database

/** One step of one room's schema. Steps are applied once, in order, each in a transaction. */
export interface Migration {
  /** `<room>-<number>`, for example `market-001`. */
  id: string
  sql: string
}

export interface DatabaseHandle {
  sqlite: Sqlite
  close(): void
}

/**
 * Opens (and creates) the database and brings its schema up to date.
 * @throws AppError `broken_database` when the file is no database of ours.
 */
export function openDatabase(path: string, migrations: readonly Migration[]): DatabaseHandle {
  mkdirSync(dirname(path), { recursive: true })
  try {
    const sqlite = new Connection(path, { timeout: 10_000 })
    sqlite.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;')
    migrate(sqlite, migrations)
    return { sqlite, close: () => sqlite.close() }
  } catch (error) {
    throw new AppError(
      'broken_database',
      `The database ${path} could not be opened. If another program holds it, stop that program; if the file is damaged, move it away and start again (test cases and checkpoints are separate files and stay).`,
      { status: 500, cause: error },
    )
  }
}

/** A typed query builder over the same connection; `Tables` lists the tables of the room that asks. */
export function typed<Tables>(sqlite: Sqlite): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: sqlite }) })
}

/** Runs `work` in a write transaction: all of it or nothing. */
export function inTransaction<T>(sqlite: Sqlite, work: () => T): T {
  sqlite.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    sqlite.exec('COMMIT')
    return result
  } catch (error) {
    sqlite.exec('ROLLBACK')
    throw error
  }
}

function migrate(sqlite: Sqlite, migrations: readonly Migration[]): void {
  sqlite.exec('CREATE TABLE IF NOT EXISTS migration (id TEXT PRIMARY KEY) WITHOUT ROWID')
  inTransaction(sqlite, () => {
    const known = sqlite.prepare('SELECT 1 FROM migration WHERE id = ?')
    for (const { id, sql } of migrations) {
      if (known.get(id) !== undefined) continue
      sqlite.exec(sql)
      sqlite.prepare('INSERT INTO migration (id) VALUES (?)').run(id)
    }
  })
}
