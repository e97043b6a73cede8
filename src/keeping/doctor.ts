// `annotate doctor`: whether a workspace is sound, what is amiss where it is not, and what of that can be mended.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Clock } from '../core/clock.ts'
import type { DatabaseState } from '../core/database-check.ts'
import type { Finding } from '../core/finding.ts'
import { setDatabaseAside } from '../core/set-aside.ts'
import type { Workspace } from '../core/workspace.ts'
import { startCheck } from './check.ts'
import { findingsOf, keyOf, mend, type Looked, type Repaired, type Told } from './findings.ts'
import { saveDatabase, type SavedDatabase } from './save-database.ts'

export interface DoctorReport {
  readonly workspace: string
  readonly sound: boolean
  readonly repaired: readonly Repaired[]
  /** What is still amiss, and what to do. */
  readonly findings: readonly Told[]
}

type Opened = Looked & { close(): void | Promise<void> }

export interface DoctorOptions {
  readonly workspace: Workspace
  /** Opens a workspace, and makes its database where there is none. */
  readonly open: (workspace: Workspace) => Opened | Promise<Opened>
  /** `user@host:port/database` of the PostgreSQL that has the rooms' tables and the markets' logs; none: the workspace's own file. */
  readonly postgres?: string
  readonly clock: Clock
  /** Nobody else has the workspace open. */
  readonly repair: boolean
  /** Others write to it meanwhile: what is only half-way is looked at twice. */
  readonly served: boolean
}

const MOST_ROUNDS = 4

/** Without `repair` nothing is changed. */
export async function examine(options: DoctorOptions): Promise<DoctorReport> {
  const { workspace, repair } = options
  const state = await startCheck(workspace.database).state
  const fault = await databaseFault(state, options)
  if (!repair) {
    const found = await lookOnly(options, state)
    return reportOf(workspace, [], fault === null ? found : [fault, ...found])
  }
  const repaired: Repaired[] = []
  if (fault !== null) repaired.push({ ...fault, done: await mendDatabase(options, state) })
  // Marks in a PostgreSQL are not mended by a market that has yet to come.
  if (options.postgres !== undefined && state.kind !== 'sound') return reportOf(workspace, repaired, [])
  const open = await options.open(workspace)
  try {
    let found = await findingsOf(open)
    let failed: ReadonlyMap<string, string> = new Map()
    // What is mended may bring to light what lay behind it.
    for (let round = 0; round < MOST_ROUNDS && found.length > 0; round++) {
      const mended = await mend(found)
      repaired.push(...mended.repaired)
      failed = mended.failed
      found = await findingsOf(open)
      if (mended.repaired.length === 0) break
    }
    const left = found.map((finding) => ({
      ...finding,
      advice: [failed.get(keyOf(finding)), finding.advice].filter(Boolean).join(' '),
    }))
    return reportOf(workspace, repaired, left)
  } finally {
    await open.close()
  }
}

function reportOf(
  { root }: Workspace,
  repaired: readonly Repaired[],
  found: readonly (Finding | Told)[],
): DoctorReport {
  const findings = found.map(({ part, name, fault, advice }) => ({ part, name, fault, advice }))
  return { workspace: root, sound: findings.length === 0, repaired, findings }
}

/** Of the file itself; null where nothing is wrong with it. */
async function databaseFault(
  state: DatabaseState,
  { workspace: { database, testCases, trainingResults }, postgres }: DoctorOptions,
): Promise<Told | null> {
  const about = { part: 'database', name: database } as const
  if (state.kind === 'damaged') {
    const advice =
      postgres === undefined
        ? '--repair sets it aside under a new name, saves what can be read of it into a new one, and makes the annotations anew of their test cases.'
        : `--repair sets it aside under a new name; the next start of the server fills a new one from the logs of the PostgreSQL ${postgres}.`
    return { ...about, fault: `it is damaged (${state.fault})`, advice }
  }
  const [cases, results] = [await filesIn(testCases), await filesIn(trainingResults)]
  // With a PostgreSQL the file has markets alone, which the next start fetches.
  if (state.kind === 'sound' || cases + results === 0 || postgres !== undefined) return null
  return {
    ...about,
    fault: `it is ${state.kind === 'empty' ? 'empty' : 'not there'}, beside ${cases} test cases and ${results} results of training runs`,
    advice: '--repair makes the annotations anew of their test cases, and lists the runs again.',
  }
}

async function filesIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => [] as string[])
  return names.filter((name) => name.endsWith('.json')).length
}

/** Where there is no database to ask, an empty one elsewhere stands for it; of a damaged one the files alone are looked at. */
async function lookOnly(options: DoctorOptions, { kind }: DatabaseState): Promise<Finding[]> {
  const { workspace, served } = options
  if (kind === 'sound') {
    const found = await look(options, workspace)
    if (!served || found.length === 0) return found
    await setTimeout(SECOND_LOOK_MS)
    const again = new Set((await look(options, workspace)).map(keyOf))
    return found.filter((finding) => again.has(keyOf(finding)))
  }
  // Of a PostgreSQL's marks nothing can be said without the market.
  const isFilesAlone = kind === 'damaged' || options.postgres !== undefined
  const scratch = await mkdtemp(join(tmpdir(), 'annotate-doctor-'))
  try {
    return await look(options, { ...workspace, database: join(scratch, 'annotate.db') }, isFilesAlone)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** A write that is under way is over by then. */
const SECOND_LOOK_MS = 1_000

async function look(
  { open: openAt }: DoctorOptions,
  workspace: Workspace,
  filesAlone = false,
): Promise<Finding[]> {
  const open = await openAt(workspace)
  try {
    return await (filesAlone ? findingsOf(open, new Set(['checkpoint'])) : findingsOf(open))
  } finally {
    await open.close()
  }
}

/** In words, what was done. */
async function mendDatabase(
  { workspace, open, clock, postgres }: DoctorOptions,
  { kind }: DatabaseState,
): Promise<string> {
  if (kind !== 'damaged') return 'a new one was made'
  if (postgres !== undefined) {
    const aside = await setDatabaseAside(workspace.database, 'damaged', clock.now())
    return `it is now ${aside}; the next start of the server fills a new one from the PostgreSQL ${postgres}`
  }
  const create = async (path: string): Promise<void> => (await open({ ...workspace, database: path })).close()
  return savedWords(await saveDatabase(workspace.database, create, clock.now()))
}

function savedWords({ aside, rows, lost }: SavedDatabase): string {
  const saved = Object.entries(rows)
    .filter(([, count]) => count > 0)
    .map(([table, count]) => `${count} of ${table}`)
  const what =
    saved.length === 0 ? 'nothing could be read of it' : `saved into a new one: ${saved.join(', ')}`
  const concerned = [...new Set(lost.map(({ table }) => table))]
  const less = concerned.length === 0 ? '' : `; rows of ${concerned.join(', ')} could not be read`
  return `${what}${less}; the damaged one is now ${aside}, and stays until you take it away`
}
