// The rooms' rows from one database to another, SQLite's or PostgreSQL's: table by table in the order of their keys, gone on with where it was cut off, and
// compared afterwards. What they come from is not changed.
import type { Kysely } from 'kysely'
import type { Database } from '../core/database.ts'
import type { Migration } from '../core/database.ts'
import { AppError } from '../core/errors.ts'
import {
  anyTables,
  digestOf,
  pagesOf,
  roomTables,
  type Digest,
  type RoomTable,
  type Row,
} from '../core/room-tables.ts'

type Place = Pick<Database, 'tables' | 'choice'>
type Tables = Kysely<Record<string, Row>>

export interface MoveOptions {
  /** Nobody writes to either meanwhile; both have the schema of today. */
  readonly from: Place
  readonly to: Place
  readonly schema: readonly Migration[]
  /** What is there is the beginning of a move that was cut off, which goes on; else a database with anything in it is refused. */
  readonly resume: boolean
  readonly signal: AbortSignal
  /** After each page. */
  readonly onProgress: (table: string, rows: number) => void
}

export interface MovedTable extends Digest {
  readonly table: string
}

/**
 * The market's tables stay where they are, and with them what counts by their changes.
 * @throws AppError `database_not_empty` where something is there that is no beginning of this move: nothing was written then; `move_differs`
 * where the rows are not the same afterwards
 */
export async function moveRooms({
  from,
  to,
  schema,
  resume,
  signal,
  onProgress,
}: MoveOptions): Promise<MovedTable[]> {
  const [source, target] = [anyTables(from), anyTables(to)]
  const tables = roomTables(schema)
  const begun = new Map<string, number>()
  for (const table of tables) begun.set(table.name, await begunOf(source, target, table, resume))
  for (const table of tables) {
    // Of tables that the schema begins with a row or two all of it is written.
    if (table.seeded > 0) await target.deleteFrom(table.name).execute()
    let rows = table.seeded > 0 ? 0 : (begun.get(table.name) ?? 0)
    for await (const page of pagesOf(source, table, rows)) {
      signal.throwIfAborted()
      await target
        .insertInto(table.name)
        .values(page.map((row) => ownColumns(table, row)))
        .execute()
      rows += page.length
      onProgress(table.name, rows)
    }
  }
  if (to.choice.postgres !== null) {
    const { continueNumbers } = await import('../core/postgres/numbering.ts')
    await continueNumbers(to)
  }
  const moved: MovedTable[] = []
  for (const table of tables) moved.push(await compared(source, target, table))
  return moved
}

/** Rows of it that are there already. */
async function begunOf(source: Tables, target: Tables, table: RoomTable, resume: boolean): Promise<number> {
  const { rows, sha256 } = await digestOf(target, table)
  if (rows === table.seeded && (rows === 0 || table.seeded > 0)) return rows
  if (!resume)
    throw notEmpty(
      table,
      rows,
      'Name an empty one; if this is a move that was cut off, say that it is to go on',
    )
  const same = await digestOf(source, table, rows)
  if (same.rows === rows && same.sha256 === sha256) return rows
  throw notEmpty(
    table,
    rows,
    'They are not the first ones of what is to be moved, so nothing can go on: name an empty one',
  )
}

/** Without the number by which rows stand in order of entry: each database gives its own. */
function ownColumns({ columns }: RoomTable, row: Row): Row {
  return Object.fromEntries(columns.map((column) => [column, row[column]]))
}

async function compared(source: Tables, target: Tables, table: RoomTable): Promise<MovedTable> {
  const [theirs, ours] = [await digestOf(source, table), await digestOf(target, table)]
  if (theirs.rows === ours.rows && theirs.sha256 === ours.sha256) return { table: table.name, ...ours }
  const message = `The rows of ${table.name} are not the same in both databases (${theirs.rows} were to be moved, ${ours.rows} are there): something was written meanwhile. Use the one they came from, and move into an empty one.`
  throw new AppError('move_differs', message, { status: 500 })
}

function notEmpty({ name }: RoomTable, rows: number, advice: string): AppError {
  const message = `The database that is to be moved into holds ${rows} rows of ${name} already. ${advice}. Nothing was written.`
  return new AppError('database_not_empty', message, { status: 409, field: 'database' })
}
