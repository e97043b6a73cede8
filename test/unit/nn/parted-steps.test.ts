// Steps whose rows are taken in parts: the same learning as whole ones, the same bytes on any number of cores.
import { describe, expect, it } from 'vitest'
import { cast, mul, sub } from '../../../src/nn/elementwise.ts'
import { GradientThread } from '../../../src/nn/gradient-thread.ts'
import { dropout } from '../../../src/nn/dropout.ts'
import { weightedSum } from '../../../src/nn/loss.ts'
import { matmul } from '../../../src/nn/matmul.ts'
import { randomFrom, uniform } from '../../../src/nn/random.ts'
import { reduceSum } from '../../../src/nn/reduce.ts'
import { float32, type DataTensor } from '../../../src/nn/runtime.ts'
import { reshape } from '../../../src/nn/shape.ts'
import { Trainer } from '../../../src/nn/trainer.ts'
import { input, parameter } from '../../../src/nn/value.ts'

const optimizer = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 }
const ROWS = 12
const COLUMNS = 4

/** Least squares of some rows: their sum, each row with its weight. */
function leastSquares(rows: number, rate: number) {
  const x = input('x', 'float32', [rows, COLUMNS])
  const y = input('y', 'float32', [rows])
  const weights = input('row_weights', 'float32', [rows])
  const stepInput = input('step', 'int64', [])
  const kept = dropout(x, rate, stepInput, 3)
  const off = sub(reshape(matmul(kept, parameter('w', [COLUMNS, 1], uniform(1))), [rows]), y)
  const loss = weightedSum(mul(off, off), weights)
  return { loss, inputs: [x, y, weights], stepInput, seed: 7, threads: 1, optimizer }
}

function feeds(n: number, weigh: (row: number) => number = () => 1 / ROWS): Record<string, DataTensor> {
  const random = randomFrom(n)
  const x = Float32Array.from({ length: ROWS * COLUMNS }, () => random() - 0.5)
  const y = Float32Array.from({ length: ROWS }, (_, row) => x[row * COLUMNS]! - 0.3 * x[row * COLUMNS + 1]!)
  return {
    x: float32(x, [ROWS, COLUMNS]),
    y: float32(y, [ROWS]),
    row_weights: float32(
      Float32Array.from({ length: ROWS }, (_, row) => weigh(row)),
      [ROWS],
    ),
  }
}

async function trained(trainer: Trainer, weigh?: (row: number) => number) {
  const losses: number[] = []
  for (let n = 1; n <= 20; n++) losses.push(await trainer.step(feeds(n, weigh), 0.1))
  const { weights } = trainer.state()
  await trainer.close()
  return { losses, weights: [...weights] }
}

const parted = (count: number, cores: number, rate = 0) =>
  Trainer.open({ ...leastSquares(ROWS / count, rate), parts: { count, cores } })

const near = (expected: readonly number[]) => expected.map((value) => expect.closeTo(value, 5) as number)

describe('steps in parts', () => {
  it('are those of all rows at once but for rounding', async () => {
    const whole = await trained(await Trainer.open(leastSquares(ROWS, 0)))
    expect(Math.max(...whole.losses.slice(-5))).toBeLessThan(Math.min(...whole.losses.slice(0, 5)))
    for (const count of [1, 2, 3]) {
      const found = await trained(await parted(count, 1))
      expect(found).toEqual({ losses: near(whole.losses), weights: near(whole.weights) })
    }
  })

  it('give the same bytes on any number of cores, dropout included', async () => {
    const alone = await trained(await parted(3, 1, 0.3))
    for (const cores of [2, 3, 8]) expect(await trained(await parted(3, cores, 0.3))).toEqual(alone)
  })

  it('do not learn from rows that weigh nothing, be it a whole part', async () => {
    const first = (row: number): number => (row < ROWS / 2 ? 2 / ROWS : 0)
    const whole = await trained(await Trainer.open(leastSquares(ROWS, 0)), first)
    expect((await trained(await parted(2, 2), first)).weights).toEqual(near(whole.weights))
  })

  it('have dropout masks of their own: no two parts of any steps have the same number', async () => {
    const x = input('x', 'float32', [1])
    const stepInput = input('step', 'int64', [])
    const loss = reduceSum(mul(cast(stepInput, 'float32'), x))
    const told = { loss, inputs: [x], stepInput, seed: 1, threads: 1, optimizer }
    const parameters = [parameter('w', [1], uniform(1))]
    const trainer = await Trainer.open({ ...told, parameters, parts: { count: 2, cores: 1 } })
    const steps: number[] = []
    for (let n = 0; n < 3; n++)
      steps.push(await trainer.step({ x: float32(Float32Array.of(1, 100), [2]) }, 0.01))
    await trainer.close()
    expect(steps).toEqual([201, 403, 605])
  })
})

it('a thread that can not open its model says so to who waits', async () => {
  await expect(GradientThread.open({ model: Uint8Array.of(1, 2, 3), threads: 1 }, 4)).rejects.toThrow(
    /model|protobuf/i,
  )
})
