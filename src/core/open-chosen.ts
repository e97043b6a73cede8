// Opens a workspace's database as it was chosen: SQLite alone, or SQLite for the market and PostgreSQL for the rooms.
import {
  openDatabase,
  type Database,
  type DatabaseChoice,
  type Migration,
  type OpenOptions,
} from './database.ts'

export interface Schemas {
  readonly market: readonly Migration[]
  readonly rooms: readonly Migration[]
  /** Of a PostgreSQL alone: what machines share beside the rooms. */
  readonly shared?: readonly Migration[]
}

/**
 * Brings the schemas up to date. The file gets the rooms' tables, too: some count by the market's changes, and stay beside them.
 * @param schemas null: whoever started this process has done that
 * @throws AppError as `openDatabase` and `openPostgres`
 */
export async function openChosen(
  choice: DatabaseChoice,
  schemas: Schemas | null,
  options: OpenOptions = {},
): Promise<Database> {
  const all = schemas === null ? [] : [...schemas.market, ...schemas.rooms]
  const file = openDatabase(choice.file, all, options)
  if (choice.postgres === null) return file
  try {
    // Whoever needs no PostgreSQL does not wait for its driver.
    const { openPostgres } = await import('./postgres/open.ts')
    const { rooms: ofRooms, shared = [] } = schemas ?? { rooms: [] }
    const rooms = await openPostgres(choice.postgres, schemas === null ? null : [...ofRooms, ...shared])
    const close = async (): Promise<void> => {
      await Promise.all([file.close(), rooms.close()])
    }
    return { ...file, choice, tables: rooms.tables, close }
  } catch (error) {
    await file.close()
    throw error
  }
}
