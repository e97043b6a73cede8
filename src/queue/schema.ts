// The tables of jobs that wait for workers, in a schema of their own beside the rooms' tables: nothing in it outlives the run or the backtest it is for.
import { AppError } from '../core/errors.ts'
import type { Copying, CopyingPostgres } from '../core/postgres/copying.ts'

/** Raised where a table changes: an older ANNOTATE then leaves it alone. */
const FORMAT = 2
/** Whoever makes the tables holds this lock; any number that nothing else of ours takes. */
const MAKING = 7_316_055_215

/**
 * `batch`: a run's jobs and what they are trained on, in parts, or a backtest with the files of its checkpoints; `beat_at` is when whoever asked was last heard.
 * `training_job`, of either: `token` is the fence, whoever has taken the job last has the greatest; `piece` and `result` are the files of `JobFiles`, or a backtest's
 * end. `news`: what a job said and was not heard yet. `worker`: who is there, for which kinds of jobs.
 */
const TABLES = (schema: string): string => `
  CREATE SCHEMA IF NOT EXISTS ${schema};
  CREATE TABLE IF NOT EXISTS ${schema}.annotate_format (number int PRIMARY KEY);
  INSERT INTO ${schema}.annotate_format SELECT ${FORMAT} WHERE NOT EXISTS (SELECT 1 FROM ${schema}.annotate_format);
  CREATE TABLE IF NOT EXISTS ${schema}.batch (
    id text PRIMARY KEY, queue text NOT NULL, models_module text NOT NULL, model text NOT NULL, data_hash text NOT NULL,
    beat_at timestamptz NOT NULL DEFAULT clock_timestamp());
  CREATE TABLE IF NOT EXISTS ${schema}.batch_data (
    batch text REFERENCES ${schema}.batch ON DELETE CASCADE, part int, bytes bytea NOT NULL, PRIMARY KEY (batch, part));
  CREATE TABLE IF NOT EXISTS ${schema}.worker (
    id uuid PRIMARY KEY, host text NOT NULL, pid int NOT NULL, queue text NOT NULL, version text NOT NULL, platform text NOT NULL, cpu text NOT NULL,
    features text NOT NULL, processes int NOT NULL, started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    beat_at timestamptz NOT NULL DEFAULT clock_timestamp());
  CREATE TABLE IF NOT EXISTS ${schema}.training_job (
    id uuid PRIMARY KEY, batch text NOT NULL REFERENCES ${schema}.batch ON DELETE CASCADE, number int NOT NULL, priority int NOT NULL, job bytea NOT NULL,
    token int NOT NULL DEFAULT 0, worker uuid, beat_at timestamptz, wanted text NOT NULL DEFAULT 'work', piece bytea, result bytea,
    machine text, fault text);
  CREATE INDEX IF NOT EXISTS training_job_batch ON ${schema}.training_job (batch);
  CREATE TABLE IF NOT EXISTS ${schema}.news (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, job uuid NOT NULL REFERENCES ${schema}.training_job ON DELETE CASCADE, message bytea NOT NULL);
  CREATE INDEX IF NOT EXISTS news_job ON ${schema}.news (job);
  ALTER TABLE ${schema}.worker ADD COLUMN IF NOT EXISTS kinds text NOT NULL DEFAULT 'training';
  UPDATE ${schema}.annotate_format SET number = ${FORMAT};`

/** Of the queue beside the rooms' tables: `annotate_jobs` where those are in `public`, else theirs and `_jobs`. */
async function schemaOf(db: CopyingPostgres): Promise<string> {
  const [place] = await db.ask<{ name: string | null }>('SELECT current_schema() AS name')
  const rooms = place?.name ?? 'public'
  return rooms === 'public' ? 'annotate_jobs' : `${rooms}_jobs`
}

/** Null where no worker of this format has ever been there. @throws as `makeQueueTables` */
export async function findQueueTables(db: CopyingPostgres): Promise<string | null> {
  const schema = await schemaOf(db)
  const format = await formatOf(db, schema)
  if (format === null || format < FORMAT) return null
  requireOurs(db, format)
  return schema
}

/**
 * Makes what is not there; of several that begin at once one does it. Returns the schema's name.
 * @throws AppError `newer_database`; as `CopyingPostgres.transaction`
 */
export async function makeQueueTables(db: CopyingPostgres): Promise<string> {
  const schema = await schemaOf(db)
  await db.transaction(async (step) => {
    await step.ask('SELECT pg_advisory_xact_lock($1)', [MAKING])
    await step.ask('SET LOCAL client_min_messages = warning')
    // Who finds them needs no right to make them.
    const format = await formatOf(step, schema)
    if (format === null || format < FORMAT) await step.ask(TABLES(schema))
    else requireOurs(db, format)
  })
  return schema
}

/** Null where there are none. */
async function formatOf(db: Pick<Copying, 'ask'>, schema: string): Promise<number | null> {
  const [known] = await db.ask<{ name: string | null }>('SELECT to_regclass($1)::text AS name', [
    `${schema}.annotate_format`,
  ])
  if (known?.name == null) return null
  const [row] = await db.ask<{ number: number }>(`SELECT number FROM ${schema}.annotate_format`)
  return row?.number ?? null
}

function requireOurs(db: CopyingPostgres, format: number): void {
  if (format === FORMAT) return
  const message = `The jobs in the PostgreSQL ${db.name} are of a later version of ANNOTATE. Start that version here, too.`
  throw new AppError('newer_database', message, { status: 500 })
}
