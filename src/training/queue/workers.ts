// Who takes jobs, and what each does now.
import { VERSION } from '../../core/version.ts'
import type { Machine } from './machine.ts'
import { LOST_MS, type JobKind, type Queue } from './open-queue.ts'

export interface WorkerFacts extends Machine {
  readonly id: string
  readonly host: string
  readonly pid: number
  readonly version: string
  /** Jobs that it does at a time. */
  readonly processes: number
  readonly kinds: readonly JobKind[]
}

export interface WorkerThere extends WorkerFacts {
  /** UTC ms by the database's clock. */
  readonly since: number
  /** Jobs that it has now: the run's id and the number of the job in it, 0 the checkpoint's own training. */
  readonly jobs: readonly { readonly run: string; readonly number: number }[]
  /** Backtests that it has now, by id. */
  readonly backtests: readonly string[]
}

/** Says that a worker is there; the same again where it was said before. */
export async function beThere(
  { db, schema, name }: Pick<Queue, 'db' | 'schema' | 'name'>,
  worker: WorkerFacts,
): Promise<void> {
  const { id, host, pid, version, platform, cpu, features, processes, kinds } = worker
  await db.ask(
    `INSERT INTO ${schema}.worker (id, host, pid, queue, version, platform, cpu, features, processes, kinds) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (id) DO UPDATE SET beat_at = clock_timestamp()`,
    [id, host, pid, name, version, platform, cpu, features.join(' '), processes, kinds.join(' ')],
  )
}

export async function leave({ db, schema }: Queue, id: string): Promise<void> {
  await db.ask(`DELETE FROM ${schema}.worker WHERE id = $1`, [id])
}

/** Jobs of the queue's kind that workers of this version can do at a time. */
export async function capacity({ db, schema, kind }: Pick<Queue, 'db' | 'schema' | 'kind'>): Promise<number> {
  const [row] = await db.ask<{ processes: number }>(
    `SELECT coalesce(sum(processes), 0) AS processes FROM ${schema}.worker
     WHERE version = $1 AND $3 = ANY(string_to_array(kinds, ' ')) AND beat_at > clock_timestamp() - $2 * interval '1 ms'`,
    [VERSION, LOST_MS, kind],
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
  kinds: string
  since: number
  jobs: { run: string; number: number }[]
  backtests: string[]
}

/** Those heard of lately, of any version, the longest there first. */
export async function workersThere({ db, schema }: Pick<Queue, 'db' | 'schema'>): Promise<WorkerThere[]> {
  const rows = await db.ask<WorkerRow>(
    `WITH held AS (SELECT worker, batch, number, batch.queue LIKE 'backtest-%' AS is_backtest
       FROM ${schema}.training_job JOIN ${schema}.batch ON batch.id = batch WHERE worker IS NOT NULL AND result IS NULL)
     SELECT id, host, pid, version, platform, cpu, features, processes, kinds, (extract(epoch FROM started_at) * 1000)::float8 AS since,
       (SELECT coalesce(json_agg(json_build_object('run', batch, 'number', number) ORDER BY batch, number), '[]')
        FROM held WHERE held.worker = worker.id AND NOT is_backtest) AS jobs,
       (SELECT coalesce(json_agg(batch ORDER BY batch), '[]') FROM held WHERE held.worker = worker.id AND is_backtest) AS backtests
     FROM ${schema}.worker WHERE beat_at > clock_timestamp() - $1 * interval '1 ms' ORDER BY started_at, id`,
    [LOST_MS],
  )
  return rows.map(({ features, kinds, since, ...rest }) => ({
    ...rest,
    kinds: kinds.split(' ') as JobKind[],
    features: features === '' ? [] : features.split(' '),
    since: Math.round(since),
  }))
}
