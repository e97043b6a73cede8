// `annotate`: a workspace opened in a program of one's own: its models by name, and the market states that are stored in it.
import { existsSync } from 'node:fs'
import { AppError } from '../core/errors.ts'
import { systemClock } from '../core/clock.ts'
import { postgresAddress } from '../core/postgres/address.ts'
import { parseInstant } from '../core/time.ts'
import { workspaceAt, type Workspace } from '../core/workspace.ts'
import {
  openChosenWorkspace,
  openWorkspace as openRooms,
  type OpenWorkspace,
} from '../server/open-workspace.ts'
import { stateAt } from '../server/state-at.ts'
import { storedMarket } from '../server/stored-market.ts'
import { marketStateIn, type MarketStateIn } from './market-state.ts'
import { WorkspaceModel } from './model.ts'

export { AppError } from '../core/errors.ts'
export type { MarketStateIn } from './market-state.ts'
export type { Prediction, WorkspaceModel } from './model.ts'

/** The names by which programs know the models → their ids. */
const MODELS = {
  cnn_model: 'cnn',
  rl_agent: 'dqn',
  primary_transformer: 'transformer',
  cob_rl_agent: 'cob_rl',
  instant_model: 'instant',
  custom_model: 'custom',
} as const

export type Models = Readonly<Record<keyof typeof MODELS, WorkspaceModel>>

export interface StoredInstant {
  readonly symbol: string
  /** Needed where the symbol is stored from several. */
  readonly venue?: string
  /** The as-of instant, a whole second: ISO 8601 with an offset, or UTC milliseconds. Nothing at or after it is in the state. */
  readonly at: string | number
}

export interface LibraryWorkspace {
  readonly orchestrator: Models
  /**
   * What was known as of an instant, with all that is stored by now.
   * @throws AppError `unknown_symbol`, `unknown_venue`, `several_venues`, `invalid_timestamp`, `not_enough_candles`
   */
  marketState(instant: StoredInstant): Promise<MarketStateIn>
  /** Releases networks and database. */
  close(): Promise<void>
}

/**
 * Opens what lies in `folder` for reading; a server may run on it at the same time.
 * @throws AppError `no_workspace` where none lies there; `database_needed` where a PostgreSQL has its rooms; `broken_database`
 */
export function openWorkspace(folder: string): LibraryWorkspace {
  return libraryOver(openRooms({ workspace: workspaceIn(folder), clock: systemClock }))
}

/**
 * The same of a workspace whose rooms are in a PostgreSQL: what is promoted is read there, markets and checkpoints in the folder of this machine.
 * @param database its address, `postgres://…`
 * @throws AppError `no_workspace`, `invalid_database_url`, and what the database refuses
 */
export async function openSharedWorkspace(folder: string, database: string): Promise<LibraryWorkspace> {
  const workspace = workspaceIn(folder)
  const { url } = postgresAddress(database)
  return libraryOver(await openChosenWorkspace({ workspace, clock: systemClock }, url))
}

function workspaceIn(folder: string): Workspace {
  const workspace = workspaceAt(folder)
  if (!existsSync(workspace.database)) throw noWorkspace(workspace.root)
  return workspace
}

function libraryOver(rooms: OpenWorkspace): LibraryWorkspace {
  const orchestrator = modelsOf(rooms)
  return {
    orchestrator,
    marketState: (instant) => marketStateOf(rooms, instant),
    async close() {
      await Promise.all(Object.values(orchestrator).map((model) => model.close()))
      await rooms.close()
    },
  }
}

function modelsOf({ orchestrator }: OpenWorkspace): Models {
  const models = Object.entries(MODELS).map(([name, id]) => [name, new WorkspaceModel(id, orchestrator)])
  return Object.fromEntries(models) as Models
}

async function marketStateOf(
  rooms: OpenWorkspace,
  { symbol, venue, at }: StoredInstant,
): Promise<MarketStateIn> {
  const second = parseInstant(at, 'at')
  const market = await storedMarket(rooms.reader, symbol, venue)
  return marketStateIn(await stateAt(rooms, market, second, null))
}

function noWorkspace(folder: string): AppError {
  return new AppError(
    'no_workspace',
    `There is no workspace in ${folder}: name the folder that annotate serve --workspace was given.`,
    { status: 404 },
  )
}
