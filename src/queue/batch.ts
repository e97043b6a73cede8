// The asker's end of a queue: puts jobs in that belong together, hears how they come on, gives their results, and takes all of it out again.
import { randomUUID } from 'node:crypto'
import { deserialize, serialize } from 'node:v8'
import { sha256 } from '../core/hash.ts'
import { within } from '../core/postgres/boss.ts'
import type { Copying } from '../core/postgres/copying.ts'
import { failTry, putInto, type Fault } from './attempts.ts'
import { LOST_MS, type Queue } from './open-queue.ts'

/** Data go there in parts of so many bytes. */
const PART = 4 * 1024 * 1024
/** What a run left there that nobody took up again is removed after so many days. */
const KEPT_DAYS = 14

/** Which model its jobs train. */
export interface BatchModel {
  /** Within the package: it is looked for in the worker's own. */
  readonly modelsModule: string
  readonly model: string
}

/** One that is put there; the asker knows it by its number. */
export interface NewJob<J> {
  readonly job: J
  /** How far it had come; null: from the start. */
  readonly piece: Uint8Array | null
}

export interface LeftJob<J> extends NewJob<J> {
  readonly result: Uint8Array | null
}

/** How a job stands. */
export interface JobStanding<N> {
  readonly id: string
  readonly token: number
  /** Whoever has it; null: nobody. */
  readonly worker: string | null
  /** ms since they were heard; null where nobody ever had it. */
  readonly silent: number | null
  /** `aside`: its run was not there for a while. */
  readonly wanted: 'work' | 'pause' | 'aside'
  readonly fault: Fault | null
  /** Kind of machine of whoever had it last; null: nobody had it. */
  readonly machine: string | null
  /** Its result is there. */
  readonly done: boolean
  /** What it said since it was asked last. */
  readonly news: readonly N[]
}

type StandingRow = Omit<JobStanding<never>, 'news' | 'fault'> & { fault: string | null }

/** `J`: plain values; `N`: what is said of one meanwhile. */
export class Batch<J extends { readonly number: number }, N> {
  readonly #queue: Queue
  readonly #id: string
  readonly #jobs = new Map<string, J>()
  readonly #ids = new Map<J, string>()

  /** @param id the run's, or the backtest's */
  constructor(queue: Queue, id: string) {
    this.#queue = queue
    this.#id = id
  }

  /** What an earlier process of the asker left there, finished or not. */
  async left(): Promise<LeftJob<J>[]> {
    const { db, schema } = this.#queue
    const rows = await db.ask<{ id: string }>(`SELECT id FROM ${schema}.training_job WHERE batch = $1`, [
      this.#id,
    ])
    const jobs: LeftJob<J>[] = []
    for (const { id } of rows) jobs.push(...(await this.job(id)))
    return jobs
  }

  /** How far a job has come, or its result; empty where it is not there any more. */
  async job(id: string): Promise<LeftJob<J>[]> {
    const { db, schema } = this.#queue
    const rows = await db.ask<{ job: Buffer; piece: Buffer | null; result: Buffer | null }>(
      `SELECT job, piece, result FROM ${schema}.training_job WHERE id = $1`,
      [id],
    )
    return rows.map(({ job, ...row }) => ({ job: deserialize(job) as J, ...row }))
  }

  /**
   * Jobs are taken in their order; those with a piece go on from it. May be done again where it is not known whether it was:
   * that is then as if it had been done once.
   * @param data what all of them are about
   */
  async enter(data: Buffer, model: BatchModel, jobs: readonly NewJob<J>[]): Promise<void> {
    await this.#removeLeft()
    await this.#putData(data, model)
    const rows = jobs.map(({ job, piece }, index) => ({
      id: this.#idOf(job),
      job,
      piece,
      priority: jobs.length - index,
    }))
    const { schema, transaction } = this.#queue
    await transaction(async (step) => {
      for (const { id, job, priority, piece } of rows)
        await step.ask(
          `INSERT INTO ${schema}.training_job (id, batch, number, priority, job, piece) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT DO NOTHING`,
          [id, this.#id, job.number, priority, serialize(job), piece],
        )
      await putInto(this.#queue, step, rows)
    })
  }

  async #putData(data: Buffer, { modelsModule, model }: BatchModel): Promise<void> {
    const { db, schema, name } = this.#queue
    const hash = sha256(data)
    await db.ask(
      `INSERT INTO ${schema}.batch (id, queue, models_module, model, data_hash) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (id) DO UPDATE SET data_hash = $5, beat_at = clock_timestamp()`,
      [this.#id, name, modelsModule, model, hash],
    )
    for (let at = 0, part = 0; at < data.length; at += PART, part += 1)
      await db.ask(`INSERT INTO ${schema}.batch_data VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, [
        this.#id,
        part,
        data.subarray(at, at + PART),
      ])
  }

  #idOf(job: J): string {
    const id = this.#ids.get(job) ?? randomUUID()
    this.#ids.set(job, id)
    this.#jobs.set(id, job)
    return id
  }

  /** The job that was put there under this id. */
  jobOf(id: string): J | undefined {
    return this.#jobs.get(id)
  }

  /** Of those that were put there what the database knows nothing of any more: it may have lost what it was told last, where it was killed or another took its place. */
  lost(standings: readonly JobStanding<N>[]): J[] {
    const known = new Set(standings.map(({ id }) => id))
    return [...this.#jobs].filter(([id]) => !known.has(id)).map(([, job]) => job)
  }

  /** Says that the run is there, and asks how its jobs stand; what is new of them is told once. */
  async look(): Promise<JobStanding<N>[]> {
    const { db, schema } = this.#queue
    await db.ask(`UPDATE ${schema}.batch SET beat_at = clock_timestamp() WHERE id = $1`, [this.#id])
    // News after the standings: those of a job that is done are then all there.
    const rows = await db.ask<StandingRow>(
      `SELECT id, token, worker, wanted, fault, machine, result IS NOT NULL AS done, (extract(epoch FROM clock_timestamp() - beat_at) * 1000)::float8 AS silent
       FROM ${schema}.training_job WHERE batch = $1 ORDER BY priority DESC`,
      [this.#id],
    )
    const news = await db.ask<{ job: string; number: number; message: Buffer }>(
      `DELETE FROM ${schema}.news USING ${schema}.training_job job WHERE job.batch = $1 AND news.job = job.id RETURNING news.job, news.number, message`,
      [this.#id],
    )
    const told = news.toSorted((a, b) => a.number - b.number)
    return rows.map(({ fault, ...row }) => ({
      ...row,
      fault: fault === null ? null : (JSON.parse(fault) as Fault),
      news: told.filter(({ job }) => job === row.id).flatMap(({ message }) => deserialize(message) as N[]),
    }))
  }

  /** Takes a job from a worker that is lost; false where it was heard of meanwhile. */
  async takeFrom({ id, token, worker }: Pick<JobStanding<N>, 'id' | 'token' | 'worker'>): Promise<boolean> {
    const message = `the worker that had it (${await this.#nameOf(worker)}) was lost: not heard of for ${LOST_MS / 1000} s`
    return failTry(this.#queue, { id, token }, { code: null, message }, LOST_MS)
  }

  async #nameOf(worker: string | null): Promise<string> {
    const { db, schema } = this.#queue
    const [row] = await db.ask<{ host: string; pid: number }>(
      `SELECT host, pid FROM ${schema}.worker WHERE id = $1`,
      [worker],
    )
    return row === undefined ? 'gone' : `${row.host}, process ${row.pid}`
  }

  /** One that was set aside while this process was not heard waits again. */
  async putBack(id: string): Promise<void> {
    const { schema, transaction } = this.#queue
    await transaction(async (step) => {
      const [row] = await step.ask<{ priority: number }>(
        `UPDATE ${schema}.training_job SET wanted = 'work' WHERE id = $1 AND wanted = 'aside' RETURNING priority`,
        [id],
      )
      if (row !== undefined) await putInto(this.#queue, step, [{ id, priority: row.priority }])
    })
  }

  /** No job is begun any more, and those that are under way are to be saved and given back. */
  async pause(): Promise<void> {
    const { db, schema } = this.#queue
    await db.ask(`UPDATE ${schema}.training_job SET wanted = 'pause' WHERE batch = $1`, [this.#id])
  }

  /** Takes everything out: whoever still works on it learns that nobody wants it. */
  async withdraw(): Promise<void> {
    await this.#queue.transaction((step) => this.#remove(step, 'batch.id = $1', [this.#id]))
  }

  /** Of runs that were never taken up again, and of workers long gone. */
  async #removeLeft(): Promise<void> {
    const { schema, transaction } = this.#queue
    const old = `beat_at < clock_timestamp() - ${KEPT_DAYS} * interval '1 day'`
    await transaction(async (step) => {
      await this.#remove(step, `batch.${old}`, [])
      await step.ask(`DELETE FROM ${schema}.worker WHERE ${old}`)
    })
  }

  async #remove(step: Copying, which: string, values: readonly unknown[]): Promise<void> {
    const { boss, schema } = this.#queue
    const jobs = await step.ask<{ id: string; queue: string }>(
      `SELECT job.id, queue FROM ${schema}.training_job job JOIN ${schema}.batch ON batch.id = job.batch WHERE ${which}`,
      values,
    )
    for (const queue of new Set(jobs.map((job) => job.queue))) {
      const ids = jobs.filter((job) => job.queue === queue).map(({ id }) => id)
      await boss.deleteJob(queue, ids, within(step))
    }
    await step.ask(`DELETE FROM ${schema}.batch WHERE ${which}`, values)
  }
}
