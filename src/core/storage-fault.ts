// What keeps the workspace from being written or read, in words: a full disk, one that may not be written, a damaged database.
import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from './errors.ts'
import { isDamage } from './damage.ts'
import { codeOf } from './sqlite-code.ts'

/** The last is SQLite's name for shared memory that has nothing left to grow into. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE'])
const REFUSED = /^(EROFS|EACCES|EPERM|SQLITE_(READONLY|CANTOPEN|PERM)\w*)$/
/** That no folder can be made, where it was a folder. */
const NO_FOLDER = new Set(['ENOENT', 'ENOTDIR', 'EEXIST'])
/** What SQLite says of a market that another server stores, before who that is (`market/log/capture.ts`). */
export const STORED_ELSEWHERE = 'stored_elsewhere: '
const WHY: Readonly<Record<string, string>> = {
  EROFS: 'its file system is read-only',
  ENOENT: 'nothing can be made in the folder above it',
  ENOTDIR: 'a file stands where a folder would',
  EEXIST: 'a file stands where a folder would',
}

/**
 * `disk_full` (507), `not_writable` or `broken_database` (503), `stored_elsewhere` (409) where that is what lies beneath `error`; null where it is about something else.
 * @param place what was being written, where the error does not say so itself
 */
export function storageFault(error: unknown, place?: string): AppError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = codeOf(cause)
    const path = 'path' in cause && typeof cause.path === 'string' ? cause.path : null
    if (isDamage(cause)) return damaged(error, place)
    if (cause.message.includes(STORED_ELSEWHERE)) return storedElsewhere(cause)
    if (FULL.has(code)) return diskFull(error, path ?? place)
    // Without a path it is about a port or a process.
    const isOfFiles = path !== null || code.startsWith('SQLITE')
    const isNoFolder = 'syscall' in cause && cause.syscall === 'mkdir' && NO_FOLDER.has(code)
    if (isNoFolder || (isOfFiles && REFUSED.test(code))) return notWritable(error, code, path ?? place)
  }
  return null
}

export function diskFull(cause: unknown, place?: string): AppError {
  const message = `The disk is full${at(place)}. Nothing of this was kept; free some space and try again, nothing needs to be restarted.`
  return new AppError('disk_full', message, { status: 507, cause })
}

function notWritable(cause: unknown, code: string, place?: string): AppError {
  const why = WHY[code] ?? whyRefused(place)
  const message = `The workspace cannot be written${at(place)}: ${why} (${code}). Nothing of this was kept; make it writable for the user that runs ANNOTATE, or choose another with --workspace.`
  return new AppError('not_writable', message, { status: 503, cause })
}

/** SQLite says the same of a read-only file system as of permissions. */
function whyRefused(place: string | undefined): string {
  const either = 'its owner or permissions, or a read-only file system, do not allow it'
  if (place === undefined) return either
  try {
    accessSync(dirname(place), constants.W_OK)
    return either
  } catch (error) {
    const isReadOnly = (error as NodeJS.ErrnoException).code === 'EROFS'
    return (isReadOnly ? WHY['EROFS'] : undefined) ?? 'its owner or permissions do not allow it'
  }
}

function damaged(cause: unknown, place?: string): AppError {
  const message = `The workspace's database is damaged${at(place)}. Stop the server and run \`annotate doctor --repair\`: it keeps the damaged file under a new name, saves what can be read of it and makes the annotations anew of their test cases.`
  return new AppError('broken_database', message, { status: 503, cause })
}

function storedElsewhere(cause: Error): AppError {
  const owner = cause.message.slice(cause.message.indexOf(STORED_ELSEWHERE) + STORED_ELSEWHERE.length)
  const message = `The markets of this workspace are stored by another server of its PostgreSQL, ${owner} (machine and workspace); this one follows it. Nothing of this was kept: do it there.`
  return new AppError('stored_elsewhere', message, { status: 409, cause })
}

function at(place: string | undefined): string {
  return place === undefined ? '' : ` (${place})`
}
