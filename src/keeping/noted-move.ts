// The note in a file of the move that it is part of: only the two places that note the same go on with each other.
import type { Sqlite } from '../core/database.ts'
import { inTransaction } from '../core/transaction.ts'

const TABLE = 'market_log_move'

export function noteMove(sqlite: Sqlite, id: string): void {
  inTransaction(sqlite, () => {
    sqlite.exec(`CREATE TABLE IF NOT EXISTS ${TABLE} (id TEXT NOT NULL); DELETE FROM ${TABLE}`)
    sqlite.prepare(`INSERT INTO ${TABLE} VALUES (?)`).run([id])
  })
}

/** Null: it is part of none. */
export function notedMove(sqlite: Sqlite): string | null {
  const table = sqlite.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get([TABLE])
  if (table === undefined) return null
  return (sqlite.prepare(`SELECT id FROM ${TABLE}`).get() as { id: string } | undefined)?.id ?? null
}

export function dropNote(sqlite: Sqlite): void {
  sqlite.exec(`DROP TABLE IF EXISTS ${TABLE}`)
}
