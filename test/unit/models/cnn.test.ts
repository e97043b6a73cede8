// StandardizedCNN: it learns, up and down are the same to it, and what is exported is what was trained.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TENSOR_NAMES, WINDOW } from '../../../src/contract/timeframes.ts'
import { AppError } from '../../../src/core/errors.ts'
import { encodeWeights, type NamedTensors } from '../../../src/nn/weights.ts'
import { cnn } from '../../../src/models/cnn.ts'
import {
  ACTIONS,
  glanceOf,
  type Batch,
  type Learner,
  type LearnerOptions,
  type ModelInputs,
} from '../../../src/models/model.ts'
import { mirrored, ROW, silentWindows, toInputs, windowsOf, type Candle, type Windows } from './windows.ts'

const options: LearnerOptions = { seed: 3, batchSize: 16, learningRate: 2e-3, threads: 1, totalSteps: 60 }

/** Walks of which a third jump up in the last five seconds, a third down, and a third not: BUY, SELL, HOLD. */
function examples(count: number, seed: number): { windows: Windows[]; labels: Int32Array } {
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3)
  const windows = [...labels].map((label, i) => {
    const walk = windowsOf({ seed: seed + i, elapsed: [1 + (i % 60), 1 + (i % 47), 1 + (i % 24)] })
    const jump = [1, -1, 0][label]!
    const seconds = walk.ohlcv_1s.map((candle, at): Candle => {
      const moved = candle.map((x) => x * (1 + jump * 1e-4 * Math.max(0, at - 94)))
      return [moved[0]!, moved[1]!, moved[2]!, moved[3]!, candle[4]]
    })
    return { ...walk, ohlcv_1s: seconds }
  })
  return { windows, labels }
}

function batchOf(windows: readonly Windows[], labels: Int32Array): Batch {
  return { inputs: toInputs(windows), labels, weights: new Float32Array(labels.length).fill(1) }
}

function batches(count: number): Batch[] {
  return Array.from({ length: count }, (_, n) => {
    const { windows, labels } = examples(options.batchSize, 1000 * (n % 6))
    return batchOf(windows, labels)
  })
}

async function trained(steps: number, change: Partial<LearnerOptions> = {}): Promise<Learner> {
  const learner = await cnn.createLearner({ ...options, ...change })
  await learner.step(batches(steps))
  return learner
}

const bytesOf = (weights: NamedTensors): string => Buffer.from(encodeWeights(weights)).toString('base64')

async function runPlain(model: Uint8Array, inputs: ModelInputs): Promise<Float32Array> {
  const session = await InferenceSession.create(model)
  expect(session.inputNames).toEqual([...TENSOR_NAMES])
  expect(session.outputNames).toEqual(['probabilities'])
  const feeds = Object.fromEntries(
    TENSOR_NAMES.map((name) => [
      name,
      new Tensor('float64', inputs.tensors[name], [inputs.count, WINDOW, 5]),
    ]),
  )
  const result = await session.run(feeds)
  expect(result['probabilities']!.type).toBe('float32')
  expect(result['probabilities']!.dims).toEqual([inputs.count, 3])
  await session.release()
  return result['probabilities']!.data as Float32Array
}

describe('a trained StandardizedCNN', () => {
  let learner: Learner
  const fresh = examples(48, 77_000)
  beforeAll(async () => {
    learner = await trained(60)
  })
  afterAll(() => learner.close())

  it('tells fresh examples apart', async () => {
    const probabilities = await learner.predict(toInputs(fresh.windows))
    const right = [...fresh.labels].filter((label, i) => {
      const row = probabilities.subarray(i * 3, i * 3 + 3)
      return row[label] === Math.max(...row)
    })
    expect(right.length / fresh.labels.length).toBeGreaterThan(0.9)
    for (let i = 0; i < probabilities.length; i += 3) {
      expect(probabilities[i]! + probabilities[i + 1]! + probabilities[i + 2]!).toBeCloseTo(1, 5)
    }
  })

  it('gives the mirrored market the same answer with BUY and SELL exchanged', async () => {
    const as = await learner.predict(toInputs(fresh.windows))
    const turned = await learner.predict(toInputs(fresh.windows.map(mirrored)))
    for (let i = 0; i < as.length; i += 3) {
      expect(turned[i]).toBeCloseTo(as[i + 1]!, 4)
      expect(turned[i + 1]).toBeCloseTo(as[i]!, 4)
      expect(turned[i + 2]).toBeCloseTo(as[i + 2]!, 4)
    }
  })

  it('exports a file that plain ONNX Runtime computes alike, for any batch size', async () => {
    const model = cnn.exportOnnx(learner.weights())
    for (const count of [1, 3, 48]) {
      const inputs = toInputs(fresh.windows.slice(0, count))
      const plain = await runPlain(model, inputs)
      const own = await learner.predict(inputs)
      plain.forEach((p, i) => expect(Math.abs(p - own[i]!)).toBeLessThan(1e-6))
    }
    expect(Buffer.from(cnn.exportOnnx(learner.weights())).equals(model)).toBe(true)
  })

  it('answers the same for a row alone and among many', async () => {
    const many = await learner.predict(toInputs(examples(130, 5000).windows))
    const last = await learner.predict(toInputs([examples(130, 5000).windows[129]!]))
    last.forEach((p, i) => expect(p).toBeCloseTo(many[129 * 3 + i]!, 6))
  })

  it('has no opinion on direction where nothing moves', async () => {
    const [buy, sell, hold] = await learner.predict(toInputs([silentWindows(61_234.01)]))
    expect(buy).toBeCloseTo(sell!, 6)
    expect(Number.isFinite(hold)).toBe(true)
  })

  it('gives weights as copies, and forgets its frozen model when it trains on', async () => {
    const inputs = toInputs(fresh.windows.slice(0, 2))
    const before = await learner.predict(inputs)
    learner.weights().forEach(({ data }) => data.fill(0))
    expect(await learner.predict(inputs)).toEqual(before)
  })
})

describe('training', () => {
  it('is glanced at between steps: the answers of the weights as they then are', async () => {
    const learner = await trained(2)
    const inputs = toInputs(examples(5, 77_000).windows)
    for (const batch of batches(2)) {
      await learner.step([batch])
      const [glanced, predicted] = [await glanceOf(learner, inputs), await learner.predict(inputs)]
      glanced.forEach((p, i) => expect(Math.abs(p - predicted[i]!)).toBeLessThan(1e-6))
    }
    await learner.close()
  })

  it('gives the same bytes for the same seed, batches and threads, in one call or several', async () => {
    const one = await trained(6)
    const split = await cnn.createLearner(options)
    const all = batches(6)
    await split.step(all.slice(0, 2))
    await split.predict(toInputs([silentWindows(1)]))
    await split.step(all.slice(2))
    const other = await trained(6, { seed: 4 })
    expect(bytesOf(split.weights())).toBe(bytesOf(one.weights()))
    expect(bytesOf(other.weights())).not.toBe(bytesOf(one.weights()))
    await Promise.all([one, split, other].map((learner) => learner.close()))
  })

  it('fills a short batch with rows that do not count', async () => {
    const { windows, labels } = examples(16, 9000)
    const short = batchOf(windows.slice(0, 5), labels.slice(0, 5))
    const rubbish = [...windows.slice(0, 5), ...Array.from({ length: 11 }, () => mirrored(windows[7]!))]
    const masked = {
      ...batchOf(rubbish, labels),
      weights: Float32Array.from({ length: 16 }, (_, i) => (i < 5 ? 1 : 0)),
    }
    const [a, b] = [await cnn.createLearner(options), await cnn.createLearner(options)]
    expect(await a.step([short, short])).toEqual(await b.step([masked, masked]))
    expect(bytesOf(a.weights())).toBe(bytesOf(b.weights()))
    await Promise.all([a.close(), b.close()])
  })

  it('counts rows by their weights', async () => {
    const { windows, labels } = examples(2, 9000)
    const firstLoss = async (...weights: number[]): Promise<number> => {
      const learner = await cnn.createLearner({ ...options, batchSize: 2 })
      const [loss] = await learner.step([
        { ...batchOf(windows, labels), weights: Float32Array.from(weights) },
      ])
      await learner.close()
      return loss!
    }
    const [first, second] = [await firstLoss(1, 0), await firstLoss(0, 1)]
    expect(await firstLoss(1, 3)).toBeCloseTo((first + 3 * second) / 4, 5)
    expect(Math.abs(first - second)).toBeGreaterThan(1e-3)
  })

  it('refuses a batch that is too long or ill-assorted', async () => {
    const learner = await cnn.createLearner({ ...options, batchSize: 2 })
    const { windows, labels } = examples(3, 1)
    await expect(learner.step([batchOf(windows, labels)])).rejects.toThrow('a batch has 3 rows')
    await expect(learner.step([batchOf(windows.slice(0, 2), labels)])).rejects.toThrow('3 labels')
    await learner.close()
  })
})

describe('exportOnnx', () => {
  it('refuses weights that do not fit, by name', async () => {
    const learner = await cnn.createLearner(options)
    const weights = new Map(learner.weights())
    await learner.close()
    const [name] = weights.keys()
    weights.set(name!, { shape: [1], data: new Float32Array(1) })
    expect(() => cnn.exportOnnx(weights)).toThrow(`"${name}" has shape [1]`)
    weights.delete(name!)
    expect(() => cnn.exportOnnx(weights)).toThrow(AppError)
  })
})

describe('the definition', () => {
  it('states what the page and the training need', () => {
    expect(cnn).toMatchObject({ id: 'cnn', name: 'StandardizedCNN', needs: [], defaults: { views: 32 } })
    expect(ACTIONS).toEqual(['BUY', 'SELL', 'HOLD'])
    expect(toInputs([silentWindows(1)]).tensors.ohlcv_1s).toHaveLength(ROW)
  })
})
