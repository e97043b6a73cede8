// A server as users start it, in a process of its own, on a small market where test cases are possible, with a model that is there.
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { cnn } from '../../src/models/cnn.ts'
import { serve, type Served } from '../unit/cli/annotate.ts'
import { END, importMarket } from '../unit/cli/market-files.ts'

export interface ServedMarket {
  readonly url: string
  /** A model's file that the server takes. */
  readonly onnx: Buffer
  /** Bytes of memory that its process holds; null where the system does not say. */
  memory(): number | null
  isAlive(): boolean
  ask<T>(method: string, path: string, body?: unknown): Promise<T>
  /** Kills it as a power cut would, and starts another on the same workspace. */
  killed(): Promise<void>
  stop(): Promise<void>
}

export async function serveMarket(): Promise<ServedMarket> {
  const root = await mkdtemp(join(tmpdir(), 'annotate-fuzz-'))
  const workspace = join(root, 'workspace')
  await importMarket(root, workspace)
  const settings = join(root, 'exchanges.json')
  // No exchange is reached from here, wherever the test runs.
  await writeFile(settings, JSON.stringify({ httpsProxy: 'http://127.0.0.1:9', timeout: 500 }))
  const from = new Date(END - 100_000).toISOString()
  const args = [
    '--workspace',
    workspace,
    '--source',
    'replay',
    '--from',
    from,
    '--exchange-settings',
    settings,
  ]
  let server: Served = await serve(...args)
  const at: ServedMarket = {
    get url() {
      return server.url
    },
    onnx: await smallModel(),
    memory: () => residentBytes(server.running.process.pid),
    isAlive: () => server.running.process.exitCode === null && server.running.process.signalCode === null,
    ask: (method, path, body) => ask(server.url, method, path, body),
    async killed() {
      server.running.process.kill('SIGKILL')
      await once(server.running.process, 'close')
      server = await serve(...args)
    },
    async stop() {
      if (at.isAlive()) await server.stop()
      await rm(root, { recursive: true, force: true })
    },
  }
  return at
}

async function smallModel(): Promise<Buffer> {
  const learner = await cnn.createLearner({
    seed: 1,
    batchSize: 2,
    learningRate: 0.001,
    threads: 1,
    totalSteps: 1,
  })
  const onnx = cnn.exportOnnx(learner.weights())
  await learner.close()
  return Buffer.from(onnx)
}

async function ask<T>(url: string, method: string, path: string, body?: unknown): Promise<T> {
  const sent =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  const response = await fetch(new URL(path, url), { method, ...sent })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

function residentBytes(pid: number | undefined): number | null {
  const status = `/proc/${pid}/status`
  if (!existsSync(status)) return null
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]) * 1024
}
