import { describe, expect, it, onTestFinished } from 'vitest'
import { QLearner, type QNetwork } from '../../../src/models/agent/q-learner.ts'
import { cobNetwork, cobRl } from '../../../src/models/cob-rl.ts'
import { emit } from '../../../src/nn/emit.ts'
import { float64, Session } from '../../../src/nn/runtime.ts'
import { predictInChunks } from '../../../src/models/classifier.ts'
import { allocateInputs } from '../../../src/market-state/tensors.ts'
import { randomBook, upsideDown } from './books.ts'

const ROWS = 4
const { settings } = cobRl.agent
const network: QNetwork = {
  state: [
    { name: 'observation', shape: cobNetwork.observation },
    { name: 'account', shape: [3] },
  ],
  actions: 3,
  values: ([observation, account], mode) => cobNetwork.values(observation!, account!, mode),
}

async function openLearner(): Promise<QLearner> {
  const learner = await QLearner.open(network, {
    seed: 1,
    threads: 1,
    batchSize: ROWS,
    learningRate: 1e-3,
    warmup: 0,
    totalSteps: 20,
    targetEvery: 2,
    marginWeight: 1,
    conservative: 0,
    optimizer: settings,
  })
  onTestFinished(() => learner.close())
  return learner
}

async function observationsOf(books: readonly Float64Array[]): Promise<Float32Array> {
  const inputs = cobNetwork.inputs(ROWS)
  const bytes = emit({ name: 'p', inputs, outputs: { observation: cobNetwork.perceive(inputs) } })
  const session = await Session.open(bytes, { threads: 1 })
  onTestFinished(() => session.close())
  const all = new Float64Array(ROWS * 4000)
  for (let row = 0; row < ROWS; row++) all.set(books[row % books.length]!, row * 4000)
  const candles = ['1s', '1m', '1h', '1d'].map(
    (timeframe) => [`ohlcv_${timeframe}`, float64(new Float64Array(ROWS * 500), [ROWS, 100, 5])] as const,
  )
  const feeds = { ...Object.fromEntries(candles), order_book: float64(all, [ROWS, 100, 40]) }
  return (await session.run(feeds))['observation'] as Float32Array
}

const books = [1, 2, 3, 4].map(randomBook)
const accounts = Float32Array.from([0, 0, 0, 1, 2.5, 40, -1, -0.5, 7, 0, 0, 0])

async function batchOf(seed: number) {
  const observations = await observationsOf(books)
  return {
    states: [observations, accounts],
    actions: Int32Array.from([0, 1, 2, seed % 3]),
    returns: Float32Array.from([1, -1, 0.5, 0]),
    nexts: [observations, accounts],
    discounts: new Float32Array(ROWS).fill(0.9),
    weights: new Float32Array(ROWS).fill(1),
    demonstrated: Float32Array.from([1, 0, 0, 1]),
    margins: new Float32Array(ROWS * 3),
  }
}

describe('cob_rl', () => {
  it('says the same as ONNX as in training, from the raw book', async () => {
    const learner = await openLearner()
    for (let i = 0; i < 3; i++) await learner.step(await batchOf(i))
    const values = await learner.values([await observationsOf(books), accounts], ROWS)
    const session = await Session.open(cobRl.exportOnnx(learner.weights()), { threads: 1 })
    onTestFinished(() => session.close())
    expect(session.inputs.map(({ name }) => name)).toEqual([
      'ohlcv_1s',
      'ohlcv_1m',
      'ohlcv_1h',
      'ohlcv_1d',
      'order_book',
      'account',
    ])
    const inputs = { ...allocateInputs(ROWS, true), account: accounts }
    for (const [row, book] of books.entries()) inputs.orderBook!.set(book, row * 4000)
    const probabilities = await predictInChunks(session, inputs)
    for (let row = 0; row < ROWS; row++) {
      const weights = [0, 1, 2].map((i) => Math.exp(values[row * 3 + i]! / settings.temperature))
      const sum = weights.reduce((a, b) => a + b, 0)
      for (const [i, weight] of weights.entries())
        expect(probabilities[row * 3 + i]).toBeCloseTo(weight / sum, 5)
    }
  })

  it('values the book upside down, in the opposite position, with BUY and SELL exchanged', async () => {
    const learner = await openLearner()
    for (let i = 0; i < 3; i++) await learner.step(await batchOf(i))
    const flat = new Float32Array(ROWS * 3)
    const as = await learner.values([await observationsOf(books), flat], ROWS)
    const turned = await learner.values([await observationsOf(books.map(upsideDown)), flat], ROWS)
    for (let row = 0; row < ROWS; row++) {
      const [buy, sell, hold] = as.subarray(row * 3, row * 3 + 3) as unknown as [number, number, number]
      for (const [i, value] of [sell, buy, hold].entries()) expect(turned[row * 3 + i]).toBeCloseTo(value, 4)
    }
    expect(as[0]).not.toBeCloseTo(as[1]!, 3)
  })

  it('restored goes on to the bit', async () => {
    const [one, other] = [await openLearner(), await openLearner()]
    await other.step(await batchOf(9))
    for (let i = 0; i < 3; i++) await one.step(await batchOf(i))
    other.restore(one.save())
    for (let i = 3; i < 6; i++) {
      const [a, b] = [await one.step(await batchOf(i)), await other.step(await batchOf(i))]
      expect(b).toEqual(a)
    }
    expect(other.weights()).toEqual(one.weights())
  })
})
