// Canaries of COB RL: an imbalance that foretells what pays is found; where nothing foretells it, nothing is.
import { describe, expect, it, onTestFinished } from 'vitest'
import { WINDOW } from '../../../src/contract/timeframes.ts'
import { exportPerception } from '../../../src/models/agent/export-agent.ts'
import { QLearner, type QBatch } from '../../../src/models/agent/q-learner.ts'
import { cobNetwork, cobRl } from '../../../src/models/cob-rl.ts'
import { BOOK_COLUMNS, LEVEL_FIELDS } from '../../../src/models/order-book-features.ts'
import { float64, Session } from '../../../src/nn/runtime.ts'
import { draws, randomBook } from './books.ts'

const ROWS = 32
const STEPS = 200
const TESTED = 320
const [BUY, SELL, HOLD] = [0, 1, 2] as const
const { settings } = cobRl.agent

/** Seconds with an imbalance at the end of a window, and what the amounts of the sides are multiplied and divided by. */
const SECONDS = 8
const FACTOR = 2

/** A random book; `side` 1 has thicker bids at its end, −1 thicker asks, 0 neither. Amounts alone differ, prices tell nothing. */
function bookWith(side: number, seed: number): Float64Array {
  const book = randomBook(seed)
  const up = FACTOR ** side
  for (let at = (WINDOW - SECONDS) * BOOK_COLUMNS; at < book.length; at += LEVEL_FIELDS) {
    book[at + 1]! /= up
    book[at + 3]! *= up
  }
  return book
}

/** What an action earns: entering with the book pays 1, against it costs 1, without a sign costs a half. */
function rewardOf(action: number, side: number): number {
  if (action === HOLD) return 0
  if (side === 0) return -0.5
  return (action === BUY) === (side === 1) ? 1 : -1
}

const bestFor = (side: number): number => (side === 1 ? BUY : side === -1 ? SELL : HOLD)

async function perceiver(): Promise<(books: readonly Float64Array[]) => Promise<Float32Array>> {
  const session = await Session.open(exportPerception(cobNetwork, ROWS), { threads: 1 })
  onTestFinished(() => session.close())
  const candles = ['1s', '1m', '1h', '1d'].map(
    (timeframe) => [`ohlcv_${timeframe}`, float64(new Float64Array(ROWS * 500), [ROWS, 100, 5])] as const,
  )
  return async (books) => {
    const all = new Float64Array(ROWS * WINDOW * BOOK_COLUMNS)
    for (const [row, book] of books.entries()) all.set(book, row * book.length)
    const order_book = float64(all, [ROWS, WINDOW, BOOK_COLUMNS])
    return (await session.run({ ...Object.fromEntries(candles), order_book }))['observation'] as Float32Array
  }
}

/**
 * Trains on what random actions earned, by temporal differences alone: no demonstrations. Returns how often the best action of new books
 * is the one with the highest value. `told`: whether rewards follow the book, or a coin.
 */
async function learnt(told: boolean): Promise<number> {
  const learner = await QLearner.open(
    {
      state: [
        { name: 'observation', shape: cobNetwork.observation },
        { name: 'account', shape: [3] },
      ],
      actions: 3,
      values: ([observation, account], mode) => cobNetwork.values(observation!, account!, mode),
    },
    {
      ...settings,
      seed: 1,
      threads: 1,
      batchSize: ROWS,
      learningRate: 3e-3,
      totalSteps: STEPS,
      optimizer: settings,
    },
  )
  onTestFinished(() => learner.close())
  const perceive = await perceiver()
  const random = draws(5)
  const drawn = (first: number) => {
    const sides = Array.from({ length: ROWS }, () => Math.floor(random() * 3) - 1)
    return { sides, books: sides.map((side, i) => bookWith(side, first + i)) }
  }
  const flat = new Float32Array(ROWS * 3)
  for (let step = 0; step < STEPS; step++) {
    const { sides, books } = drawn(step * ROWS)
    const seen = await perceive(books)
    const actions = Int32Array.from(sides, () => Math.floor(random() * 3))
    const truth = told ? sides : sides.map(() => Math.floor(random() * 3) - 1)
    const batch: QBatch = {
      states: [seen, flat],
      actions,
      returns: Float32Array.from(actions, (action, i) => rewardOf(action, truth[i]!)),
      nexts: [seen, flat],
      discounts: new Float32Array(ROWS),
      weights: new Float32Array(ROWS).fill(1),
      demonstrated: new Float32Array(ROWS),
      margins: new Float32Array(ROWS * 3),
    }
    await learner.step(batch)
  }
  let right = 0
  for (let first = 0; first < TESTED; first += ROWS) {
    const { sides, books } = drawn(1_000_000 + first)
    const truth = told ? sides : sides.map(() => Math.floor(random() * 3) - 1)
    const values = await learner.values([await perceive(books), flat], ROWS)
    for (const [row, side] of truth.entries()) {
      const own = [...values.subarray(row * 3, row * 3 + 3)]
      if (own.indexOf(Math.max(...own)) === bestFor(side)) right += 1
    }
  }
  return right / TESTED
}

describe('canaries of cob_rl', () => {
  it('an imbalance that foretells what pays is found in more than 95 of 100 new books', async () => {
    expect(await learnt(true)).toBeGreaterThan(0.95)
  })

  it('rewards by a coin leave it at chance, within 3 standard errors', async () => {
    const chance = 1 / 3
    const error = Math.sqrt((chance * (1 - chance)) / TESTED)
    expect(Math.abs((await learnt(false)) - chance)).toBeLessThan(3 * error)
  })
})
