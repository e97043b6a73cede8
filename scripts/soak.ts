// A server with live sessions for hours in minutes: every model on every market, each second. `npm run soak -- --help` names its options.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import pino from 'pino'
import { workspaceAt } from '../src/core/workspace.ts'
import { createApp, type App } from '../src/server/app.ts'
import { EAGER, publishUntrained, type Untrained } from '../test/unit/inference/checkpoint.ts'
import { FastClock } from './soak/fast-clock.ts'
import { answeredOf, heapSlope, type Answered, type HeapSample } from './soak/figures.ts'

const MODELS: readonly Untrained[] = ['cnn', 'transformer', 'dqn', 'cob_rl']
const SYMBOLS = ['ETH', 'BTC', 'SOL', 'XRP', 'ADA', 'DOT', 'LTC', 'LINK', 'AVAX', 'ATOM'].map(
  (base) => `${base}/USDT`,
)
/** Between two looks at the heap, ms. */
const LOOK = 5_000
/** What comes once is over by then: code that is compiled, windows that are filled. */
const SETTLE = 10_000

interface Options {
  readonly minutes: string
  readonly speed: string
  readonly symbols: string
  readonly processes: string
}

const options = new Command('soak')
  .description(
    '4 models × 10 simulated markets; prints missed seconds, the heap’s slope and the event loop’s lag.',
  )
  .option('--minutes <n>', 'of real time that are measured', '30')
  .option('--speed <n>', 'seconds of market a second', '4')
  .option('--symbols <n>', `markets, 1 to ${SYMBOLS.length}`, String(SYMBOLS.length))
  .option('--processes <n>', 'in which networks answer, at most', '1')
  .parse()
  .opts<Options>()

const folder = mkdtempSync(join(tmpdir(), 'annotate-soak-'))
const clock = new FastClock()
const app = await begin()
try {
  await app.start()
  const abstained: Record<string, number> = {}
  app.bus.on('signal', ({ reason }) => {
    if (reason !== null) abstained[reason] = (abstained[reason] ?? 0) + 1
  })
  await startAll(app)
  clock.runAt(Number(options.speed))
  await sleep(SETTLE)
  const lag = monitorEventLoopDelay({ resolution: 5 })
  lag.enable()
  const heap = await watchHeap(Number(options.minutes))
  lag.disable()
  const sessions = await app.inference.list({ limit: MODELS.length * SYMBOLS.length })
  print(answeredOf(sessions, abstained), heap, lag.percentile(99) / 1e6)
} finally {
  await app.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function begin(): Promise<App> {
  const workspace = workspaceAt(folder)
  for (const model of MODELS)
    await publishUntrained(workspace.checkpoints, { rule: EAGER, calibration: null }, model)
  return createApp({
    workspace,
    clock,
    source: { kind: 'demo', symbols: SYMBOLS.slice(0, Number(options.symbols)), seed: 1 },
    log: pino({ level: 'warn' }, pino.destination(2)),
    momentMegabytes: 0,
    sessions: 'end',
    inferenceProcesses: Number(options.processes),
  })
}

async function startAll({ inference }: App): Promise<void> {
  for (const symbol of SYMBOLS.slice(0, Number(options.symbols)))
    for (const model of MODELS) await inference.start({ model, symbol })
}

async function watchHeap(minutes: number): Promise<HeapSample[]> {
  const samples: HeapSample[] = []
  const began = performance.now()
  for (let minute = 0; minute < minutes; minute = (performance.now() - began) / 60_000) {
    await sleep(Math.min(LOOK, minutes * 60_000))
    globalThis.gc?.()
    samples.push({ minute: (performance.now() - began) / 60_000, bytes: process.memoryUsage().heapUsed })
  }
  return samples
}

function print({ signals, missed, abstained, p50, p99 }: Answered, heap: HeapSample[], lag: number): void {
  const slope = heapSlope(heap)
  const reasons = Object.entries(abstained).map(([reason, count]) => `${count} ${reason}`)
  const { deaths } = app.inference.processes
  const lines = [
    `${signals} signals, ${missed} seconds missed; abstained: ${reasons.join(', ') || 'none'}`,
    `data to signal, of the slowest session: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms of market time at ${options.speed} times its speed`,
    `event loop of the server: lag p99 ${lag.toFixed(1)} ms, garbage collections that were asked for included`,
    `heap: ${((heap.at(-1)?.bytes ?? 0) / 1e6).toFixed(0)} MB, ${slope === null ? 'too short for a slope' : `${slope.toFixed(2)} MB a minute`}`,
    `processes of networks that died: ${deaths}`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  if (missed > 0) process.exitCode = 1
}
