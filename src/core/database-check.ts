// Whether a database file is whole: read page by page, which takes as long as it is large.
import { existsSync } from 'node:fs'
import { openConnection } from './connection.ts'
import { isDamage } from './damage.ts'
import { messageOf } from './errors.ts'
import { storageFault } from './storage-fault.ts'

/** `empty`: without a single table. `fault` is what SQLite says of the first page that it can not read. */
export type DatabaseState =
  { readonly kind: 'absent' | 'empty' | 'sound' } | { readonly kind: 'damaged'; readonly fault: string }

/**
 * Asks SQLite of every page (`quick_check`); others read and write meanwhile, this thread does not.
 * @throws AppError `disk_full`, `not_writable`, `not_a_file`
 */
export function checkDatabase(path: string): DatabaseState {
  if (!existsSync(path)) return { kind: 'absent' }
  const connection = openConnection(path, 10_000)
  try {
    connection.exec('PRAGMA query_only = ON')
    const [[tables]] = connection.prepare('SELECT count(*) FROM sqlite_master').raw().all() as [[number]]
    if (tables === 0) return { kind: 'empty' }
    const [[said]] = connection.prepare('PRAGMA quick_check(1)').raw().all() as [[string]]
    return said === 'ok' ? { kind: 'sound' } : { kind: 'damaged', fault: said.replaceAll(/\s+/g, ' ') }
  } catch (error) {
    if (isDamage(error)) return { kind: 'damaged', fault: messageOf(error) }
    throw storageFault(error, path) ?? error
  } finally {
    connection.close()
  }
}
