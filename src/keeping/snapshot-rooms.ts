// The rooms' rows of a PostgreSQL, as they are at one moment, into a copy of the market's file: together they are a whole workspace on SQLite.
import { sql } from 'kysely'
import type { Clock } from '../core/clock.ts'
import { openDatabase, type Migration, type Sqlite } from '../core/database.ts'
import { AppError } from '../core/errors.ts'
import { CopyingPostgres } from '../core/postgres/copying.ts'
import { openPostgres } from '../core/postgres/open.ts'
import { roomTables } from '../core/room-tables.ts'
import { inTransaction } from '../core/transaction.ts'
import { switchOffCapture } from '../market/log/capture.ts'
import { homeOf } from '../market/log/home.ts'
import { loggedFile } from './migrate.ts'
import { moveRooms } from './move-rooms.ts'

export interface RoomsSource {
  /** Address of the PostgreSQL. */
  readonly postgres: string
  readonly rooms: readonly Migration[]
}

/**
 * `copy`, of a file that nobody else has open, holds all afterwards, and belongs to no PostgreSQL.
 * @throws AppError 409 `not_served_here` where the file is not one of these logs; `move_differs`; as `openPostgres`
 */
export async function takeRooms(copy: string, { postgres, rooms }: RoomsSource, clock: Clock): Promise<void> {
  const to = openDatabase(copy, [], { alone: true })
  const source = await openPostgres(postgres, null)
  try {
    await catchUp(to.sqlite, postgres, clock)
    empty(to.sqlite, rooms)
    await source
      .tables<Record<string, object>>()
      .connection()
      .execute(async (connection) => {
        await sql`start transaction isolation level repeatable read read only`.execute(connection)
        const from = { tables: () => connection as never, choice: { file: copy, postgres } }
        const signal = new AbortController().signal
        await moveRooms({ from, to, schema: rooms, resume: true, signal, onProgress: () => undefined })
        await sql`commit`.execute(connection)
      })
    switchOffCapture(to.sqlite)
  } finally {
    await to.close()
    await source.close()
  }
}

/** Markets of which the copy has nothing of its own that the logs lack; the others are this machine's, and whole. */
async function catchUp(sqlite: Sqlite, postgres: string, clock: Clock): Promise<void> {
  const copying = new CopyingPostgres(postgres)
  try {
    const home = homeOf(sqlite)
    const file = loggedFile(sqlite, copying, clock)
    if (home?.id !== (await file.log.id())) throw notServedHere(copying.name)
    for (const market of await file.log.markets())
      if (file.outbox.isEmpty(file.store.open(market))) await file.catchUp(market)
  } finally {
    await copying.close()
  }
}

/** What the file had of the rooms before they went to PostgreSQL; triggers that keep rows from going do not count here. */
function empty(sqlite: Sqlite, rooms: readonly Migration[]): void {
  const names = roomTables(rooms).map(({ name }) => name)
  const triggers = sqlite
    .prepare(
      "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (SELECT value FROM json_each(?))",
    )
    .all([JSON.stringify(names)]) as { name: string; sql: string }[]
  inTransaction(sqlite, () => {
    for (const { name } of triggers) sqlite.exec(`DROP TRIGGER ${name}`)
    for (const name of names.toReversed()) sqlite.exec(`DELETE FROM "${name}"`)
    for (const { sql: text } of triggers) sqlite.exec(text)
  })
}

function notServedHere(name: string): AppError {
  const message = `The markets of the PostgreSQL ${name} are not in this workspace's file: start annotate serve here with the same address once, or back up where the server runs.`
  return new AppError('not_served_here', message, { status: 409, field: 'workspace' })
}
