// What is damaged is never removed: it is put aside, in the same folder, under a new name that says what it is.
import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from './files.ts'
import type { EpochMs } from './time.ts'

/** `<path>.<why>-20240809T000005Z`, with a number behind it where that is taken. Durable when it resolves, with the new path. */
export async function setAside(path: string, why: string, now: EpochMs): Promise<string> {
  const to = freeName(path, why, now)
  await rename(path, to)
  await syncFolder(dirname(path))
  return to
}

/** The same of a database, with what SQLite keeps beside it. */
export async function setDatabaseAside(path: string, why: string, now: EpochMs): Promise<string> {
  const to = freeName(path, why, now)
  // What belongs to the file goes first: a new database must not find another's log beside it.
  for (const end of ['-wal', '-shm']) if (existsSync(path + end)) await rename(path + end, to + end)
  if (existsSync(path)) await rename(path, to)
  await syncFolder(dirname(path))
  return to
}

/** A name that is not taken. */
export function freeName(path: string, why: string, now: EpochMs): string {
  const stamp = new Date(now).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '')
  const name = `${path}.${why}-${stamp}`
  for (let n = 1; ; n += 1) {
    const free = n === 1 ? name : `${name}-${n}`
    if (!existsSync(free)) return free
  }
}
