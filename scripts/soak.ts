// A server with live sessions for hours in minutes: every model on every market, each second. `npm run soak -- --help` names its options.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import pino from 'pino'
import { workspaceAt } from '../src/core/workspace.ts'
import { createApp, type App } from '../src/server/app.ts'
import { EAGER, publishUntrained, type Untrained } from '../test/unit/inference/checkpoint.ts'
import { FastClock } from './soak/fast-clock.ts'
import { answeredOf, slopeOf, Watched } from './soak/figures.ts'
import { LoopLag } from './soak/lag.ts'
import { byReason, MissedSeconds, type Missed } from './soak/missed.ts'
import { isMet, targetTable, type Target } from './soak/targets.ts'

const MODELS: readonly Untrained[] = ['cnn', 'transformer', 'dqn', 'cob_rl']
const SYMBOLS = ['ETH', 'BTC', 'SOL', 'XRP', 'ADA', 'DOT', 'LTC', 'LINK', 'AVAX', 'ATOM'].map(
  (base) => `${base}/USDT`,
)
/** What comes once is over by then: code that is compiled, windows that are filled. */
const SETTLE = 10_000
/** What is told of each missed second by itself. */
const TOLD = 20

interface Options {
  readonly minutes: string
  readonly speed: string
  readonly symbols: string
  readonly processes: string
}

const options = new Command('soak')
  .description(
    '4 models × 10 simulated markets, faster than time: missed seconds and why, the event loop’s lag, the memory’s slope, each beside its target. Exit code 1 where one is missed.',
  )
  .option('--minutes <n>', 'of real time that are measured', '30')
  .option('--speed <n>', 'seconds of market a second', '4')
  .option('--symbols <n>', `markets, 1 to ${SYMBOLS.length}`, String(SYMBOLS.length))
  .option('--processes <n>', 'in which networks answer, at most', '1')
  .parse()
  .opts<Options>()
const [minutes, speed, markets] = [options.minutes, options.speed, options.symbols].map(Number) as [
  number,
  number,
  number,
]
const symbols = SYMBOLS.slice(0, markets)

const folder = mkdtempSync(join(tmpdir(), 'annotate-soak-'))
const clock = new FastClock()
const app = await begin()
try {
  await app.start()
  await startAll(app)
  clock.runAt(speed)
  await sleep(SETTLE)
  process.exitCode = (await soak()) ? 0 : 1
  // The last seconds are answered before the server stops.
  clock.runAt(1)
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
    source: { kind: 'demo', symbols, seed: 1 },
    log: pino({ level: 'warn' }, pino.destination(2)),
    momentMegabytes: 0,
    sessions: 'end',
    inferenceProcesses: Number(options.processes),
  })
}

async function startAll({ inference }: App): Promise<void> {
  for (const symbol of symbols) for (const model of MODELS) await inference.start({ model, symbol })
}

/** Whether every target was met. */
async function soak(): Promise<boolean> {
  const { inference, bus } = app
  const lag = new LoopLag()
  const missed = new MissedSeconds(lag, 1000 / speed)
  const abstained: Record<string, number> = {}
  const before = answeredOf(await sessionsOf(app))
  const watched = new Watched(inference.processes.pids)
  const end = bus.on('signal', (signal) => {
    missed.hear(signal, performance.now())
    if (signal.reason !== null) abstained[signal.reason] = (abstained[signal.reason] ?? 0) + 1
  })
  await watched.during(minutes)
  end()
  lag.stop()
  const after = answeredOf(await sessionsOf(app))
  const seconds = minutes * 60 * speed
  const targets: Target[] = [
    { name: 'seconds missed', value: after.missed - before.missed, most: 0, unit: 'seconds' },
    { name: 'event loop of the server, lag p99', value: lag.lag.p99, most: 20, unit: 'ms' },
    {
      name: 'heap of the server grows by',
      value: slopeOf(watched.heap) ?? NaN,
      most: 0.1,
      unit: 'MB a minute',
    },
    { name: 'processes of networks that died', value: inference.processes.deaths, most: 0, unit: '' },
  ]
  const [server, networks] = watched.processorMs.map((ms) => (ms / seconds).toFixed(1))
  write(
    `${minutes} minutes of real time at ${speed} seconds of market a second: ${MODELS.length} models × ${markets} markets`,
    `${after.signals - before.signals} signals; abstained: ${wordsOf(Object.entries(abstained)) || 'none'}`,
    `data to signal, of the slowest session: p50 ${(after.p50 / speed).toFixed(1)} ms, p99 ${(after.p99 / speed).toFixed(1)} ms of real time`,
    `processor time of a second of all markets: server ${server} ms, networks ${networks} ms`,
    `event loop: longest stretch ${lag.lag.longest.toFixed(0)} ms; heap ${last(watched.heap)} MB after its garbage was collected ${watched.heap.length + 1} times, resident server ${watched.resident[0]?.toFixed(0)} MB, networks ${watched.resident[1]?.toFixed(0)} MB`,
    ...missedLines(missed.all),
    '',
    targetTable(targets),
  )
  return targets.every(isMet)
}

function sessionsOf({ inference }: App) {
  return inference.record.sessions({ limit: MODELS.length * SYMBOLS.length })
}

function missedLines(missed: readonly Missed[]): string[] {
  if (missed.length === 0) return []
  const each = missed.slice(0, TOLD).map(({ second, seconds, symbol, model, reason, took, stood }) => {
    const figures = `${took.toFixed(0)} ms between two signals, the loop stood ${stood.toFixed(0)} ms`
    return `  ${second} ${symbol} ${model}: ${seconds}, ${reason} (${figures})`
  })
  const reasons = byReason(missed).map(([reason, seconds]) => `  ${seconds} × ${reason}`)
  return ['', 'missed, by reason:', ...reasons, `the first ${each.length} of ${missed.length}:`, ...each]
}

function wordsOf(counts: readonly [string, number][]): string {
  return counts.map(([reason, count]) => `${count} ${reason}`).join(', ')
}

function last(samples: Watched['heap']): string {
  return ((samples.at(-1)?.bytes ?? 0) / 1e6).toFixed(0)
}

function write(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}
