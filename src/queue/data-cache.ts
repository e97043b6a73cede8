// What jobs are about, on a worker's disk: fetched once from the database, known by its hash, removed when no run needs it.
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '../core/hash.ts'
import { readOwnFile, writeFileWhole } from '../core/files.ts'
import type { Claim } from './claims.ts'
import type { Queue } from './open-queue.ts'

type BatchData = Pick<Claim<unknown>, 'batch' | 'dataHash'>

export class DataCache {
  readonly #queue: Queue
  readonly #folder: string
  /** Jobs that begin together wait for one copy. */
  #fetching: Promise<unknown> = Promise.resolve()

  /** @param folder the worker's alone; made when it is needed */
  constructor(queue: Queue, folder: string) {
    this.#queue = queue
    this.#folder = folder
  }

  /** What a batch was entered with. @throws Error where it is not there any more, or damaged; as `CopyingPostgres.ask` */
  async bytes(claim: BatchData): Promise<Buffer> {
    const bytes = this.#fetching.then(() => this.#bytesOf(claim))
    this.#fetching = bytes.catch(() => undefined)
    return bytes
  }

  /** Removes what no run needs. */
  async tidy(): Promise<void> {
    const { db, schema } = this.#queue
    const rows = await db.ask<{ hash: string }>(`SELECT data_hash AS hash FROM ${schema}.batch`)
    const needed = new Set(rows.map(({ hash }) => hash))
    const names = await readdir(this.#folder).catch((): string[] => [])
    for (const name of names) if (!needed.has(name)) await rm(join(this.#folder, name), { force: true })
  }

  async #bytesOf({ batch, dataHash }: BatchData): Promise<Buffer> {
    const path = join(this.#folder, dataHash)
    const kept = await readOwnFile(path).catch(() => null)
    if (kept !== null && sha256(kept) === dataHash) return kept
    const bytes = await this.#fetch(batch)
    if (sha256(bytes) !== dataHash)
      throw new Error('what the job is about did not arrive whole; whoever asked for it may have ended')
    await this.tidy()
    await writeFileWhole(path, bytes)
    return bytes
  }

  /** Part by part: each is a few megabytes. */
  async #fetch(batch: string): Promise<Buffer> {
    const { db, schema } = this.#queue
    const parts: Buffer[] = []
    for (;;) {
      const [row] = await db.ask<{ bytes: Buffer }>(
        `SELECT bytes FROM ${schema}.batch_data WHERE batch = $1 AND part = $2`,
        [batch, parts.length],
      )
      if (row === undefined) return Buffer.concat(parts)
      parts.push(row.bytes)
    }
  }
}
