// What a PostgreSQL refuses, in words: it is away, it lets us not in, its disk is full, another was faster.
import { AppError } from '../errors.ts'
import { diskFull } from '../storage-fault.ts'

/** Of PostgreSQL (five characters, the first two a class) or of the system. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** Two transactions at once could not have happened one after the other, or waited for each other: the same again succeeds. */
export function isRace(error: unknown): boolean {
  return codeOf(error) === '40001' || codeOf(error) === '40P01'
}

/** 25P03: a transaction stood still for too long. */
const AWAY =
  /^(08...|25P03|57P0[1-4]|ECONNREFUSED|ECONNRESET|ENOTFOUND|ENOENT|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE)$/
/** Of the driver, which has no codes for them. */
const CUT = /Connection terminated|timeout exceeded when trying to connect|not queryable|Connection ended/
const NOT_LET_IN = /^(28...|3D000)$/
const NO_RIGHT = /^(42501|3F000)$/
const READ_ONLY = '25006'
const DISK_FULL = '53100'
const BUSY = /^(53300|55P03)$/
/** Of all characters only NUL. */
const NOT_KEPT = '22021'
const DAMAGED = /^XX00[12]$/

/**
 * `invalid_text` (400), `database_unreachable`, `database_busy`, `not_writable` or `broken_database` (503), `database_refused` (500), `disk_full` (507); null where
 * `error` is about something else. @param name of the database, without its password
 */
export function postgresFault(error: unknown, name: string): AppError | null {
  const code = codeOf(error)
  const said = error instanceof Error ? error.message : String(error)
  if (AWAY.test(code) || CUT.test(said)) return away(error, name, code === '' ? said : code)
  if (NOT_LET_IN.test(code)) return refused(error, name, said)
  if (NO_RIGHT.test(code)) return withoutRight(error, name, said)
  if (code === NOT_KEPT) return notKept(error)
  if (code === READ_ONLY) return readOnly(error, name)
  if (code === DISK_FULL) return diskFull(error, `of the PostgreSQL ${name}`)
  if (BUSY.test(code)) return busy(error, name, said)
  return DAMAGED.test(code) ? damaged(error, name, said) : null
}

function away(cause: unknown, name: string, why: string): AppError {
  const message = `The PostgreSQL ${name} cannot be reached (${why}). What was under way may or may not have been stored: look before doing it again. Nothing needs to be restarted here once it is back.`
  return new AppError('database_unreachable', message, { status: 503, cause })
}

function refused(cause: unknown, name: string, said: string): AppError {
  const message = `The PostgreSQL ${name} does not let us in: ${said}. Check user, password and name of the database in its address.`
  return new AppError('database_refused', message, { status: 500, cause })
}

function withoutRight(cause: unknown, name: string, said: string): AppError {
  const message = `The user of the PostgreSQL ${name} lacks a right: ${said}. Let it own the database, or GRANT CREATE, USAGE ON SCHEMA public to it.`
  return new AppError('database_refused', message, { status: 500, cause })
}

function readOnly(cause: unknown, name: string): AppError {
  const message = `The PostgreSQL ${name} may only be read now: it is a standby, or was made read-only. Nothing of this was kept; give the address of the one that is written to.`
  return new AppError('not_writable', message, { status: 503, cause })
}

function notKept(cause: unknown): AppError {
  const message =
    'A text holds the character NUL (U+0000), which the database does not keep. Take it out; nothing of this was kept.'
  return new AppError('invalid_text', message, { cause })
}

/** Also where others were faster again and again. */
export function busy(cause: unknown, name: string, said: string): AppError {
  const message = `The PostgreSQL ${name} has too much to do: ${said}. Nothing of this was kept; try again in a moment.`
  return new AppError('database_busy', message, { status: 503, cause })
}

function damaged(cause: unknown, name: string, said: string): AppError {
  const message = `The PostgreSQL ${name} says that its data are damaged: ${said}. Stop the servers and restore it from its own backup.`
  return new AppError('broken_database', message, { status: 503, cause })
}
