// Live sessions of one network on one market, answered each second of real time: what they take, and whether any second is missed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { systemClock } from '../src/core/clock.ts'
import { workspaceAt } from '../src/core/workspace.ts'
import { createApp, type App } from '../src/server/app.ts'
import { EAGER, publishUntrained } from '../test/unit/inference/checkpoint.ts'
import type { Effort, Row } from './bench.ts'

export const title = 'Live sessions of the CNN on one market, at 1 Hz'
export const onRequest = true

const SECONDS: Readonly<Record<Effort, number>> = { full: 20, short: 3 }
const SIZES: Readonly<Record<Effort, readonly number[]>> = { full: [1, 60, 200, 500, 1000], short: [1, 2] }
/** Begun in steps, so that each step is measured before the next. */
const STEP = 60
const MARKET = { model: 'cnn', symbol: 'ETH/USDT' }

export async function run(effort: Effort): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-bench-'))
  const workspace = workspaceAt(folder)
  await publishUntrained(workspace.checkpoints, { rule: EAGER, calibration: null })
  const source = { kind: 'demo', symbols: [MARKET.symbol], seed: 1 } as const
  const log = pino({ level: 'silent' })
  const app = await createApp({
    workspace,
    clock: systemClock,
    source,
    log,
    momentMegabytes: 0,
    sessions: 'end',
  })
  try {
    await app.start()
    const rows: Row[] = []
    for (const size of SIZES[effort]) {
      const refused = await grow(app, size)
      if (refused !== null)
        return [...rows, { name: `${size} sessions`, value: 0, unit: 'sessions', note: refused }]
      rows.push(...(await measure(app, size, SECONDS[effort])))
    }
    return rows
  } finally {
    await app.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Until so many run. Why it could not, in words. */
export async function grow(app: App, size: number): Promise<string | null> {
  for (;;) {
    const { active } = await app.inference.counts()
    if (active >= size) return null
    try {
      const more = Math.min(STEP, size - active)
      for (let n = 0; n < more; n++) await app.inference.start(MARKET)
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
    await pause(3)
  }
}

export async function measure(app: App, size: number, seconds: number): Promise<Row[]> {
  const latencies: number[] = []
  const end = app.bus.on('signal', ({ latency_ms: latency }) => latencies.push(latency))
  const states = app.inference.statesMade
  await pause(seconds)
  end()
  const made = app.inference.statesMade - states
  const [middle, slowest] = quantiles(latencies)
  const missed = size * made - latencies.length
  const name = `${size} sessions`
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
      note: `${Math.max(0, missed)} answers missing of ${size * made}`,
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

function pause(seconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, seconds * 1000))
}
