// Who takes jobs, and what each does now.
import { VERSION } from '../core/version.ts'
import { kindOf, type Machine } from './machine.ts'
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
  /** Jobs that it has now. */
  readonly jobs: readonly HeldJob[]
}

export interface HeldJob {
  readonly kind: JobKind
  /** The id of what it is part of: the run's, the backtest's, or who asked for rows. */
  readonly batch: string
  /** In it; of a run 0 is the checkpoint's own training. */
  readonly number: number
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

/** Jobs of the queue that workers can do at a time. */
export async function capacity({
  db,
  schema,
  kind,
  machine,
}: Pick<Queue, 'db' | 'schema' | 'kind' | 'machine'>): Promise<number> {
  const rows = await db.ask<{ processes: number; platform: string; cpu: string; features: string }>(
    `SELECT processes, platform, cpu, features FROM ${schema}.worker
     WHERE version = $1 AND $3 = ANY(string_to_array(kinds, ' ')) AND beat_at > clock_timestamp() - $2 * interval '1 ms'`,
    [VERSION, LOST_MS, kind],
  )
  const able = rows.filter((row) => machine === null || kindOf(machineIn(row)) === machine)
  return able.reduce((sum, { processes }) => sum + processes, 0)
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
  jobs: HeldJob[]
}

/** Those heard of lately, of any version, the longest there first. */
export async function workersThere({ db, schema }: Pick<Queue, 'db' | 'schema'>): Promise<WorkerThere[]> {
  const rows = await db.ask<WorkerRow>(
    `WITH held AS (SELECT worker, split_part(queue, '-', 1) AS kind, batch, number FROM ${schema}.training_job JOIN ${schema}.batch ON batch.id = batch
       WHERE worker IS NOT NULL AND result IS NULL)
     SELECT id, host, pid, version, platform, cpu, features, processes, kinds, (extract(epoch FROM started_at) * 1000)::float8 AS since,
       (SELECT coalesce(json_agg(json_build_object('kind', kind, 'batch', batch, 'number', number) ORDER BY batch, number), '[]')
        FROM held WHERE held.worker = worker.id) AS jobs
     FROM ${schema}.worker WHERE beat_at > clock_timestamp() - $1 * interval '1 ms' ORDER BY started_at, id`,
    [LOST_MS],
  )
  return rows.map(({ kinds, since, ...rest }) => ({
    ...rest,
    ...machineIn(rest),
    kinds: kinds.split(' ') as JobKind[],
    since: Math.round(since),
  }))
}

function machineIn({ platform, cpu, features }: Record<keyof Machine, string>): Machine {
  return { platform, cpu, features: features === '' ? [] : features.split(' ') }
}
