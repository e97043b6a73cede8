// One network for all sessions of a checkpoint: loaded once, asked once of the same state, let go of with the last.
import { expect, it } from 'vitest'
import { PredictorPool } from '../../../src/inference/predictor-pool.ts'
import { allocateInputs } from '../../../src/market-state/tensors.ts'
import type { LoadedCheckpoint } from '../../../src/orchestrator/checkpoints.ts'

const checkpoint = (version: string): LoadedCheckpoint => ({ model: 'cnn', version }) as LoadedCheckpoint

function begin(fails = 0) {
  const counts = { loaded: 0, asked: 0, closed: 0 }
  const pool = new PredictorPool(async () => {
    counts.loaded += 1
    if (counts.loaded <= fails) throw new Error('broken')
    return {
      predict: async () => Float32Array.of(++counts.asked, 0, 0),
      readsOrderBook: false,
      readsAccount: false,
      rowsAtOnce: 1,
      close: async () => void (counts.closed += 1),
    }
  })
  return { pool, counts }
}

it('is loaded once, also where several open it at once, and closed with the last', async () => {
  const { pool, counts } = begin()
  const all = await Promise.all([1, 2, 3].map(() => pool.open(checkpoint('0001'))))
  const other = await pool.open(checkpoint('0002'))
  const apart = await pool.open(checkpoint('0001'), 'another market')
  expect(counts.loaded).toBe(3)
  await all[0]!.close()
  await all[0]!.close()
  await all[1]!.close()
  expect(counts.closed).toBe(0)
  await all[2]!.close()
  expect([counts.closed, pool.size]).toEqual([1, 2])
  await Promise.all([other.close(), apart.close()])
  expect([counts.closed, pool.size]).toEqual([3, 0])
  await pool.open(checkpoint('0001'))
  expect(counts.loaded).toBe(4)
})

it('answers the same state once, and another anew', async () => {
  const { pool, counts } = begin()
  const [one, two] = await Promise.all([pool.open(checkpoint('0001')), pool.open(checkpoint('0001'))])
  const inputs = allocateInputs(1)
  const answers = await Promise.all([one.predict(inputs), two.predict(inputs), one.predict(inputs)])
  expect(counts.asked).toBe(1)
  expect(answers).toEqual([answers[0], answers[0], answers[0]])
  await one.predict({ ...inputs, account: Float32Array.of(1) })
  await two.predict(allocateInputs(1))
  expect(counts.asked).toBe(3)
})

it('that fails to load is tried again', async () => {
  const { pool, counts } = begin(1)
  const failed = await Promise.allSettled([1, 2].map(() => pool.open(checkpoint('0001'))))
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(pool.size).toBe(0)
  await pool.open(checkpoint('0001'))
  expect(counts.loaded).toBe(2)
})
