// From "Train Model" to the checkpoint: ten annotations on the demo market, over HTTP, leave-one-episode-out validation included.
import { setTimeout as delay } from 'node:timers/promises'
import type { CandlesOut } from '../src/contract/market.ts'
import type { TrainingRunOut } from '../src/contract/training.ts'
import { startServer } from '../test/e2e/harness/server.ts'
import type { Effort, Row } from './bench.ts'

export const title = 'Training'

/** Annotations, and what of the model's defaults is said otherwise. */
const WORK = {
  full: { annotations: 10, change: {} },
  short: { annotations: 2, change: { epochs: 1, views: 1 } },
} as const
const SYMBOL = 'ETH/USDT'
const MINUTE = 60_000
/** Ten minutes between entries, three minutes held: each annotation is an episode of its own. */
const APART = 10 * MINUTE
const HELD = 3 * MINUTE

export async function run(effort: Effort): Promise<Row[]> {
  const { annotations, change } = WORK[effort]
  const server = await startServer()
  try {
    await annotate(server.url, annotations)
    const { done, guesses } = await train(server.url, change)
    if (done.status !== 'COMPLETED') throw new Error(done.error?.message ?? done.status)
    return [
      {
        name: 'from Train to checkpoint',
        value: done.duration_seconds,
        unit: 's',
        note: `${done.test_cases} annotations, ${done.examples} examples × ${done.parameters.views} views, ${done.total_epochs} epochs, ${done.validation?.folds ?? 0} folds, ${done.validation?.seconds_scored ?? 0} seconds scored`,
      },
      ...guessRows(guesses),
    ]
  } finally {
    await server.stop()
  }
}

/** Every ten minutes of the last two hours, in the direction that paid, and the stretch reviewed. */
async function annotate(url: string, annotations: number): Promise<void> {
  const query = `symbol=${SYMBOL}&timeframe=1m&limit=${((annotations + 2) * APART) / MINUTE}`
  const { candles } = await json<CandlesOut>(`${url}/api/candles?${query}`)
  const closes = new Map(candles.map(([open, , , , close]) => [open + MINUTE, close]))
  const first = candles[0]![0] + APART
  for (let index = 0; index < annotations; index++) {
    const [entry, exit] = [first + index * APART, first + index * APART + HELD]
    const [entryPrice, exitPrice] = [closes.get(entry)!, closes.get(exit)!]
    await json(`${url}/api/annotations`, {
      symbol: SYMBOL,
      direction: exitPrice >= entryPrice ? 'LONG' : 'SHORT',
      entry: { timestamp: entry, price: entryPrice },
      exit: { timestamp: exit, price: exitPrice },
    })
  }
  const span = { from: first - APART / 2, to: first + annotations * APART }
  await json(`${url}/api/reviewed-spans`, { symbol: SYMBOL, ...span })
}

/** Seconds that a training was said to take on, and that it then took. */
interface Guess {
  readonly told: number
  readonly took: number
}

/** None of a training so short that nobody could ask meanwhile. */
function guessRows([first, ...later]: readonly Guess[]): Row[] {
  if (first === undefined) return []
  const shares = later.map(({ told, took }) => (told / took).toFixed(2))
  return [
    {
      name: 'time left, told after the first epoch, to what it took',
      value: first.told / first.took,
      unit: '×',
      note: `${first.told.toFixed(0)} s told, ${first.took.toFixed(1)} s taken; by epoch ${shares.join(' ')}`,
    },
  ]
}

/** What was told when an epoch of the checkpoint's own training was over, and what the rest then took. */
async function train(url: string, change: object): Promise<{ done: TrainingRunOut; guesses: Guess[] }> {
  const { id } = await json<TrainingRunOut>(`${url}/api/training-runs`, { model: 'cnn', seed: 1, ...change })
  const seen = new Map<number, { readonly told: number; readonly at: number }>()
  for (;;) {
    const state = await json<TrainingRunOut>(`${url}/api/training-runs/${id}`)
    if (state.status !== 'QUEUED' && state.status !== 'RUNNING') {
      const guesses = [...seen.values()].map(({ told, at }) => ({ told, took: state.duration_seconds - at }))
      return { done: state, guesses }
    }
    const { current_epoch: epoch, seconds_left: told, duration_seconds: at } = state
    if (epoch > 0 && told !== null && !seen.has(epoch)) seen.set(epoch, { told, at })
    await delay(100)
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
