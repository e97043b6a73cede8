// Whether a PostgreSQL holds half a move: a table that is there from before the first row is moved in until all of them were compared.
import { sql, type Kysely } from 'kysely'
import { AppError } from '../errors.ts'
import type { Row } from '../room-tables.ts'

export interface UnfinishedMove {
  /** The same in the file that it comes from. */
  readonly id: string
  /** `machine:folder` that it comes from, for people. */
  readonly origin: string
}

type Tables = Kysely<Record<string, Row>>

const TABLE = 'unfinished_move'

/** Null: there is none. */
export async function unfinishedMove(db: Tables): Promise<UnfinishedMove | null> {
  const { rows } = await sql<{ known: string | null }>`SELECT to_regclass(${TABLE}) AS known`.execute(db)
  if (rows[0]?.known == null) return null
  const row = await db.selectFrom(TABLE).select(['id', 'origin']).executeTakeFirst()
  return row === undefined ? null : { id: String(row['id']), origin: String(row['origin']) }
}

/** From now on nobody opens the database but whoever goes on with the move; with what `making` does to it, or not at all. */
export async function beginMove(
  db: Tables,
  { id, origin }: UnfinishedMove,
  making: (within: Tables) => Promise<void>,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`CREATE TABLE IF NOT EXISTS ${sql.table(TABLE)} (id TEXT NOT NULL, origin TEXT NOT NULL)`.execute(
      transaction,
    )
    await transaction.deleteFrom(TABLE).execute()
    await transaction.insertInto(TABLE).values({ id, origin }).execute()
    await making(transaction)
  })
}

export async function endMove(db: Tables): Promise<void> {
  await sql`DROP TABLE ${sql.table(TABLE)}`.execute(db)
}

/** @throws AppError 409 `half_moved` */
export async function requireWhole(db: Tables, name: string): Promise<void> {
  const move = await unfinishedMove(db)
  if (move === null) return
  const message = `Half a move lies in the PostgreSQL ${name}: rows of ${move.origin} (machine and folder) are on their way there, or the move was cut off. Let annotate migrate --to go on there until it says that all was compared; what it comes from is whole.`
  throw new AppError('half_moved', message, { status: 409, field: 'database' })
}
