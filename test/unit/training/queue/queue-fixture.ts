// A queue on a real PostgreSQL, and the jobs of a small run, for tests.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { VERSION } from '../../../../src/core/version.ts'
import { JobFiles } from '../../../../src/training/jobs/job-files.ts'
import type { Job } from '../../../../src/training/learning/job.ts'
import type { StateSource } from '../../../../src/training/learning/views.ts'
import type { News } from '../../../../src/training/queue/hearing.ts'
import { RunBatch } from '../../../../src/training/queue/run-batch.ts'
import { Claims } from '../../../../src/queue/claims.ts'
import { openQueue, type Queue } from '../../../../src/queue/open-queue.ts'
import { beThere } from '../../../../src/queue/workers.ts'
import type { Place } from '../../../postgres/each-database.ts'

export const SOURCE = { slices: [], frozen: { count: 0 } } as unknown as StateSource
export const MODEL = { modelsModule: 'test/loop/training-models.ts', model: 'tiny' }

/** Without examples: the queue looks at nothing but the number. */
export function jobOf(number: number): Job {
  return { number, options: { seed: 1, epochs: 2, threads: 1 }, examples: [], evaluate: [] } as unknown as Job
}

export interface QueueFixture {
  readonly queue: Queue
  readonly batch: RunBatch
  readonly files: JobFiles
  readonly run: string
  /** A worker that is there. */
  claims(host: string): Promise<Claims<Job, News>>
  /** As if whoever has a job had not been heard of for so long. */
  silence(seconds: number): Promise<unknown>
  close(): Promise<void>
}

export async function queueAt(place: Place): Promise<QueueFixture> {
  const queue = await openQueue(place.url, 'training')
  const folder = mkdtempSync(join(tmpdir(), 'annotate-queue-'))
  const run = randomUUID()
  return {
    queue,
    run,
    batch: new RunBatch(queue, run),
    files: new JobFiles(folder),
    async claims(host) {
      const id = randomUUID()
      const facts = {
        platform: 'linux-x64',
        cpu: 'a processor',
        features: ['avx2'],
        pid: 7,
        version: VERSION,
        kinds: ['training'] as const,
        processes: 2,
      }
      await beThere(queue, { id, host, ...facts })
      return new Claims(queue, id, `linux-x64 ${host}`)
    },
    silence: (seconds) =>
      queue.db.ask(`UPDATE ${queue.schema}.training_job SET beat_at = beat_at - $1 * interval '1 second'`, [
        seconds,
      ]),
    async close() {
      await queue.close()
      rmSync(folder, { recursive: true, force: true })
      await removeQueue(place)
    },
  }
}

/** The queue's schema stands beside the place's. */
export async function removeQueue(place: Place): Promise<void> {
  await place.ask(`SET client_min_messages = warning; DROP SCHEMA IF EXISTS ${place.schema}_jobs CASCADE`)
}
