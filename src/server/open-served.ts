// A workspace opened for one server: over its own file, or as a part of the PostgreSQL that machines share.
import { openChosen } from '../core/open-chosen.ts'
import {
  openChosenWorkspace,
  roomsOver,
  type OpenWorkspace,
  type WorkspaceOptions,
} from './open-workspace.ts'
import { SCHEMAS } from './schemas.ts'
import { SharedDatabase, type SharedOptions } from './shared-database.ts'

export interface ServedWorkspace {
  readonly open: OpenWorkspace
  /** Null: the workspace's own file has everything. Its part in the PostgreSQL has begun; its markets stand at their logs. */
  readonly shared: SharedDatabase | null
  /** What a user should know of what was found, in words. */
  readonly found: readonly string[]
}

/** How it takes part in a PostgreSQL. */
export type Joining = Omit<SharedOptions, 'workspace' | 'clock'>

/** @throws AppError as `openChosenWorkspace` and `SharedDatabase` */
export async function openServed(
  options: WorkspaceOptions,
  postgres: string | null,
  joining: Joining,
): Promise<ServedWorkspace> {
  if (postgres === null) return { open: await openChosenWorkspace(options, null), shared: null, found: [] }
  const { workspace, clock } = options
  const database = await openChosen({ file: workspace.database, postgres }, SCHEMAS)
  let shared: SharedDatabase | null = null
  try {
    shared = await SharedDatabase.join(postgres, database, { workspace, clock, ...joining })
    const open = { ...roomsOver(database, options), close: () => database.close() }
    return { open, shared, found: await shared.settle(open.store) }
  } catch (error) {
    await shared?.stop()
    await database.close()
    throw error
  }
}
