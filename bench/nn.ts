// Training step, batch-1 answer and memory of the networks, beside the same networks in PyTorch where one is found.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Effort, Row } from './bench.ts'
import { BATCH, type Net, type OpenNet } from './networks/net.ts'
import { NETS } from './networks/nets.ts'

export const title = 'Networks, raw market data to probabilities'

interface Work {
  readonly steps: number
  readonly answers: number
  /** Windows scored at once. */
  readonly windows: number
}
const WORK: Readonly<Record<Effort, Work>> = {
  full: { steps: 60, answers: 300, windows: 2048 },
  short: { steps: 1, answers: 1, windows: 16 },
}
const WARM_UP = 10
/** A figure takes no longer than this, however busy the machine. */
const BUDGET_MS = 5_000
/** Of the whole process, batch 32: the limit that issue 3 sets for the Transformer. */
const MEMORY_LIMIT_MB = 600

interface Times {
  readonly stepMs: number
  readonly inferMs: number
}

/** Medians of a training step of 32 rows and of one answer, for 1 thread and 4 (of fewer cores, as many), and the peak memory of training. */
export async function run(effort: Effort): Promise<Row[]> {
  const python = await findTorch()
  const rows: Row[] = []
  for (const net of NETS) rows.push(...(await rowsOf(net, python, WORK[effort])))
  return rows
}

async function rowsOf(net: Net, python: string | undefined, work: Work): Promise<Row[]> {
  const rows: Row[] = []
  for (const threads of [1, Math.min(4, availableParallelism())]) {
    const opened = await net.open(threads)
    const ours = await measure(opened, work)
    const torch = python === undefined ? undefined : await measureTorch(python, [net.peer, threads], work)
    rows.push(
      row(`${net.name}: training step, batch ${BATCH}, ${label(threads)}`, ours.stepMs, torch?.stepMs),
    )
    if (threads === 1) {
      rows.push(row(`${net.name}: one answer, 1 thread`, ours.inferMs, torch?.inferMs))
      rows.push(await windowsPerSecond(net.name, opened, work))
    }
    await opened.close()
  }
  return [...rows, await memoryRow(net)]
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

async function measure(net: OpenNet, { steps, answers }: Work): Promise<Times> {
  const stepMs = await medianMs(steps, () => net.step())
  return { stepMs, inferMs: await medianMs(answers, () => net.answer()) }
}

async function windowsPerSecond(name: string, net: OpenNet, { windows }: Work): Promise<Row> {
  const ms = await medianMs(3, () => net.answers(windows))
  return {
    name: `${name}: windows scored, 1 thread`,
    value: Math.round((1000 * windows) / ms),
    unit: 'windows/s',
  }
}

async function memoryRow({ name }: Net): Promise<Row> {
  const script = fileURLToPath(new URL('networks/memory.ts', import.meta.url))
  const { stdout } = await runFile(process.execPath, [...process.execArgv, script, name])
  const value = Number(stdout)
  const note = `the whole process; ${value < MEMORY_LIMIT_MB ? 'under' : 'NOT under'} ${MEMORY_LIMIT_MB} MB`
  return { name: `${name}: peak memory of training, batch ${BATCH}`, value, unit: 'MB', note }
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

async function measureTorch(
  python: string,
  [peer, threads]: readonly [peer: string, threads: number],
  { steps, answers }: Work,
): Promise<Times> {
  const script = fileURLToPath(new URL(`peers/${peer}`, import.meta.url))
  const { stdout } = await runFile(python, [script, ...[threads, steps, answers].map(String)])
  return JSON.parse(stdout) as Times
}
