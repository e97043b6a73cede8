// Live sessions of one network on one market and on many, answered each second of real time: what they take, and whether any second is missed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { systemClock } from '../src/core/clock.ts'
import { SECOND } from '../src/core/time.ts'
import { workspaceAt } from '../src/core/workspace.ts'
import { createApp, type App } from '../src/server/app.ts'
import { EAGER, publishUntrained } from '../test/unit/inference/checkpoint.ts'
import type { Effort, Row } from './bench.ts'

export const title = 'Live sessions of the CNN, at 1 Hz'
export const onRequest = true

const SECONDS: Readonly<Record<Effort, number>> = { full: 20, short: 3 }
/** So many simulated markets, and sessions on all of them together, one size after the other. */
interface Place {
  readonly markets: number
  readonly sizes: readonly number[]
}
const PLACES: Readonly<Record<Effort, readonly Place[]>> = {
  full: [
    { markets: 1, sizes: [1, 60, 200, 500, 1000] },
    { markets: 50, sizes: [200] },
  ],
  short: [{ markets: 1, sizes: [1, 2] }],
}
/** Begun in steps, so that each step is measured before the next. */
const STEP = 60

export async function run(effort: Effort): Promise<Row[]> {
  const rows: Row[] = []
  for (const place of PLACES[effort]) rows.push(...(await onMarkets(place, SECONDS[effort])))
  return rows
}

async function onMarkets({ markets, sizes }: Place, seconds: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-bench-'))
  const workspace = workspaceAt(folder)
  await publishUntrained(workspace.checkpoints, { rule: EAGER, calibration: null })
  const symbols = symbolsOf(markets)
  const app = await createApp({
    workspace,
    clock: systemClock,
    source: { kind: 'demo', symbols, seed: 1 },
    log: pino({ level: 'silent' }),
    momentMegabytes: 0,
    sessions: 'end',
  })
  try {
    await app.start()
    const rows: Row[] = []
    for (const size of sizes) {
      const refused = await grow(app, size, symbols)
      if (refused !== null)
        return [...rows, { name: `${size} sessions`, value: 0, unit: 'sessions', note: refused }]
      rows.push(...(await measure(app, size, seconds, symbols)))
    }
    return rows
  } finally {
    await app.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function symbolsOf(count: number): string[] {
  return ['ETH/USDT', ...Array.from({ length: count - 1 }, (_, n) => `S${n}/USDT`)]
}

/** Until so many run, on each market as many. Why it could not, in words. */
export async function grow(app: App, size: number, symbols = symbolsOf(1)): Promise<string | null> {
  for (;;) {
    const { active } = await app.inference.counts()
    if (active >= size) return null
    try {
      const until = active + Math.min(STEP, size - active)
      for (let n = active; n < until; n++)
        await app.inference.start({ model: 'cnn', symbol: symbols[n % symbols.length]! })
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
    await pause(3)
  }
}

export async function measure(
  app: App,
  size: number,
  seconds: number,
  { length: markets } = symbolsOf(1),
): Promise<Row[]> {
  await halfASecondIn()
  const latencies: number[] = []
  const end = app.bus.on('signal', ({ latency_ms: latency }) => latencies.push(latency))
  const states = app.inference.statesMade
  await pause(seconds)
  end()
  const made = app.inference.statesMade - states
  const [middle, slowest] = quantiles(latencies)
  const answers = Math.round((size * made) / markets)
  const name = `${size} sessions${markets === 1 ? '' : ` on ${markets} markets`}`
  return [
    {
      name: `${name}: data to signal, p50`,
      value: middle.value,
      unit: 'ms',
      note: `${made} states made in ${seconds} s`,
    },
    {
      name: `${name}: data to signal, p99`,
      value: slowest.value,
      unit: 'ms',
      note: `${Math.max(0, answers - latencies.length)} answers missing of ${answers}`,
    },
  ]
}

interface Quantile {
  readonly name: string
  readonly value: number
}

/** NaN where nothing was measured. */
export function quantiles(values: readonly number[]): readonly [p50: Quantile, p99: Quantile] {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
  return [
    { name: 'p50', value: at(0.5) },
    { name: 'p99', value: at(0.99) },
  ]
}

/** Between two seconds: those that are counted are answered whole. */
function halfASecondIn(): Promise<void> {
  return pause((1.5 - (systemClock.now() % SECOND) / SECOND) % 1)
}

function pause(seconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, seconds * 1000))
}
