// A classifier under the clock, fed random walks.
import { FIELDS, TENSOR_NAMES, WINDOW, type TensorName } from '../../src/contract/timeframes.ts'
import type { Batch, ClassifierDefinition, ModelInputs } from '../../src/models/model.ts'
import { randomFrom } from '../../src/nn/random.ts'
import { BATCH, type Net } from './net.ts'

export function classifierNet(model: ClassifierDefinition, peer: string): Net {
  return {
    name: model.name,
    peer,
    open: async (threads) => {
      const { learningRate } = model.defaults
      const learner = await model.createLearner({
        seed: 1,
        batchSize: BATCH,
        learningRate,
        threads,
        totalSteps: 1000,
      })
      const batch = randomBatch(BATCH)
      const inputs = madeOnce(randomInputs)
      return {
        step: () => learner.step([batch]),
        answer: () => learner.predict(inputs(1)),
        answers: (count) => learner.predict(inputs(count)),
        close: () => learner.close(),
      }
    },
  }
}

function randomBatch(count: number): Batch {
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3)
  return { inputs: randomInputs(count), labels, weights: new Float32Array(count).fill(1) }
}

/** What is asked about is no part of what is measured. */
export function madeOnce(make: (count: number) => ModelInputs): (count: number) => ModelInputs {
  const made = new Map<number, ModelInputs>()
  return (count) => {
    const inputs = made.get(count) ?? make(count)
    made.set(count, inputs)
    return inputs
  }
}

/** Random walks of candles for every timeframe. */
export function randomInputs(count: number): ModelInputs {
  const random = randomFrom(9)
  const tensors = Object.fromEntries(TENSOR_NAMES.map((name) => [name, randomCandles(count, random)]))
  return { count, tensors: tensors as Record<TensorName, Float64Array> }
}

function randomCandles(count: number, random: () => number): Float64Array {
  const candles = new Float64Array(count * WINDOW * FIELDS)
  let price = 3000
  for (let at = 0; at < candles.length; at += FIELDS) {
    const open = price
    price *= 1 + (random() - 0.5) * 1e-3
    const [high, low] = [Math.max(open, price) + random(), Math.min(open, price) - random()]
    candles.set([open, high, low, price, 10 * random()], at)
  }
  return candles
}
