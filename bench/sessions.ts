// Live sessions of one network on one market and on many, and of four on ten, answered each second of real time: what they take, and whether any second is missed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { systemClock } from '../src/core/clock.ts'
import { SECOND } from '../src/core/time.ts'
import { workspaceAt } from '../src/core/workspace.ts'
import { createApp, type App } from '../src/server/app.ts'
import { EAGER, publishUntrained, type Untrained } from '../test/unit/inference/checkpoint.ts'
import type { Effort, Row } from './bench.ts'
import { processorMs } from './load/processor.ts'
import { storeShortPast } from './load/short-past.ts'

export const title = 'Live sessions, at 1 Hz'
export const onRequest = true

const SECONDS: Readonly<Record<Effort, number>> = { full: 20, short: 3 }
const SEED = 1
/** So many simulated markets, and sessions on all of them together, one size after the other: of each model as many. */
interface Place {
  readonly markets: number
  readonly models: readonly Untrained[]
  readonly sizes: readonly number[]
}
const CNN: readonly Untrained[] = ['cnn']
const ALL: readonly Untrained[] = ['cnn', 'transformer', 'dqn', 'cob_rl']
const PLACES: Readonly<Record<Effort, readonly Place[]>> = {
  full: [
    { markets: 10, models: ALL, sizes: [40] },
    { markets: 50, models: CNN, sizes: [200] },
    { markets: 1, models: CNN, sizes: [1, 60, 200, 500, 1000] },
  ],
  short: [{ markets: 1, models: CNN, sizes: [1, 2] }],
}
/** Begun in steps, so that each step is measured before the next. */
const STEP = 60

/** What sessions are on, as `grow` spreads them. */
export interface Spread {
  readonly symbols: readonly string[]
  readonly models: readonly Untrained[]
}
const ONE: Spread = { symbols: symbolsOf(1), models: CNN }

export async function run(effort: Effort): Promise<Row[]> {
  const rows: Row[] = []
  for (const place of PLACES[effort]) rows.push(...(await onMarkets(place, SECONDS[effort])))
  return rows
}

async function onMarkets({ markets, models, sizes }: Place, seconds: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-bench-'))
  const spread = { symbols: symbolsOf(markets), models }
  const app = await begin(folder, spread)
  try {
    await app.start()
    const rows: Row[] = []
    for (const size of sizes) {
      const refused = await grow(app, size, spread)
      if (refused !== null)
        return [...rows, { name: `${size} sessions`, value: 0, unit: 'sessions', note: refused }]
      rows.push(...(await measure(app, size, seconds, spread)))
    }
    return rows
  } finally {
    await app.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function begin(folder: string, { symbols, models }: Spread): Promise<App> {
  const workspace = workspaceAt(folder)
  for (const model of models)
    await publishUntrained(workspace.checkpoints, { rule: EAGER, calibration: null }, model)
  if (symbols.length > 1) storeShortPast(workspace, symbols, SEED, systemClock.now())
  return createApp({
    workspace,
    clock: systemClock,
    source: { kind: 'demo', symbols: [...symbols], seed: SEED },
    log: pino({ level: 'silent' }),
    momentMegabytes: 0,
    sessions: 'end',
  })
}

function symbolsOf(count: number): string[] {
  return ['ETH/USDT', ...Array.from({ length: count - 1 }, (_, n) => `S${n}/USDT`)]
}

/** Until so many run, on each market as many. Why it could not, in words. */
export async function grow(
  app: App,
  size: number,
  { symbols, models }: Spread = ONE,
): Promise<string | null> {
  for (;;) {
    const { active } = await app.inference.record.counts()
    if (active >= size) return null
    try {
      const until = active + Math.min(STEP, size - active)
      for (let n = active; n < until; n++) {
        const model = models[Math.floor(n / symbols.length) % models.length]!
        await app.inference.start({ model, symbol: symbols[n % symbols.length]! })
      }
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
  { symbols, models }: Spread = ONE,
): Promise<Row[]> {
  await halfASecondIn()
  const from = systemClock.now()
  const heard: { readonly latency: number; readonly second: number }[] = []
  const end = app.bus.on('signal', ({ latency_ms: latency, timestamp }) => {
    heard.push({ latency, second: Date.parse(timestamp) })
  })
  const { statesMade: states, processes } = app.inference
  const used = (): [server: number, networks: number] => [
    processorMs([process.pid]),
    processorMs(processes.pids),
  ]
  const before = used()
  await pause(seconds)
  const until = systemClock.now()
  const [server, networks] = used().map((ms, i) => (ms - before[i]!) / seconds) as [number, number]
  const made = app.inference.statesMade - states
  // The last of them may still be told, and those before them were when this began.
  await pause(1)
  end()
  const within = heard.filter(({ second }) => second > from && second <= until)
  const [middle, slowest] = quantiles(within.map(({ latency }) => latency))
  const answers = size * Math.floor((until - from) / SECOND)
  const of = models.length === 1 ? '' : ` of ${models.length} models`
  const name = `${size} sessions${of}${symbols.length === 1 ? '' : ` on ${symbols.length} markets`}`
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
      note: `${Math.max(0, answers - within.length)} answers missing of ${answers}`,
    },
    {
      name: `${name}: processor time of a second`,
      value: server + networks,
      unit: 'ms',
      note: `server ${server.toFixed(0)} ms, networks ${networks.toFixed(0)} ms`,
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
