// Training: AdamW against a plain reference, schedule, determinism, resumption, the weights that come out.
import { describe, expect, it } from 'vitest'
import { dropout } from '../../../src/nn/dropout.ts'
import { relu } from '../../../src/nn/elementwise.ts'
import { crossEntropy, weightedMean } from '../../../src/nn/loss.ts'
import { linear } from '../../../src/nn/matmul.ts'
import { hyperRow, learningRateAt } from '../../../src/nn/optimizer.ts'
import { filled, kaiming, randomFrom } from '../../../src/nn/random.ts'
import { reduceSum } from '../../../src/nn/reduce.ts'
import { mul, sub } from '../../../src/nn/elementwise.ts'
import { float32, int64, type DataTensor } from '../../../src/nn/runtime.ts'
import { Trainer, type TrainerOptions } from '../../../src/nn/trainer.ts'
import { input, parameter } from '../../../src/nn/value.ts'

const optimizer = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 }
const ROWS = 8

/** A small classifier of two clouds with dropout. */
function classifier(seed = 5, threads = 1): TrainerOptions {
  const x = input('x', 'float32', [ROWS, 4])
  const labels = input('labels', 'int64', [ROWS])
  const weights = input('row_weights', 'float32', [ROWS])
  const step = input('step', 'int64', [])
  const hidden = relu(
    linear(x, parameter('w1', [4, 16], kaiming(4)), parameter('b1', [16], filled(0), false)),
  )
  const out = parameter('w2', [16, 2], kaiming(16))
  const logits = linear(dropout(hidden, 0.2, step, seed), out, parameter('b2', [2], filled(0), false))
  const loss = weightedMean(crossEntropy(logits, labels), weights)
  return { loss, inputs: [x, labels, weights], stepInput: step, seed, threads, optimizer }
}

function feeds(n: number): Record<string, DataTensor> {
  const random = randomFrom(n)
  const labels = Array.from({ length: ROWS }, () => (random() < 0.5 ? 0 : 1))
  const x = Float32Array.from({ length: ROWS * 4 }, (_, i) => random() - 0.5 + labels[i >> 2]!)
  return {
    x: float32(x, [ROWS, 4]),
    labels: int64(labels, [ROWS]),
    row_weights: float32(new Float32Array(ROWS).fill(1), [ROWS]),
  }
}

async function train(trainer: Trainer, from: number, to: number): Promise<number[]> {
  const losses: number[] = []
  for (let n = from; n < to; n++) losses.push(await trainer.step(feeds(n), 0.01))
  return losses
}

const bytesOf = (trainer: Trainer): string => Buffer.from(trainer.state().weights.buffer).toString('hex')

describe('AdamW', () => {
  it('does what the published algorithm does, clipping included', async () => {
    const target = [3, -1, 0.5]
    const w = parameter('w', [3], filled(1))
    const aim = input('aim', 'float32', [3])
    const off = sub(w, aim)
    const options = { loss: reduceSum(mul(off, off)), inputs: [aim], seed: 1, threads: 1, optimizer }
    const trainer = await Trainer.open(options)
    const expected = reference(target, 30)
    for (let t = 0; t < 30; t++) await trainer.step({ aim: float32(Float32Array.from(target), [3]) }, 0.05)
    await trainer.close()
    const got = trainer.weights().get('w')!.data
    expected.forEach((value, i) => expect(got[i]).toBeCloseTo(value, 5))
  })

  /** Loss Σ (w − target)², in doubles, written out. */
  function reference(target: readonly number[], steps: number): number[] {
    const w = [1, 1, 1]
    const m = [0, 0, 0]
    const v = [0, 0, 0]
    for (let t = 1; t <= steps; t++) {
      const g = w.map((x, i) => 2 * (x - target[i]!))
      const norm = Math.hypot(...g)
      const share = Math.min(1, optimizer.clipNorm / (norm + 1e-6))
      for (let i = 0; i < 3; i++) {
        const gi = g[i]! * share
        m[i] = 0.9 * m[i]! + 0.1 * gi
        v[i] = 0.999 * v[i]! + 0.001 * gi * gi
        const step = m[i]! / (1 - 0.9 ** t) / (Math.sqrt(v[i]! / (1 - 0.999 ** t)) + 1e-8)
        w[i] = w[i]! * (1 - 0.05 * 0.1) - 0.05 * step
      }
    }
    return w
  }

  it('leaves parameters without decay alone where there is no gradient', async () => {
    const kept = parameter('kept', [2], filled(2), false)
    const shrinks = parameter('shrinks', [2], filled(2))
    const zero = input('zero', 'float32', [2])
    const loss = reduceSum(mul(mul(kept, shrinks), zero))
    const trainer = await Trainer.open({ loss, inputs: [zero], seed: 1, threads: 1, optimizer })
    await trainer.step({ zero: float32(new Float32Array(2), [2]) }, 0.5)
    await trainer.close()
    expect([...trainer.weights().get('kept')!.data]).toEqual([2, 2])
    expect(trainer.weights().get('shrinks')!.data[0]).toBeCloseTo(2 * (1 - 0.5 * 0.1), 6)
  })

  it('has its corrections from doubles', () => {
    const [decay, rate, correction, clip] = hyperRow(1, 0.001, optimizer)
    expect(decay).toBeCloseTo(1e-4, 10)
    expect(rate).toBeCloseTo(0.01, 8)
    expect(correction).toBe(Math.fround(1 / Math.sqrt(1 - 0.999)))
    expect(clip).toBe(1)
  })
})

describe('learning rate', () => {
  it('rises in a line, falls in half a cosine, ends at 0', () => {
    const at = (t: number): number => learningRateAt(t, 100, 2, 0.1)
    expect([at(1), at(5), at(10), at(55), at(100)]).toEqual([0.2, 1, 2, expect.closeTo(1, 10), 0])
    expect(learningRateAt(1, 1, 2, 0.1)).toBe(2)
    expect(at(200)).toBe(0)
  })
})

describe('Trainer', () => {
  it('learns', async () => {
    const trainer = await Trainer.open(classifier())
    const losses = await train(trainer, 0, 150)
    await trainer.close()
    expect(losses.slice(-20).reduce((sum, x) => sum + x) / 20).toBeLessThan(0.1)
    expect(losses[0]).toBeGreaterThan(0.4)
  })

  it('same seed, data and threads: the same bytes; another seed: others', async () => {
    const results: string[] = []
    for (const seed of [5, 5, 6]) {
      const trainer = await Trainer.open(classifier(seed, 2))
      await train(trainer, 0, 20)
      results.push(bytesOf(trainer))
      await trainer.close()
    }
    expect(results[1]).toBe(results[0])
    expect(results[2]).not.toBe(results[0])
  })

  it('taken out and put back halfway equals one long run, dropout included', async () => {
    const whole = await Trainer.open(classifier())
    const losses = await train(whole, 0, 20)
    const first = await Trainer.open(classifier())
    await train(first, 0, 10)
    const state = structuredClone(first.state())
    await first.close()
    const second = await Trainer.open(classifier())
    second.restore(state)
    const rest = await train(second, 10, 20)
    expect(rest).toEqual(losses.slice(10))
    expect(bytesOf(second)).toBe(bytesOf(whole))
    await whole.close()
    await second.close()
  })

  it('refuses a state of another network', async () => {
    const trainer = await Trainer.open(classifier())
    const state = { ...trainer.state(), weights: new Float32Array(3) }
    expect(() => trainer.restore(state)).toThrow('3 weights given, the network has 114')
    await trainer.close()
  })
})
