// A queue of jobs in a PostgreSQL, as both its ends open it: runs and backtests that put jobs in, workers that take them.
import { again } from '../core/postgres/again.ts'
import { openBoss, type Boss } from '../core/postgres/boss.ts'
import { CopyingPostgres, type Copying } from '../core/postgres/copying.ts'
import { sha256 } from '../core/hash.ts'
import { VERSION } from '../core/version.ts'
import { kindOf, thisMachine } from './machine.ts'
import { findQueueTables, makeQueueTables } from './schema.ts'

/** A worker says that often that it is there, and that it has its job … */
export const BEAT_MS = 1_000
/** … and is lost when it has not for so long: its job goes to another. */
export const LOST_MS = 15_000
/** A run whose process is not heard of for so long gets nothing done any more; it is taken up where it stands. */
export const LEFT_MS = 30_000
/** Times that a job is tried: twice again. */
export const TRIES = 3

/** What a worker may do, in the order in which it does: files that somebody waits for, a run's trainings, whole backtests, rows of moments. */
export const JOB_KINDS = ['export', 'training', 'backtest', 'moments'] as const
export type JobKind = (typeof JOB_KINDS)[number]
/** What comes of these is mixed with what was made here: workers of another kind of machine find none of them. */
const BOUND: ReadonlySet<JobKind> = new Set(['moments'])

export interface Queue {
  readonly kind: JobKind
  readonly db: CopyingPostgres
  readonly boss: Boss
  /** Of its tables. */
  readonly schema: string
  /** Workers of another version find nothing in it: they would give other bits. */
  readonly name: string
  /** The one kind of machine that its jobs are for; null: any. */
  readonly machine: string | null
  /** All of `work` or nothing; done again where another was faster, so it changes nothing but the database. */
  transaction<T>(this: void, work: (within: Copying) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Makes its tables where they are not there yet. @throws AppError `invalid_database_url`, `newer_database`; as `CopyingPostgres.ask` */
export async function openQueue(url: string, kind: JobKind): Promise<Queue> {
  const db = new CopyingPostgres(url)
  try {
    return await queueIn(db, await makeQueueTables(db), kind)
  } catch (error) {
    await db.close()
    throw error
  }
}

/** Null where no worker has ever been there: then nothing is made. @throws as `openQueue` */
export async function findQueue(url: string, kind: JobKind): Promise<Queue | null> {
  const db = new CopyingPostgres(url)
  try {
    const schema = await findQueueTables(db)
    if (schema !== null) return await queueIn(db, schema, kind)
  } catch (error) {
    await db.close()
    throw error
  }
  await db.close()
  return null
}

async function queueIn(db: CopyingPostgres, schema: string, kind: JobKind): Promise<Queue> {
  const boss = await openBoss(db, schema)
  const machine = BOUND.has(kind) ? kindOf(await thisMachine()) : null
  const name = `${kind}-${VERSION}${machine === null ? '' : `-${sha256(Buffer.from(machine)).slice(0, 8)}`}`
  // Several that make it at once stand in each other's way; who comes again finds it made.
  await again(db.name, () =>
    boss.createQueue(name, { name, policy: 'standard', retryLimit: TRIES - 1, retryDelay: 0 }),
  )
  const transaction: Queue['transaction'] = (work) => again(db.name, () => db.transaction(work))
  return { kind, db, boss, schema, name, machine, transaction, close: () => db.close() }
}
