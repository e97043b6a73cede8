// Seconds of market that a backtest goes through in a second, beside a loop that asks the live path for one second after the other.
import { runBacktest } from '../src/backtest/run-backtest.ts'
import { SECOND, epochMs, shift } from '../src/core/time.ts'
import { SingleRows } from '../src/moments/single-rows.ts'
import { MarketSeconds } from '../src/inference/market-seconds.ts'
import { SecondReader } from '../src/inference/second.ts'
import type { TimeRange } from '../src/market/types.ts'
import { loadPredictor } from '../src/orchestrator/load-predictor.ts'
import { EAGER, publishUntrained, type Untrained } from '../test/unit/inference/checkpoint.ts'
import { NOW, startServer, type Harness } from '../test/unit/server/harness.ts'
import type { Effort, Row } from './bench.ts'

export const title = 'A checkpoint over a stored span'
export const onRequest = true

const WORK = {
  full: { seconds: 14_400, live: 600 },
  short: { seconds: 60, live: 5 },
} as const
const MODELS = ['cnn', 'dqn'] as const

export async function run(effort: Effort): Promise<Row[]> {
  const server = await startServer('demo')
  try {
    const rows: Row[] = []
    for (const model of MODELS) rows.push(await measure(server, model, WORK[effort]))
    return rows
  } finally {
    await server.stop()
  }
}

async function measure(
  server: Harness,
  model: Untrained,
  { seconds, live }: (typeof WORK)[Effort],
): Promise<Row> {
  await publishUntrained(server.workspace.checkpoints, { rule: EAGER, calibration: null }, model)
  const span = { from: shift(NOW, -seconds * SECOND), to: NOW }
  return {
    name: `${model}, one process`,
    value: seconds / (await timed(() => backtest(server, model, span))),
    unit: 'seconds/s',
    peer: { name: 'live path', value: live / (await timed(() => oneByOne(server, model, live))) },
    note: `${seconds} s`,
  }
}

async function backtest({ app, workspace }: Harness, model: Untrained, span: TimeRange): Promise<void> {
  const checkpoint = await app.orchestrator.checkpoint(model)
  const predictor = await loadPredictor(checkpoint)
  await runBacktest({
    order: {
      id: model,
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
    },
    checkpoint,
    predictor,
    reader: app.reader,
    books: app.books,
    known: () => null,
    keep: () => {},
    onProgress: () => {},
  })
  await predictor.close()
}

async function oneByOne({ app }: Harness, model: Untrained, seconds: number): Promise<void> {
  const predictor = await loadPredictor(await app.orchestrator.checkpoint(model))
  const { market } = app.provider.status()
  const status = () => ({ state: 'streaming', kind: 'replay', now: NOW, clockSetBack: null }) as const
  const stored = { status, slice: app.reader.slice }
  const seen = new MarketSeconds(stored, market, new SingleRows())
  const reader = new SecondReader({ seconds: seen, predictor, trader: null, oddness: null })
  for (let second = 0; second < seconds; second++)
    await reader.read(epochMs(NOW - (seconds - second) * SECOND))
  await predictor.close()
}

/** Seconds that `work` takes. */
async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return (performance.now() - began) / SECOND
}
