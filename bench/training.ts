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
    const { done, guess } = await train(server.url)
    if (done.status !== 'COMPLETED') throw new Error(done.error?.message ?? done.status)
    return [
      {
        name: 'from Train to checkpoint',
        value: done.duration_seconds,
        unit: 's',
        note: `${done.test_cases} annotations, ${done.examples} examples × ${done.parameters.views} views, ${done.total_epochs} epochs, ${done.validation?.folds ?? 0} folds, ${done.validation?.seconds_scored ?? 0} seconds scored`,
      },
      {
        name: 'time left, told after the first epoch, to what it took',
        value: guess.told / guess.took,
        unit: '×',
        note: `${guess.told.toFixed(0)} s told, ${guess.took.toFixed(1)} s taken; by epoch ${guess.later.map(({ told, took }) => (told / took).toFixed(2)).join(' ')}`,
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
  const closes = new Map(candles.map(([open, , , , close]) => [open + MINUTE, close]))
  const first = candles[0]![0] + APART
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

interface Guess {
  readonly told: number
  readonly took: number
}

/** What was told when an epoch of the checkpoint's own training was over, and what the rest then took. */
async function train(url: string): Promise<{ done: TrainingRunOut; guess: Guess & { later: Guess[] } }> {
  const { id } = await json<TrainingRunOut>(`${url}/api/training-runs`, { model: 'cnn', seed: 1 })
  const seen = new Map<number, TrainingRunOut>()
  for (;;) {
    const state = await json<TrainingRunOut>(`${url}/api/training-runs/${id}`)
    if (state.status !== 'QUEUED' && state.status !== 'RUNNING') {
      const guesses = [...seen.values()].map(({ seconds_left: told, duration_seconds: at }) => ({
        told: told!,
        took: state.duration_seconds - at,
      }))
      return { done: state, guess: { ...guesses[0]!, later: guesses.slice(1) } }
    }
    const { current_epoch: epoch, seconds_left: left } = state
    if (epoch > 0 && left !== null && !seen.has(epoch)) seen.set(epoch, state)
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
