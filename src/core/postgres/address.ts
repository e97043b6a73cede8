// Where a PostgreSQL is: read once at the boundary, and told to people without its password.
import { AppError } from '../errors.ts'

export interface PostgresAddress {
  /** As it was given, password included: for the driver alone. */
  readonly url: string
  /** `user@host:port/database`, for messages and logs. */
  readonly name: string
}

const FORM = 'postgres://USER:PASSWORD@HOST:5432/DATABASE'

/** @throws AppError `invalid_database_url`, which does not repeat what was given: a password may stand in it */
export function postgresAddress(text: string): PostgresAddress {
  // Without a host it is a socket of this machine.
  const whole = text.replace(/^(\w+:\/\/[^/@]*@)\//, '$1localhost/')
  const url = URL.canParse(whole) ? new URL(whole) : null
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol))
    throw invalid('It is no address of a PostgreSQL')
  const database = decodeURIComponent(url.pathname.slice(1))
  if (database === '') throw invalid('It names no database')
  if (url.username === '') throw invalid('It names no user')
  return { url: text, name: `${decodeURIComponent(url.username)}@${hostOf(url)}/${database}` }
}

/** A socket's folder stands in the query. */
function hostOf({ searchParams, host }: URL): string {
  return searchParams.get('host') ?? host
}

function invalid(why: string): AppError {
  const message = `${why}. Give one like ${FORM}; characters of the password such as @ : / stand as %40 %3A %2F.`
  return new AppError('invalid_database_url', message, { field: 'database' })
}
