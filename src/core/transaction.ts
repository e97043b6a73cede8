// A write transaction on one connection: all of it or nothing.
import type Connection from 'libsql'

/** What of a connection it takes. */
export type Transactional = Pick<Connection.Database, 'exec' | 'inTransaction'>

/**
 * Runs `work` in a write transaction. Also a single statement belongs into one where another may be writing: the driver leaves a statement that
 * met a lock unfinished, and what the connection writes after it on its own is not durable until that statement is collected.
 */
export function inTransaction<T>(sqlite: Transactional, work: () => T): T {
  sqlite.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    sqlite.exec('COMMIT')
    return result
  } catch (error) {
    rollBack(sqlite)
    throw error
  }
}

/** Some failures, such as a full disk, have rolled back by themselves: doing it again would hide them behind another. */
export function rollBack(sqlite: Transactional): void {
  if (sqlite.inTransaction) sqlite.exec('ROLLBACK')
}
