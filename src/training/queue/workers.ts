// Who takes jobs, and what each does now.
import type { Machine } from './machine.ts'
import { LOST_MS, type Queue } from './open-queue.ts'

export interface WorkerFacts extends Machine {
  readonly id: string
  readonly host: string
  readonly pid: number
  readonly version: string
  /** Jobs that it does at a time. */
  readonly processes: number
}

export interface WorkerThere extends WorkerFacts {
  /** UTC ms by the database's clock. */
  readonly since: number
  /** Jobs that it has now: the run's id and the number of the job in it, 0 the checkpoint's own training. */
  readonly jobs: readonly { readonly run: string; readonly number: number }[]
}

/** Says that a worker is there; the same again where it was said before. */
export async function beThere({ db, schema, name }: Queue, worker: WorkerFacts): Promise<void> {
  const { id, host, pid, version, platform, cpu, features, processes } = worker
  await db.ask(
    `INSERT INTO ${schema}.worker (id, host, pid, queue, version, platform, cpu, features, processes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     ON CONFLICT (id) DO UPDATE SET beat_at = clock_timestamp()`,
    [id, host, pid, name, version, platform, cpu, features.join(' '), processes],
  )
}

export async function leave({ db, schema }: Queue, id: string): Promise<void> {
  await db.ask(`DELETE FROM ${schema}.worker WHERE id = $1`, [id])
}

/** Jobs that workers of this version can do at a time. */
export async function capacity({ db, schema, name }: Queue): Promise<number> {
  const [row] = await db.ask<{ processes: number }>(
    `SELECT coalesce(sum(processes), 0) AS processes FROM ${schema}.worker
     WHERE queue = $1 AND beat_at > clock_timestamp() - $2 * interval '1 ms'`,
    [name, LOST_MS],
  )
  return row?.processes ?? 0
}

interface WorkerRow {
  id: string
  host: string
  pid: number
  version: string
  platform: string
  cpu: string
  features: string
  processes: number
  since: number
  jobs: { run: string; number: number }[]
}

/** Those heard of lately, of any version, the longest there first. */
export async function workersThere({ db, schema }: Pick<Queue, 'db' | 'schema'>): Promise<WorkerThere[]> {
  const rows = await db.ask<WorkerRow>(
    `SELECT id, host, pid, version, platform, cpu, features, processes, (extract(epoch FROM started_at) * 1000)::float8 AS since,
       (SELECT coalesce(json_agg(json_build_object('run', batch, 'number', number) ORDER BY batch, number), '[]')
        FROM ${schema}.training_job job WHERE job.worker = worker.id AND result IS NULL) AS jobs
     FROM ${schema}.worker WHERE beat_at > clock_timestamp() - $1 * interval '1 ms' ORDER BY started_at, id`,
    [LOST_MS],
  )
  return rows.map(({ features, since, ...rest }) => ({
    ...rest,
    features: features === '' ? [] : features.split(' '),
    since: Math.round(since),
  }))
}
