// A worker's end of the queue: takes a job, says that it still has it, keeps how far it has come, answers once. Whoever lost a job is refused.
import { deserialize, serialize } from 'node:v8'
import { within } from '../core/postgres/boss.ts'
import { failTry, ifHeld, NotHeld, putInto, type Fault, type Held } from './attempts.ts'
import { LEFT_MS, type Queue } from './open-queue.ts'

/** `J`: what the job is, as plain values. */
export interface Claim<J> extends Held {
  readonly batch: string
  /** SHA-256 of what the batch's jobs are trained on, in hex. */
  readonly dataHash: string
  /** Within the package, as `jobs` are told which models there are. */
  readonly modelsModule: string
  readonly model: string
  readonly job: J
  /** How far another had come with it; null: from the start. */
  readonly piece: Uint8Array | null
}

interface ClaimRow {
  token: number
  batch: string
  data_hash: string
  models_module: string
  model: string
  job: Buffer
  piece: Buffer | null
}

/** `null`: another has it, or nobody wants it any more. */
export type Wanted = 'work' | 'pause' | null

/** `J`: the queue's jobs; `N`: what is said of one meanwhile. */
export class Claims<J, N> {
  readonly #queue: Queue
  readonly #worker: string
  readonly #machine: string

  /** @param worker the id under which the worker is there. @param machine the kind that it runs on */
  constructor(queue: Queue, worker: string, machine: string) {
    this.#queue = queue
    this.#worker = worker
    this.#machine = machine
  }

  /** Null where none waits. One whose run is not there any more is set aside until it is. */
  async take(): Promise<Claim<J> | null> {
    const { boss, name, schema, transaction } = this.#queue
    return transaction(async (step) => {
      const [fetched] = await boss.fetch(name, within(step))
      if (fetched === undefined) return null
      const [row] = await step.ask<ClaimRow>(
        `UPDATE ${schema}.training_job job SET token = token + 1, worker = $2, machine = $4, beat_at = clock_timestamp()
         FROM ${schema}.batch
         WHERE job.id = $1 AND batch.id = job.batch AND wanted = 'work' AND batch.beat_at > clock_timestamp() - $3 * interval '1 ms'
         RETURNING token, batch, data_hash, models_module, model, job, piece`,
        [fetched.id, this.#worker, LEFT_MS, this.#machine],
      )
      if (row !== undefined) return claimOf<J>(fetched.id, row)
      await boss.deleteJob(name, fetched.id, within(step))
      await step.ask(`UPDATE ${schema}.training_job SET wanted = 'aside' WHERE id = $1 AND wanted = 'work'`, [
        fetched.id,
      ])
      return null
    })
  }

  /** Says that the job is still held, and what is new of it. Where its run is not there any more it is to be paused. */
  async beat({ id, token }: Held, news: readonly N[]): Promise<Wanted> {
    const { schema, transaction } = this.#queue
    return transaction(async (step) => {
      const [row] = await step.ask<{ wanted: string; is_left: boolean }>(
        `WITH held AS (
           UPDATE ${schema}.training_job SET beat_at = clock_timestamp()
           WHERE id = $1 AND token = $2 AND result IS NULL RETURNING wanted, batch)
         SELECT wanted, batch.beat_at < clock_timestamp() - $3 * interval '1 ms' AS is_left FROM held JOIN ${schema}.batch ON batch.id = held.batch`,
        [id, token, LEFT_MS],
      )
      if (row === undefined) return null
      if (news.length > 0) await this.#tell(step, id, news)
      return row.is_left || row.wanted !== 'work' ? 'pause' : 'work'
    })
  }

  /** Where another goes on, should this worker be lost. False where the job is not held any more. */
  async keepPiece({ id, token }: Held, piece: Uint8Array): Promise<boolean> {
    const { db, schema } = this.#queue
    const rows = await db.ask(
      `UPDATE ${schema}.training_job SET piece = $3 WHERE id = $1 AND token = $2 AND result IS NULL RETURNING id`,
      [id, token, piece],
    )
    return rows.length > 0
  }

  /** The job's one result. False where another has it by now, or it is done: then nothing is changed. */
  async finish(
    { id, token }: Held,
    { result, news }: { result: Uint8Array; news: readonly N[] },
  ): Promise<boolean> {
    const { boss, name, schema, transaction } = this.#queue
    return ifHeld(
      transaction(async (step) => {
        await boss.complete(name, id, {}, within(step))
        const rows = await step.ask(
          `UPDATE ${schema}.training_job SET result = $3, piece = NULL, worker = NULL
           WHERE id = $1 AND token = $2 AND result IS NULL RETURNING id`,
          [id, token, result],
        )
        if (rows.length === 0) throw new NotHeld()
        if (news.length > 0) await this.#tell(step, id, news)
      }),
    )
  }

  /** Counts as a try. False where the job is not held any more. */
  async fail(held: Held, fault: Fault): Promise<boolean> {
    return failTry(this.#queue, held, fault)
  }

  /** Gives the job back as far as it has come, which is no try; one that is to pause does not go back into the queue. False where it is not held any more. */
  async release({ id, token }: Held, piece: Uint8Array | null): Promise<boolean> {
    const { boss, name, schema, transaction } = this.#queue
    return ifHeld(
      transaction(async (step) => {
        await boss.deleteJob(name, id, within(step))
        const [row] = await step.ask<{ wanted: string; priority: number }>(
          `UPDATE ${schema}.training_job SET token = token + 1, worker = NULL, piece = coalesce($3, piece)
           WHERE id = $1 AND token = $2 AND result IS NULL RETURNING wanted, priority`,
          [id, token, piece],
        )
        if (row === undefined) throw new NotHeld()
        if (row.wanted === 'work') await putInto(this.#queue, step, [{ id, priority: row.priority }])
      }),
    )
  }

  async #tell(
    { ask }: { ask: (sql: string, values: readonly unknown[]) => Promise<unknown> },
    id: string,
    news: readonly N[],
  ) {
    await ask(`INSERT INTO ${this.#queue.schema}.news (job, message) VALUES ($1, $2)`, [id, serialize(news)])
  }
}

function claimOf<J>(id: string, row: ClaimRow): Claim<J> {
  const { token, batch, data_hash: dataHash, models_module: modelsModule, model, piece } = row
  return { id, token, batch, dataHash, modelsModule, model, job: deserialize(row.job) as J, piece }
}
