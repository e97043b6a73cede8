// Which database a verb's workspace has: what --database or DATABASE_URL says, else its own file.
import { Option } from 'commander'
import type { DatabaseChoice } from '../core/database.ts'
import { AppError } from '../core/errors.ts'
import { postgresAddress } from '../core/postgres/address.ts'
import type { Workspace } from '../core/workspace.ts'

/** Says the workspace's own file, whatever DATABASE_URL says. */
export const OWN_FILE = 'sqlite'

export function databaseOption(): Option {
  return new Option(
    '--database <url>',
    `postgres://… that has all tables but the market's; ${OWN_FILE}: the workspace's own file (better: DATABASE_URL, which other users do not see)`,
  ).env('DATABASE_URL')
}

/**
 * Nothing is opened. @param given nothing, or an empty text: the workspace's own file
 * @throws AppError `invalid_database_url`, which does not repeat what was given: a password may stand in it
 */
export function databaseChoice({ database: file }: Workspace, given = ''): DatabaseChoice {
  const text = given.trim()
  if (text === '' || text === OWN_FILE) return { file, postgres: null }
  try {
    return { file, postgres: postgresAddress(text).url }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const message = `What --database or DATABASE_URL says cannot be used. ${error.message}`
    throw new AppError(error.code, message, { field: 'database', cause: error })
  }
}
