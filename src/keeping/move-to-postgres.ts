// `annotate migrate --to postgres://…`: a workspace's rooms into the PostgreSQL's tables, its markets into their logs. The file keeps its rows, and stays this machine's.
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { sql, type Kysely } from 'kysely'
import { openDatabase, type Database, type Sqlite } from '../core/database.ts'
import { AppError } from '../core/errors.ts'
import type { Schemas } from '../core/open-chosen.ts'
import { CopyingPostgres } from '../core/postgres/copying.ts'
import { placeOf } from '../core/postgres/lease.ts'
import { openPostgres, type PostgresDatabase } from '../core/postgres/open.ts'
import { beginMove, endMove, unfinishedMove } from '../core/postgres/unfinished-move.ts'
import { anyTables, roomTables, type Row } from '../core/room-tables.ts'
import { switchOffCapture } from '../market/log/capture.ts'
import { homeOf, settleIn } from '../market/log/home.ts'
import { SharedLog } from '../market/log/shared-log.ts'
import type { Workspace } from '../core/workspace.ts'
import { withLease } from './lease.ts'
import {
  loggedFile,
  notEmpty,
  progressOf,
  sharedSchema,
  type MigrateOptions,
  type MigrateReport,
} from './migrate.ts'
import { appendMarkets, applyMarkets, compareMarkets, type MovedMarket } from './move-markets.ts'
import { moveRooms } from './move-rooms.ts'
import { removeDatabase } from './remove-database.ts'
import { dropNote, notedMove, noteMove } from './noted-move.ts'

const LOGS = ['market_log_head', 'market_log'] as const
/** What servers there handed each other. */
const HANDED = ['server_order', 'server_event', 'shared_unit', 'shared_file', 'followed_market'] as const

/**
 * Killed, it is gone on with by the next call; until all was compared nobody else opens the PostgreSQL.
 * @throws AppError 409 `database_not_empty`, `half_moved` (of another workspace); `move_differs`; as `openPostgres` and `CopyingPostgres`
 */
export async function moveToPostgres(options: MigrateOptions): Promise<MigrateReport> {
  const { workspace, postgres, schemas } = options
  if (!existsSync(workspace.database)) throw noWorkspace(workspace)
  const source = openDatabase(workspace.database, [...schemas.market, ...schemas.rooms], { alone: true })
  const copying = new CopyingPostgres(postgres)
  try {
    const target = await openPostgres(postgres, sharedSchema(schemas), { isMoving: true })
    try {
      return await withLease(copying, workspace, async () => {
        const resumed = await begin(source.sqlite, target, options)
        const moved = await moveAll(source, target, copying, options)
        // The file belongs there before others may open it there.
        settleIn(source.sqlite, { id: await new SharedLog(copying, options.clock).id(), name: target.name })
        await endMove(anyTables(target))
        dropNote(source.sqlite)
        return {
          from: workspace.database,
          to: target.name,
          resumed,
          ...moved,
          markets_compared: true,
          set_aside: null,
        }
      })
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
    await copying.close()
  }
}

/** Whether one that was cut off goes on. Both places note the move, the file first: only the same two go on with each other. */
async function begin(
  sqlite: Sqlite,
  target: PostgresDatabase,
  { replace, schemas, workspace }: MigrateOptions,
): Promise<boolean> {
  const db = anyTables(target)
  const known = await unfinishedMove(db)
  if (known !== null && known.id === notedMove(sqlite) && !replace) return true
  const home = homeOf(sqlite)
  if (home !== null) throw elsewhere(workspace, home.name)
  if (!replace) {
    if (known !== null) throw ofAnother(target.name, known.origin)
    await requireEmpty(db, target.name, schemas)
  }
  const id = randomUUID()
  switchOffCapture(sqlite)
  noteMove(sqlite, id)
  const origin = placeOf(workspace)
  await beginMove(db, { id, origin }, async (within) => {
    if (replace) await empty(within, schemas)
  })
  return false
}

/** Files that were at home there are so no more: other logs begin. */
async function empty(db: Kysely<Record<string, Row>>, { rooms }: Schemas): Promise<void> {
  const names = [...roomTables(rooms).map(({ name }) => name), ...LOGS, ...HANDED]
  await sql`TRUNCATE ${sql.join(names.map((name) => sql.table(name)))}`.execute(db)
  await db.updateTable('market_logs').set({ id: randomUUID() }).execute()
}

async function requireEmpty(
  db: Kysely<Record<string, Row>>,
  name: string,
  { rooms }: Schemas,
): Promise<void> {
  const tables = [...roomTables(rooms), ...LOGS.map((log) => ({ name: log, seeded: 0 }))]
  for (const { name: table, seeded } of tables) {
    const { rows } = await db
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number | string>().as('rows'))
      .executeTakeFirstOrThrow()
    if (Number(rows) > seeded) throw notEmpty(`The PostgreSQL ${name}`, `${rows} rows of ${table}`)
  }
}

async function moveAll(
  source: Database,
  target: PostgresDatabase,
  copying: CopyingPostgres,
  options: MigrateOptions,
): Promise<Pick<MigrateReport, 'tables' | 'markets'>> {
  const { postgres, schemas, clock, signal } = options
  const told = progressOf(options)
  await appendMarkets(loggedFile(source.sqlite, copying, clock, options.onProgress), told)
  const to = { tables: target.tables, choice: { ...source.choice, postgres } }
  const rooms = { schema: schemas.rooms, resume: true, signal, onProgress: told.onRows }
  const tables = await moveRooms({ from: source, to, ...rooms })
  options.onProgress('comparing the markets')
  return { tables, markets: await compared(source.sqlite, copying, options) }
}

/** The logs are applied to a file of their own, as another machine would, and what comes out is compared. */
async function compared(
  sqlite: Sqlite,
  copying: CopyingPostgres,
  options: MigrateOptions,
): Promise<MovedMarket[]> {
  const path = `${options.workspace.database}.compared`
  await removeDatabase(path)
  const scratch = openDatabase(path, options.schemas.market, { alone: true })
  try {
    await applyMarkets(loggedFile(scratch.sqlite, copying, options.clock), progressOf(options))
    return compareMarkets(sqlite, scratch.sqlite)
  } finally {
    await scratch.close()
    await removeDatabase(path)
  }
}

function ofAnother(name: string, origin: string): AppError {
  const message = `Half a move of another workspace lies in the PostgreSQL ${name}: of ${origin} (machine and folder). Let it go on from there, or say --replace, and it makes way for this one. Nothing was written.`
  return new AppError('half_moved', message, { status: 409, field: 'to' })
}

function noWorkspace({ root }: Workspace): AppError {
  const message = `There is no workspace at ${root}: say by --workspace where it is.`
  return new AppError('no_workspace', message, { status: 404, field: 'workspace' })
}

function elsewhere({ root }: Workspace, name: string): AppError {
  const message = `The annotations, runs and sessions of the workspace ${root} are in the PostgreSQL ${name} already: what its own file has of them is old. Move them from there into a file first: annotate migrate --to sqlite --database with its address.`
  return new AppError('moved_already', message, { status: 409, field: 'workspace' })
}
