// Seconds of market that a backtest goes through in a second, in one process and on all cores, beside a loop that asks the live path for one second after the other.
import { availableParallelism } from 'node:os'
import { blocksOf } from '../src/backtest/block-source.ts'
import { Blocks } from '../src/backtest/blocks.ts'
import { openBacktest } from '../src/backtest/open-backtest.ts'
import type { BacktestOrder } from '../src/backtest/order.ts'
import { runBacktest } from '../src/backtest/run-backtest.ts'
import { MINUTE, SECOND, epochMs, shift } from '../src/core/time.ts'
import { SingleRows } from '../src/moments/single-rows.ts'
import { MarketSeconds } from '../src/inference/market-seconds.ts'
import { oddnessOf } from '../src/inference/oddness-of.ts'
import { SecondReader } from '../src/inference/second.ts'
import { StateSweep } from '../src/market-state/sweep.ts'
import { learnOddness } from '../src/moments/learn-oddness.ts'
import { MomentMaker } from '../src/moments/moment-rows.ts'
import { oddnessFile } from '../src/moments/oddness-file.ts'
import type { TimeRange } from '../src/market/types.ts'
import { loadPredictor } from '../src/orchestrator/load-predictor.ts'
import { EAGER, publishUntrained, type Untrained } from '../test/unit/inference/checkpoint.ts'
import { NOW, startServer, type Harness } from '../test/unit/server/harness.ts'
import type { Effort, Row } from './bench.ts'

export const title = 'A checkpoint over a stored span'
export const onRequest = true

const WORK = {
  full: { seconds: 14_400, whole: 86_400, live: 600, models: ['cnn', 'dqn'] },
  short: { seconds: 60, whole: 120, live: 5, models: ['cnn'] },
} as const

/** Rarely calls, as a trained one does: what many trades cost is not the model's. */
const RARE = { ...EAGER, on: 0.999 }

export async function run(effort: Effort): Promise<Row[]> {
  const server = await startServer('demo')
  try {
    const rows: Row[] = []
    for (const model of WORK[effort].models) rows.push(...(await measure(server, model, WORK[effort])))
    return rows
  } finally {
    await server.stop()
  }
}

async function measure(
  server: Harness,
  model: Untrained,
  { seconds, whole, live }: (typeof WORK)[Effort],
): Promise<Row[]> {
  const oddness = await learntBefore(server)
  await publishUntrained(server.workspace.checkpoints, { rule: RARE, calibration: null, oddness }, model)
  const span = { from: shift(NOW, -seconds * SECOND), to: NOW }
  const peer = { name: 'live path', value: live / (await timed(() => oneByOne(server, model, live))).wall }
  const rows: Row[] = []
  for (const processes of new Set([1, availableParallelism()])) {
    const { wall, own } = await timed(() => backtest(server, model, span, processes))
    rows.push({
      name: `${model}, ${processes === 1 ? 'one process' : `${processes} processes`}`,
      value: seconds / wall,
      unit: 'seconds/s',
      peer,
      note: `${seconds} s of market in ${wall.toFixed(1)} s; ${own.toFixed(1)} s of a processor in the process that goes through them`,
    })
  }
  return [...rows, await wholeDay(server, model, whole)]
}

/** On all cores, with the processes that this takes. */
async function wholeDay(server: Harness, model: Untrained, seconds: number): Promise<Row> {
  const span = { from: shift(NOW, -seconds * SECOND), to: NOW }
  const { wall } = await timed(() => backtest(server, model, span, availableParallelism(), 'day'))
  return {
    name: `${model}, ${seconds.toLocaleString('en')} s of market on all cores`,
    value: wall,
    unit: 's',
    ...(model === 'cnn' ? { note: 'target: under 15 s for a day of 86,400 s' } : {}),
  }
}

/** What the minutes before look like; no limit, so that every second is answered. */
async function learntBefore({ app }: Harness) {
  const range = { from: shift(NOW, -8 * MINUTE), to: NOW }
  const slice = await app.reader.slice(app.provider.status().market, range)
  const maker = await MomentMaker.open()
  const instants = Array.from({ length: 480 }, (_, i) => shift(range.from, i * SECOND))
  const { values } = await maker.rows(new StateSweep(slice), instants)
  await maker.close()
  const learnt = learnOddness(values, null)
  if (learnt === null) throw new Error('nothing was learnt of eight minutes')
  return oddnessFile(learnt)
}

async function backtest(
  server: Harness,
  model: Untrained,
  span: TimeRange,
  processes: number,
  name = String(processes),
): Promise<void> {
  const opened = await openBacktest(await orderOf(server, model, span, name))
  const source = new Blocks({ ...opened, blocks: blocksOf(span), helpers: processes - 1 })
  await runBacktest({ ...opened, source, onProgress: () => {} })
  source.close()
  await opened.close()
}

async function orderOf(
  { app, workspace }: Harness,
  model: Untrained,
  span: TimeRange,
  name: string,
): Promise<BacktestOrder> {
  const checkpoint = await app.orchestrator.checkpoint(model)
  return {
    id: `${model} ${name}`,
    workspace: workspace.root,
    model,
    checkpoint: checkpoint.version,
    market: app.provider.status().market,
    stretches: [span],
    feePct: 0.1,
    slippagePct: 0,
    agentCosts: {},
    barriers: { target_pct: 0.2, stop_pct: 0.1, stop_assumed: true, seconds: 120, fee_pct_per_side: 0.1 },
    sweep: null,
    annotations: [],
    reviewed: [],
  }
}

async function oneByOne({ app }: Harness, model: Untrained, seconds: number): Promise<void> {
  const checkpoint = await app.orchestrator.checkpoint(model)
  const predictor = await loadPredictor(checkpoint)
  const { market } = app.provider.status()
  const status = () => ({ state: 'streaming', kind: 'replay', now: NOW, clockSetBack: null }) as const
  const stored = { status, slice: app.reader.slice }
  const seen = new MarketSeconds(stored, market, new SingleRows())
  const reader = new SecondReader({
    seconds: seen,
    predictor,
    trader: null,
    oddness: oddnessOf(checkpoint),
  })
  for (let second = 0; second < seconds; second++)
    await reader.read(epochMs(NOW - (seconds - second) * SECOND))
  await predictor.close()
}

/** Seconds that `work` takes, and of a processor in this process. */
async function timed(work: () => Promise<void>): Promise<{ wall: number; own: number }> {
  const [began, spent] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(spent)
  return { wall: (performance.now() - began) / SECOND, own: (user + system) / 1e6 }
}
