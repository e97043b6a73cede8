// The CNN's training step and batch-1 inference, beside the same network in PyTorch where one is found.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cnn } from '../src/models/cnn.ts'
import {
  FIELDS,
  INPUT_NAMES,
  WINDOW,
  type Batch,
  type InputName,
  type ModelInputs,
} from '../src/models/model.ts'
import { randomFrom } from '../src/nn/random.ts'
import type { Row } from './bench.ts'

export const title = 'StandardizedCNN, raw candles to probabilities'

const BATCH = 32
const STEPS = 60
const WARM_UP = 10
const ANSWERS = 300
const CHUNK = 2048
/** A figure takes no longer than this, however busy the machine. */
const BUDGET_MS = 10_000

interface Times {
  readonly stepMs: number
  readonly inferMs: number
}

/** Medians of a training step of 32 rows and of one answer, for 1 and 4 threads. */
export async function run(): Promise<Row[]> {
  const python = await findTorch()
  const rows: Row[] = []
  for (const threads of [1, 4]) {
    const ours = await measure(threads)
    const torch = python === undefined ? undefined : await measureTorch(python, threads)
    rows.push(row(`training step, batch ${BATCH}, ${label(threads)}`, ours.stepMs, torch?.stepMs))
    if (threads > 1) continue
    rows.push(row('one answer, batch 1, 1 thread', ours.inferMs, torch?.inferMs))
    rows.push({
      name: 'windows scored, 1 thread',
      value: Math.round(ours.windowsPerSecond),
      unit: 'windows/s',
    })
  }
  return rows
}

const label = (threads: number): string => `${threads} ${threads === 1 ? 'thread' : 'threads'}`

function row(name: string, value: number, torch: number | undefined): Row {
  const own = { name, value, unit: 'ms' }
  if (torch === undefined) return { ...own, note: 'PyTorch: not installed' }
  return { ...own, peer: { name: 'PyTorch', value: torch }, ...busyNote() }
}

/** With more work than cores, threads wait for each other and neither figure means much. */
function busyNote(): { note: string } | undefined {
  const load = loadavg()[0] ?? 0
  return load > availableParallelism() + 4 ? { note: `machine busy, load ${load.toFixed(0)}` } : undefined
}

async function measure(threads: number): Promise<Times & { windowsPerSecond: number }> {
  const learner = await cnn.createLearner({
    seed: 1,
    batchSize: BATCH,
    learningRate: 1e-3,
    threads,
    totalSteps: STEPS + WARM_UP,
  })
  const batch = randomBatch(BATCH)
  const stepMs = await medianMs(STEPS, () => learner.step([batch]))
  const one = randomBatch(1).inputs
  const inferMs = await medianMs(ANSWERS, () => learner.predict(one))
  const many = randomBatch(CHUNK).inputs
  const manyMs = await medianMs(3, () => learner.predict(many))
  await learner.close()
  return { stepMs, inferMs, windowsPerSecond: (1000 * CHUNK) / manyMs }
}

/** The median of `count` timed calls after some that warm up, or of as many as fit into the budget. */
async function medianMs(count: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  const end = performance.now() + BUDGET_MS
  for (let i = -Math.min(WARM_UP, count); i < count; i++) {
    const start = performance.now()
    await work()
    if (i >= 0 || start > end) times.push(performance.now() - start)
    if (start > end && times.length >= 3) break
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!
}

function randomBatch(count: number): Batch {
  const random = randomFrom(9)
  const tensors = Object.fromEntries(INPUT_NAMES.map((name) => [name, randomCandles(count, random)]))
  const inputs: ModelInputs = { count, tensors: tensors as Record<InputName, Float64Array> }
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3)
  return { inputs, labels, weights: new Float32Array(count).fill(1) }
}

function randomCandles(count: number, random: () => number): Float64Array {
  const candles = new Float64Array(count * WINDOW * FIELDS)
  let price = 3000
  for (let at = 0; at < candles.length; at += FIELDS) {
    const open = price
    price *= 1 + (random() - 0.5) * 1e-3
    const [high, low] = [Math.max(open, price) + random(), Math.min(open, price) - random()]
    candles.set([open, high, low, price, 10 * random()], at)
  }
  return candles
}

const runFile = promisify(execFile)

/** A Python that can import torch: `ANNOTATE_TORCH_PYTHON`, else the usual places. */
async function findTorch(): Promise<string | undefined> {
  const named = process.env['ANNOTATE_TORCH_PYTHON']
  const candidates = named === undefined ? ['/opt/torch/bin/python', 'python3'] : [named]
  for (const python of candidates) {
    if (python.startsWith('/') && !existsSync(python)) continue
    const works = await runFile(python, ['-c', 'import torch']).then(
      () => true,
      () => false,
    )
    if (works) return python
  }
  return undefined
}

async function measureTorch(python: string, threads: number): Promise<Times> {
  const script = fileURLToPath(new URL('peers/torch_cnn.py', import.meta.url))
  const { stdout } = await runFile(python, [script, String(threads), String(STEPS), String(ANSWERS)])
  return JSON.parse(stdout) as Times
}
