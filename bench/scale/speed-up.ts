// A run of twenty folds by one, two and four workers of one process each, beside a server of its own: seconds from its start to its end.
import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TrainingRunOut } from '../../src/contract/training.ts'
import type { WorkersOut } from '../../src/contract/workers.ts'
import { markOver, reviewOver } from '../../test/e2e/harness/marks.ts'
import { startServer, type RunningServer } from '../../test/e2e/harness/server.ts'
import { until } from '../../test/patience.ts'
import type { Effort, Row } from '../bench.ts'

const ANNOTATE = fileURLToPath(new URL('../../bin/annotate.js', import.meta.url))
const [MINUTE, HOUR] = [60_000, 3_600_000]
const WORK = {
  full: { marks: 20, workers: [1, 2, 4], training: { epochs: 10, views: 4 } },
  short: { marks: 2, workers: [1], training: { epochs: 1, views: 1 } },
} as const
/** From mark to mark: each is an episode of its own, and so a fold. */
const APART = 20 * MINUTE

export async function speedUpRows(effort: Effort, url: string): Promise<Row[]> {
  const { marks, workers, training } = WORK[effort]
  const server = await startServer({ args: ['--database', url] })
  const crew: ChildProcess[] = []
  try {
    await markAll(server, marks)
    const rows: Row[] = []
    for (const count of workers) {
      while (crew.length < count) crew.push(startWorker(server, url, crew.length))
      await until('the workers to be there', async () => (await there(server)) === count, { limit: 120_000 })
      rows.push(await measured(server, { count, training, first: rows[0]?.value ?? null }))
    }
    return rows
  } finally {
    for (const child of crew) child.kill('SIGKILL')
    await server.stop()
  }
}

async function markAll(server: RunningServer, count: number): Promise<void> {
  const from = Math.floor(Date.now() / HOUR) * HOUR - HOUR - count * APART
  const wanted = Array.from({ length: count }, (_, n) => ({
    entry: from + n * APART + 7 * MINUTE,
    seconds: 240,
  }))
  await markOver(server.url, wanted)
  for (const { entry } of wanted) await reviewOver(server.url, entry - MINUTE, entry + 6 * MINUTE)
}

function startWorker({ workspace }: RunningServer, url: string, n: number): ChildProcess {
  const env = { ...process.env, DATABASE_URL: url, ANNOTATE_WORKSPACE: join(workspace, `worker-${n}`) }
  return spawn(process.execPath, [ANNOTATE, 'worker', '--processes', '1'], { env, stdio: 'ignore' })
}

async function there({ url }: RunningServer): Promise<number> {
  return ((await (await fetch(`${url}/api/workers`)).json()) as WorkersOut).workers.length
}

interface Measured {
  readonly count: number
  readonly training: { readonly epochs: number; readonly views: number }
  /** Seconds of the first, for the ratio. */
  readonly first: number | null
}

async function measured({ url }: RunningServer, { count, training, first }: Measured): Promise<Row> {
  const body = JSON.stringify({ model: 'cnn', seed: 5, ...training })
  const headers = { 'content-type': 'application/json' }
  const began = performance.now()
  const started = await fetch(`${url}/api/training-runs`, { method: 'POST', headers, body })
  const { id } = (await started.json()) as TrainingRunOut
  const read = async () => (await (await fetch(`${url}/api/training-runs/${id}`)).json()) as TrainingRunOut
  await until('the run to be over', async () => !/QUEUED|RUNNING/.test((await read()).status), {
    limit: 30 * MINUTE,
    every: 100,
  })
  const seconds = (performance.now() - began) / 1000
  const { status, error, validation } = await read()
  if (status !== 'COMPLETED') throw new Error(`the run is ${status}: ${error?.message ?? ''}`)
  const faster = first === null ? '' : `, ${(first / seconds).toFixed(2)} times as fast as by one`
  const note = `${validation?.method ?? 'not validated'}${faster}`
  return { name: `a run by ${count} ${count === 1 ? 'worker' : 'workers'}`, value: seconds, unit: 's', note }
}
