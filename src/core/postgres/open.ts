// Opens a PostgreSQL for the rooms: refused in words where it will not do, its schema brought up to date.
import { CompiledQuery, PostgresDialect, sql, type Kysely, type Transaction } from 'kysely'
import type { Migration, RoomsDatabase } from '../database.ts'
import { AppError } from '../errors.ts'
import { postgresAddress } from './address.ts'
import { SerializableTables } from './again.ts'
import { FUNCTIONS } from './functions.ts'
import { patientPool } from './pool.ts'
import { schemaText } from './schema-text.ts'
import { requireWhole } from './unfinished-move.ts'

export interface PostgresDatabase extends RoomsDatabase {
  /** `user@host:port/database`. */
  readonly name: string
  /** As the server says it: `15.8`. */
  readonly version: string
  close(): Promise<void>
}

/** As `server_version_num` counts. */
const OLDEST = 150_000
/** Whoever brings the schema up to date holds this lock; any number that nothing else of ours takes. */
const MIGRATING = 7_316_055_214

interface MigrationTables {
  migration: { id: string }
}

/**
 * @param migrations null: the schema is left as it is
 * @param isMoving whoever opens it moves rows into it
 * @throws AppError `invalid_database_url`; `database_unreachable`, `database_refused`, `unsupported_database`; `newer_database` where a later
 * version of ANNOTATE has written there; `half_moved` where a move into it is not over; `broken_database` where the schema could not be brought up to date
 */
export async function openPostgres(
  url: string,
  migrations: readonly Migration[] | null,
  { isMoving = false } = {},
): Promise<PostgresDatabase> {
  const { url: whole, name } = postgresAddress(url)
  const pool = patientPool({ url: whole, name })
  const tables = <Tables>(): Kysely<Tables> =>
    new SerializableTables<Tables>({ dialect: new PostgresDialect({ pool }) }, name)
  const db = tables<MigrationTables>()
  try {
    const version = await versionOf(db, name)
    if (!isMoving) await requireWhole(tables(), name)
    if (migrations !== null) await migrate(db, name, [FUNCTIONS, ...migrations])
    return { name, version, tables, close: () => pool.end() }
  } catch (error) {
    await pool.end()
    throw error
  }
}

async function versionOf(db: Kysely<MigrationTables>, name: string): Promise<string> {
  const { rows } = await sql<{ version: string; number: string; encoding: string }>`
    SELECT current_setting('server_version') AS version, current_setting('server_version_num') AS number,
      current_setting('server_encoding') AS encoding`.execute(db)
  const [row] = rows
  requireSupported(name, { number: Number(row?.number), encoding: row?.encoding ?? '' })
  return row?.version ?? ''
}

/** @throws AppError `unsupported_database` */
export function requireSupported(
  name: string,
  { number, encoding }: { number: number; encoding: string },
): void {
  if (number >= OLDEST && encoding === 'UTF8') return
  const fault =
    number >= OLDEST
      ? `keeps texts as ${encoding}: make the database anew with ENCODING 'UTF8'`
      : `is version ${Math.floor(number / 10_000)}: 15 is the oldest that will do`
  throw new AppError('unsupported_database', `The PostgreSQL ${name} ${fault}.`, { status: 500 })
}

/** All of it or nothing; of several servers that begin at once one does it, the others wait and find it done. */
async function migrate(
  db: Kysely<MigrationTables>,
  name: string,
  migrations: readonly Migration[],
): Promise<void> {
  await db.connection().execute(async (connection) => {
    await sql`SELECT pg_advisory_lock(${sql.lit(MIGRATING)})`.execute(connection)
    try {
      await connection.transaction().execute((transaction) => bringUpToDate(transaction, name, migrations))
    } finally {
      await sql`SELECT pg_advisory_unlock(${sql.lit(MIGRATING)})`.execute(connection)
    }
  })
}

async function bringUpToDate(
  transaction: Transaction<MigrationTables>,
  name: string,
  migrations: readonly Migration[],
): Promise<void> {
  const { rows } = await sql<{ known: string | null }>`SELECT to_regclass('migration') AS known`.execute(
    transaction,
  )
  if (rows[0]?.known == null)
    await run(transaction, 'CREATE TABLE migration (id TEXT COLLATE "C" PRIMARY KEY)')
  const done = await transaction.selectFrom('migration').select('id').orderBy('id').execute()
  requireKnown(name, migrations, done)
  const known = new Set(done.map(({ id }) => id))
  for (const migration of migrations) if (!known.has(migration.id)) await apply(transaction, migration)
}

async function apply(
  transaction: Transaction<MigrationTables>,
  { id, sql: text, postgres }: Migration,
): Promise<void> {
  await run(transaction, id === FUNCTIONS.id ? text : schemaText(text))
  if (postgres !== undefined) await run(transaction, postgres)
  await transaction.insertInto('migration').values({ id }).execute()
}

async function run(transaction: Transaction<MigrationTables>, text: string): Promise<void> {
  await transaction.executeQuery(CompiledQuery.raw(text))
}

/** Several servers share the database: one of an earlier version would not know what the later one's rows mean. */
function requireKnown(name: string, ours: readonly Migration[], done: readonly { id: string }[]): void {
  const known = new Set(ours.map(({ id }) => id))
  const strange = done.find(({ id }) => !known.has(id))
  if (strange === undefined) return
  const message = `The PostgreSQL ${name} was brought up to date by a later version of ANNOTATE (${strange.id}). Start that version here, too.`
  throw new AppError('newer_database', message, { status: 500 })
}
