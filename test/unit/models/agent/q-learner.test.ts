// The learner's loss by hand: double Q targets, the trader's margin, the conservative term; a small problem is learnt.
import { describe, expect, it } from 'vitest'
import {
  QLearner,
  type QBatch,
  type QLearnerOptions,
  type QNetwork,
} from '../../../../src/models/agent/q-learner.ts'
import { matmul } from '../../../../src/nn/matmul.ts'
import { parameter } from '../../../../src/nn/value.ts'

/** Values of each state by a table: states are one-hot rows. */
const STATES = 3
const ACTIONS = 3
const table = (initial: readonly number[]): QNetwork => ({
  state: [{ name: 'state', shape: [STATES] }],
  actions: ACTIONS,
  values: ([state]) =>
    matmul(
      state!,
      parameter('table', [STATES, ACTIONS], () => Float32Array.from(initial)),
    ),
})

const options: QLearnerOptions = {
  seed: 1,
  threads: 1,
  batchSize: 2,
  learningRate: 0.1,
  warmup: 0,
  totalSteps: 100,
  schedule: 'constant',
  targetEvery: 1000,
  marginWeight: 0,
  conservative: 0,
  optimizer: { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, clipNorm: 100 },
}

const one = (...states: number[]): Float32Array =>
  Float32Array.from(states.flatMap((state) => [0, 1, 2].map((i) => (i === state ? 1 : 0))))

const batch = (change: Partial<QBatch> = {}): QBatch => ({
  states: [one(0, 0)],
  actions: Int32Array.of(0, 1),
  returns: Float32Array.of(1, 0.5),
  nexts: [one(1, 2)],
  discounts: Float32Array.of(0.5, 0),
  weights: Float32Array.of(1, 1),
  demonstrated: Float32Array.of(0, 0),
  margins: new Float32Array(6),
  ...change,
})

const huber = (x: number): number => (Math.abs(x) <= 1 ? (x * x) / 2 : Math.abs(x) - 0.5)

describe('QLearner', () => {
  it('takes the value of the next state from the delayed network, for the action the other one prefers', async () => {
    const learner = await QLearner.open(table([2, 3, 0, 1, 4, 2, 0, 0, 9]), options)
    const first = await learner.step(batch())
    // Row 0: target 1 + 0.5 · 4 (state 1 prefers action 1); row 1 ends: its target is its return.
    expect([...first.errors]).toEqual([2 - 3, 3 - 0.5])
    expect(first.td).toBeCloseTo((huber(-1) + huber(2.5)) / 2, 6)
    expect(first.loss).toBeCloseTo(first.td, 6)
    // Now state 1 prefers action 2 by the weights in training; the delayed network still says 2 of it.
    const state = learner.save()
    const weights = Float32Array.from(state.arrays['weights']!)
    weights[5] = 10
    learner.restore({ ...state, arrays: { ...state.arrays, weights } })
    const second = await learner.step(batch())
    expect(second.errors[0]).toBeCloseTo(weights[0]! - (1 + 0.5 * 2), 5)
    await learner.close()
  })

  it('renews the delayed network every so many steps', async () => {
    const learner = await QLearner.open(table([2, 3, 0, 1, 4, 2, 0, 0, 9]), { ...options, targetEvery: 2 })
    const delayed = () => [...learner.save().arrays['delayed']!]
    const before = delayed()
    await learner.step(batch())
    expect(delayed()).toEqual(before)
    await learner.step(batch())
    expect(delayed()).toEqual([...learner.save().arrays['weights']!])
    await learner.close()
  })

  it('asks that what the trader did is worth a margin more than anything else', async () => {
    const learner = await QLearner.open(table([2, 3, 0, 1, 4, 2, 0, 0, 9]), { ...options, marginWeight: 2 })
    const shown = batch({
      demonstrated: Float32Array.of(1, 0),
      margins: Float32Array.of(0, 0.8, 0.8, 0, 0, 0),
    })
    const { loss, td } = await learner.step(shown)
    // Row 0: max(2, 3 + 0.8, 0 + 0.8) − 2 = 1.8, weighed by 2, in the mean of two rows.
    expect(loss - td).toBeCloseTo((2 * 1.8) / 2, 5)
    await learner.close()
  })

  it('keeps down the values of what was not done, where asked for', async () => {
    const learner = await QLearner.open(table([2, 3, 0, 1, 4, 2, 0, 0, 9]), { ...options, conservative: 0.5 })
    const { loss, td } = await learner.step(batch())
    const sum = Math.log(Math.exp(2) + Math.exp(3) + 1)
    expect(loss - td).toBeCloseTo((0.5 * (sum - 2 + (sum - 3))) / 2, 5)
    await learner.close()
  })

  it('weighs rows by their importance', async () => {
    const learner = await QLearner.open(table([2, 3, 0, 1, 4, 2, 0, 0, 9]), options)
    const { td } = await learner.step(batch({ weights: Float32Array.of(1, 0.25) }))
    expect(td).toBeCloseTo((huber(-1) + 0.25 * huber(2.5)) / 2, 6)
    await learner.close()
  })

  it('goes on from what was saved to the bit, also in another learner', async () => {
    const whole = await QLearner.open(table([2, 3, 0, 1, 4, 2, 0, 0, 9]), { ...options, targetEvery: 3 })
    const other = await QLearner.open(table(Array<number>(9).fill(0)), { ...options, targetEvery: 3 })
    for (let i = 0; i < 4; i++) await whole.step(batch())
    other.restore(structuredClone(whole.save()))
    for (let i = 0; i < 4; i++) expect(await other.step(batch())).toEqual(await whole.step(batch()))
    expect(other.save()).toEqual(whole.save())
    await Promise.all([whole.close(), other.close()])
  })

  it('learns the values of a chain: 1 at its end, discounted before it', async () => {
    const learner = await QLearner.open(table(Array<number>(9).fill(0)), { ...options, targetEvery: 20 })
    // From state 0 to 1 by action 0 for nothing, from 1 to the end by action 1 for 1.
    const chain = batch({
      states: [one(0, 1)],
      actions: Int32Array.of(0, 1),
      returns: Float32Array.of(0, 1),
      nexts: [one(1, 1)],
      discounts: Float32Array.of(0.9, 0),
    })
    for (let i = 0; i < 300; i++) await learner.step(chain)
    const values = await learner.values([one(0, 1)], 2)
    expect(values[0]).toBeCloseTo(0.9, 2)
    expect(values[4]).toBeCloseTo(1, 2)
    await learner.close()
  })
})
