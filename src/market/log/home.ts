// Which logs a file belongs to: its places in them mean nothing in another database's.
import type { Sqlite } from '../../core/database.ts'
import { AppError } from '../../core/errors.ts'

export interface Home {
  /** `SharedLog.id`. */
  readonly id: string
  /** `user@host:port/database`, as it was when it was first served from there. */
  readonly name: string
}

/** Null: the file is logged nowhere. */
export function homeOf(sqlite: Sqlite): Home | null {
  const table = sqlite.prepare(
    "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'market_log_home'",
  )
  if (table.get() === undefined) return null
  return (sqlite.prepare('SELECT id, name FROM market_log_home').get() as Home | undefined) ?? null
}

/** The file belongs there from now on. @throws AppError 409 `other_database` where it belongs elsewhere */
export function settleIn(sqlite: Sqlite, home: Home): void {
  const known = homeOf(sqlite)
  if (known !== null && known.id !== home.id) throw elsewhere(known, home)
  if (known !== null) return
  sqlite.exec('CREATE TABLE IF NOT EXISTS market_log_home (id TEXT NOT NULL, name TEXT NOT NULL)')
  sqlite.prepare('INSERT INTO market_log_home VALUES (?, ?)').run([home.id, home.name])
}

function elsewhere(known: Home, { name }: Home): AppError {
  const message = `This workspace belongs to the PostgreSQL ${known.name}; ${name} has other data, whose markets are counted otherwise. Give the address of the first, or choose an empty folder with --workspace: it is filled from the database.`
  return new AppError('other_database', message, { status: 409, field: 'database' })
}
