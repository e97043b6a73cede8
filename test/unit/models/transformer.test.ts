// Transformer: it learns, up and down are the same to it, prices' level is not seen, and what is exported is what was trained.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TENSOR_NAMES, WINDOW } from '../../../src/contract/timeframes.ts'
import { encodeWeights, type NamedTensors } from '../../../src/nn/weights.ts'
import type { Batch, Learner, LearnerOptions, LearnerState } from '../../../src/models/model.ts'
import { MODELS } from '../../../src/models/registry.ts'
import { transformer } from '../../../src/models/transformer.ts'
import {
  mapCandles,
  mirrored,
  silentWindows,
  toInputs,
  windowsOf,
  type Candle,
  type Windows,
} from './windows.ts'

const STEPS = 40
const options: LearnerOptions = {
  seed: 3,
  batchSize: 16,
  learningRate: 2e-3,
  threads: 1,
  totalSteps: STEPS,
}

/** Walks of which a third jump up in the last five seconds, a third down, and a third not: BUY, SELL, HOLD. */
function example(label: number, seed: number): Windows {
  const walk = windowsOf({ seed, elapsed: [1 + (seed % 60), 1 + (seed % 47), 1 + (seed % 24)] })
  const jump = [1, -1, 0][label]!
  const seconds = walk.ohlcv_1s.map((candle, at): Candle => {
    const factor = 1 + jump * 1e-4 * Math.max(0, at - 94)
    const [open, high, low, close] = candle.map((x) => x * factor) as unknown as Candle
    return [open, high, low, close, candle[4]]
  })
  return { ...walk, ohlcv_1s: seconds }
}

function examples(count: number, seed: number): { windows: Windows[]; labels: Int32Array } {
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3)
  return { windows: Array.from(labels, (label, i) => example(label, seed + i)), labels }
}

function batches(count: number): Batch[] {
  return Array.from({ length: count }, (_, n) => {
    const { windows, labels } = examples(options.batchSize, 1000 * (n % 6))
    return { inputs: toInputs(windows), labels, weights: new Float32Array(labels.length).fill(1) }
  })
}

/** The first rows of each. */
function cut(all: readonly Batch[], count: number): Batch[] {
  return all.map(({ inputs, labels, weights }) => ({
    inputs: {
      count,
      tensors: Object.fromEntries(
        TENSOR_NAMES.map((name) => [name, inputs.tensors[name].subarray(0, count * WINDOW * 5)]),
      ) as Batch['inputs']['tensors'],
    },
    labels: labels.subarray(0, count),
    weights: weights.subarray(0, count),
  }))
}

const bytesOf = (weights: NamedTensors): string => Buffer.from(encodeWeights(weights)).toString('base64')

const mean = (numbers: Float32Array): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length

describe('a trained Transformer', () => {
  let learner: Learner
  let losses: Float32Array
  const fresh = examples(48, 77_000)
  beforeAll(async () => {
    learner = await transformer.createLearner(options)
    losses = await learner.step(batches(STEPS))
  })
  afterAll(() => learner.close())

  it('has learned: the loss fell, and fresh examples are told apart', async () => {
    expect(mean(losses.slice(0, 6))).toBeGreaterThan(0.7)
    expect(mean(losses.slice(-6))).toBeLessThan(0.35)
    const probabilities = await learner.predict(toInputs(fresh.windows))
    const right = fresh.labels.filter((label, i) => {
      const row = probabilities.subarray(i * 3, i * 3 + 3)
      return row[label] === Math.max(...row)
    })
    expect(right.length / fresh.labels.length).toBeGreaterThan(0.85)
  })

  it('gives the mirrored market the same answer with BUY and SELL exchanged', async () => {
    const as = await learner.predict(toInputs(fresh.windows))
    const turned = await learner.predict(toInputs(fresh.windows.map(mirrored)))
    for (let i = 0; i < as.length; i += 3) {
      expect(turned[i]).toBeCloseTo(as[i + 1]!, 3)
      expect(turned[i + 1]).toBeCloseTo(as[i]!, 3)
    }
  })

  it('sees no level of prices', async () => {
    const scaled = fresh.windows.map((windows) =>
      mapCandles(windows, ([o, h, l, c, volume]) => [o * 64, h * 64, l * 64, c * 64, volume]),
    )
    const as = await learner.predict(toInputs(fresh.windows))
    const other = await learner.predict(toInputs(scaled))
    other.forEach((p, i) => expect(Math.abs(p - as[i]!)).toBeLessThan(1e-4))
  })

  it('exports a file that plain ONNX Runtime computes alike, for any batch size', async () => {
    const session = await InferenceSession.create(transformer.exportOnnx(learner.weights()))
    expect(session.inputNames).toEqual([...TENSOR_NAMES])
    for (const count of [1, 7]) {
      const inputs = toInputs(fresh.windows.slice(0, count))
      const feeds = TENSOR_NAMES.map((name) => [
        name,
        new Tensor('float64', inputs.tensors[name], [count, WINDOW, 5]),
      ])
      const plain = await session.run(Object.fromEntries(feeds) as Record<string, Tensor>)
      const own = await learner.predict(inputs)
      const probabilities = plain['probabilities']!.data as Float32Array
      probabilities.forEach((p, i) => expect(Math.abs(p - own[i]!)).toBeLessThan(1e-6))
    }
    await session.release()
  })

  it('has no opinion on direction where nothing moves', async () => {
    const [buy, sell] = await learner.predict(toInputs([silentWindows(61_234.01)]))
    expect(buy).toBeCloseTo(sell!, 6)
  })
})

describe('training of the Transformer', () => {
  it('saved and restored halfway gives the same bytes as without a stop, and another seed others', async () => {
    const all = batches(6)
    const whole = await transformer.createLearner(options)
    await whole.step(all)
    const first = await transformer.createLearner(options)
    await first.step(all.slice(0, 3))
    const state: LearnerState = structuredClone(first.save())
    const second = await transformer.createLearner({ ...options })
    second.restore(state)
    await second.step(all.slice(3))
    const other = await transformer.createLearner({ ...options, seed: 4 })
    await other.step(all)
    expect(bytesOf(second.weights())).toBe(bytesOf(whole.weights()))
    expect(bytesOf(other.weights())).not.toBe(bytesOf(whole.weights()))
    await Promise.all([whole, first, second, other].map((learner) => learner.close()))
  })
})

describe('the definition', () => {
  it.each([options.batchSize, options.batchSize - 1])(
    'gives the same bytes on one core and on two, in batches of %i, the last one short',
    async (batchSize) => {
      const trained = async (cores: number) => {
        const learner = await transformer.createLearner({ ...options, batchSize, cores })
        const losses = [...(await learner.step([...cut(batches(3), batchSize), ...cut(batches(1), 5)]))]
        const bytes = bytesOf(learner.weights())
        await learner.close()
        return { losses, bytes }
      }
      expect(await trained(2)).toEqual(await trained(1))
    },
  )

  it('is among the models', () => {
    expect(MODELS).toContain(transformer)
    expect(transformer).toMatchObject({ id: 'transformer', name: 'Transformer', needs: [] })
  })
})
