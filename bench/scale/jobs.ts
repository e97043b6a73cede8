// Jobs of the queue a second: put there together, each taken, and its result stored, by several at once; nothing is trained.
import { randomUUID } from 'node:crypto'
import { Batch } from '../../src/queue/batch.ts'
import { Claims } from '../../src/queue/claims.ts'
import { openQueue, type Queue } from '../../src/queue/open-queue.ts'
import type { Effort, Row } from '../bench.ts'

const JOBS: Readonly<Record<Effort, number>> = { full: 1_000, short: 20 }
const TAKERS = [1, 4, 16]
/** Bytes of a small job's result. */
const RESULT = new Uint8Array(20_000)

interface BenchJob {
  readonly number: number
}

export async function jobRows(effort: Effort, url: string): Promise<Row[]> {
  const rows: Row[] = []
  for (const takers of TAKERS) rows.push(await measured(url, JOBS[effort], takers))
  return rows
}

async function measured(url: string, count: number, takers: number): Promise<Row> {
  const asker = await openQueue(url, 'training')
  const batch = new Batch<BenchJob, never>(asker, randomUUID())
  const jobs = Array.from({ length: count }, (_, number) => ({ job: { number }, piece: null }))
  await batch.enter(Buffer.alloc(0), { modelsModule: '', model: '' }, jobs)
  const queues = await Promise.all(Array.from({ length: takers }, () => openQueue(url, 'training')))
  // Whoever put them there is not to be thought gone.
  const beating = setInterval(() => void batch.look(), 5_000)
  const began = performance.now()
  await Promise.all(queues.map((queue) => takeAll(queue)))
  const seconds = (performance.now() - began) / 1000
  clearInterval(beating)
  await batch.withdraw()
  for (const queue of [asker, ...queues]) await queue.close()
  const note = `${count} jobs, results of ${RESULT.length / 1000} kB, one process`
  return {
    name: `jobs taken and answered, ${takers} at a time`,
    value: count / seconds,
    unit: 'jobs/s',
    note,
  }
}

async function takeAll(queue: Queue): Promise<void> {
  const claims = new Claims<BenchJob, never>(queue, randomUUID(), 'bench')
  for (let claim = await claims.take(); claim !== null; claim = await claims.take())
    await claims.finish(claim, { result: RESULT, news: [] })
}
