// Steps whose rows are taken in parts: the same learning as whole ones, the same bytes on any number of cores.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { cast, mul, sub } from '../../../src/nn/elementwise.ts'
import { emit } from '../../../src/nn/emit.ts'
import { GradientThread, type GradientOrder } from '../../../src/nn/gradient-thread.ts'
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

  it('give the same bytes on any number of cores, dropout included, in a thread for each further core', async () => {
    const opened = vi.spyOn(GradientThread, 'open')
    onTestFinished(() => opened.mockRestore())
    const alone = await trained(await parted(3, 1, 0.3))
    expect(opened).toHaveBeenCalledTimes(0)
    for (const [cores, threads] of [
      [2, 1],
      [3, 2],
      [8, 2],
    ] as const) {
      opened.mockClear()
      expect(await trained(await parted(3, cores, 0.3))).toEqual(alone)
      expect(opened).toHaveBeenCalledTimes(threads)
      for (const { value } of opened.mock.results)
        expect(await (value as Promise<GradientThread>)).toMatchObject({ isAlike: true })
    }
  })

  it('go on from a state of other cores as if nothing had happened', async () => {
    const whole = await parted(2, 1, 0.3)
    const first = await parted(2, 2, 0.3)
    for (let n = 1; n <= 6; n++) await whole.step(feeds(n), 0.1)
    for (let n = 1; n <= 3; n++) await first.step(feeds(n), 0.1)
    const second = await parted(2, 1, 0.3)
    second.restore(structuredClone(first.state()))
    for (let n = 4; n <= 6; n++) await second.step(feeds(n), 0.1)
    expect(second.state()).toEqual(whole.state())
    for (const trainer of [whole, first, second]) await trainer.close()
  })

  it('do not learn from rows that weigh nothing, be it a whole part', async () => {
    const first = (row: number): number => (row < ROWS / 2 ? 2 / ROWS : 0)
    const whole = await trained(await Trainer.open(leastSquares(ROWS, 0)), first)
    expect((await trained(await parted(2, 2), first)).weights).toEqual(near(whole.weights))
    const none = await trained(await parted(2, 2), () => 0)
    expect(none.losses).toEqual(new Array(20).fill(0))
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

describe('a thread', () => {
  const order = (): GradientOrder => {
    const x = input('x', 'float32', [2])
    const model = emit({
      name: 'squares',
      inputs: [x],
      outputs: { loss: reduceSum(mul(x, x)), gradient: mul(x, x) },
    })
    return { model, threads: 1 }
  }

  it('that can not open its model says so to who waits', async () => {
    const none = { model: Uint8Array.of(1, 2, 3), threads: 1 }
    await expect(GradientThread.open(none, 4)).rejects.toThrow(/model|protobuf/i)
  })

  it('gives what it is asked for, and fails who asks once it has failed', async () => {
    const thread = await GradientThread.open(order(), 2)
    const { loss, gradient } = await thread.run({ x: float32(Float32Array.of(2, 3), [2]) })
    expect([[...loss.data], [...gradient.data]]).toEqual([[13], [4, 9]])
    await thread.close()
    await expect(thread.run({ x: float32(Float32Array.of(2, 3), [2]) })).rejects.toThrow('has ended')
    const other = await GradientThread.open(order(), 2)
    await expect(other.run({ y: float32(Float32Array.of(2, 3), [2]) })).rejects.toThrow(/'x'|input/)
    await other.close()
  })
})

const PROGRAM = fileURLToPath(new URL('trains-in-parts.ts', import.meta.url))

/** What a process of its own says; it must have ended by itself. */
async function saidBy(what: string): Promise<unknown> {
  const child = fork(PROGRAM, [what])
  const exit = once(child, 'exit')
  const [said] = (await once(child, 'message')) as [unknown]
  expect(await exit).toEqual([0, null])
  return said
}

describe('a process with such a thread', () => {
  it('takes what is too small for 0 in it as elsewhere', async () => {
    expect([await saidBy('denormals1'), await saidBy('denormals2')]).toEqual([0, 0])
  })

  it('ends by itself where steps failed', async () => {
    const failed = ['RangeError', 'RangeError']
    expect(await saidBy('fedTooLittle')).toEqual([10, ...failed, 10])
  })

  it('ends by itself where a learner could not be opened', async () => {
    expect(await saidBy('otherWeights')).toBe('weights_mismatch')
  })
})
