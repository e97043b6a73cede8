// From "Train Model" to the checkpoint: ten annotations on the demo market, over HTTP, leave-one-episode-out validation included.
import { setTimeout as delay } from 'node:timers/promises'
import type { CandlesOut } from '../src/contract/market.ts'
import type { TrainingRunOut } from '../src/contract/training.ts'
import { startServer } from '../test/e2e/harness/server.ts'
import type { Row } from './bench.ts'

export const title = 'Training'

const ANNOTATIONS = 10
const SYMBOL = 'ETH/USDT'
const MINUTE = 60_000
/** Ten minutes between entries, three minutes held: each annotation is an episode of its own. */
const APART = 10 * MINUTE
const HELD = 3 * MINUTE

export async function run(): Promise<Row[]> {
  const server = await startServer()
  try {
    await annotate(server.url)
    const done = await train(server.url)
    if (done.status !== 'COMPLETED') throw new Error(done.error?.message ?? done.status)
    return [
      {
        name: 'from Train to checkpoint',
        value: done.duration_seconds,
        unit: 's',
        note: `${done.test_cases} annotations, ${done.examples} examples × ${done.parameters.views} views, ${done.total_epochs} epochs, ${done.validation?.folds ?? 0} folds, ${done.validation?.seconds_scored ?? 0} seconds scored`,
      },
    ]
  } finally {
    await server.stop()
  }
}

/** Every ten minutes of the last two hours, in the direction that paid, and the stretch reviewed. */
async function annotate(url: string): Promise<void> {
  const query = `symbol=${SYMBOL}&timeframe=1m&limit=${((ANNOTATIONS + 2) * APART) / MINUTE}`
  const { candles } = await json<CandlesOut>(`${url}/api/candles?${query}`)
  const closes = new Map(candles.map(([open, , , , close]) => [open! + MINUTE, close!]))
  const first = candles[0]![0]! + APART
  for (let index = 0; index < ANNOTATIONS; index++) {
    const [entry, exit] = [first + index * APART, first + index * APART + HELD]
    const [entryPrice, exitPrice] = [closes.get(entry)!, closes.get(exit)!]
    await json(`${url}/api/annotations`, {
      symbol: SYMBOL,
      direction: exitPrice >= entryPrice ? 'LONG' : 'SHORT',
      entry: { timestamp: entry, price: entryPrice },
      exit: { timestamp: exit, price: exitPrice },
    })
  }
  const span = { from: first - APART / 2, to: first + ANNOTATIONS * APART }
  await json(`${url}/api/reviewed-spans`, { symbol: SYMBOL, ...span })
}

async function train(url: string): Promise<TrainingRunOut> {
  const { id } = await json<TrainingRunOut>(`${url}/api/training-runs`, { model: 'cnn', seed: 1 })
  for (;;) {
    const state = await json<TrainingRunOut>(`${url}/api/training-runs/${id}`)
    if (state.status !== 'QUEUED' && state.status !== 'RUNNING') return state
    await delay(200)
  }
}

async function json<T>(url: string, body?: unknown): Promise<T> {
  const response = await fetch(
    url,
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  )
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}
