// A network of the benchmarks: trained on rows of numbers, then run with its weights inside.
import { emit } from '../../src/nn/emit.ts'
import { parametersOf } from '../../src/nn/gradient.ts'
import { learningRateAt, type AdamWOptions } from '../../src/nn/optimizer.ts'
import { randomFrom } from '../../src/nn/random.ts'
import { float32, Session, type DataTensor } from '../../src/nn/runtime.ts'
import { Trainer } from '../../src/nn/trainer.ts'
import { constant, input, sizeOf, type Shape, type Value } from '../../src/nn/value.ts'
import type { NamedTensors } from '../../src/nn/weights.ts'

/** AdamW as most papers use it; without decay it is Adam. */
export const ADAM: AdamWOptions = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clipNorm: 1e9 }

/** Dropout's step and seed, in training only. */
export interface Mode {
  readonly step: Value
  readonly seed: number
}

export interface Problem {
  /** Of one row. */
  readonly inputShape: Shape
  readonly targetShape: Shape
  readonly targetType: 'float32' | 'int64'
  network(x: Value, mode?: Mode): Value
  loss(output: Value, target: Value): Value
}

export interface Training {
  readonly seed: number
  readonly rows: number
  readonly steps: number
  readonly learningRate: number
  readonly threads: number
  readonly optimizer: AdamWOptions
  /** Share of the steps in which the learning rate rises; it then falls to 0 in half a cosine. */
  readonly warmup: number
}

/** What a step is fed. */
export interface Rows {
  readonly x: Float32Array
  readonly target: DataTensor
}

/** Takes the steps; `batch` makes what step t = 1, 2, … is fed, `after` sees the weights then and says whether to go on. */
export async function train(
  problem: Problem,
  training: Training,
  batch: (t: number) => Rows,
  after: (t: number, weights: () => NamedTensors) => Promise<boolean>,
): Promise<void> {
  const { rows, steps, learningRate, warmup, seed, threads, optimizer } = training
  const x = input('x', 'float32', [rows, ...problem.inputShape])
  const target = input('target', problem.targetType, [rows, ...problem.targetShape])
  const step = input('step', 'int64', [])
  const trainer = await Trainer.open({
    loss: problem.loss(problem.network(x, { step, seed }), target),
    inputs: [x, target],
    stepInput: step,
    seed,
    threads,
    optimizer,
  })
  for (let t = 1; t <= steps; t++) {
    const fed = batch(t)
    const rate = learningRateAt(t, steps, learningRate, warmup)
    await trainer.step({ x: float32(fed.x, x.shape), target: fed.target }, rate)
    if (!(await after(t, () => trainer.weights()))) break
  }
  await trainer.close()
}

/** The network with weights inside, for `rows` rows a run. */
export async function open(
  problem: Problem,
  weights: NamedTensors,
  rows: number,
  threads: number,
): Promise<Session> {
  const x = input('x', 'float32', [rows, ...problem.inputShape])
  const output = problem.network(x)
  const replace = new Map(
    parametersOf([output]).map((value): [Value, Value] => {
      const name = value.source.kind === 'parameter' ? value.source.name : ''
      return [value, constant(weights.get(name)!.data, 'float32', value.shape)]
    }),
  )
  return Session.open(emit({ name: 'benchmark', inputs: [x], outputs: { output }, replace }), { threads })
}

/** The outputs of all `count` rows, some per run; rows that fill up the last run are left out. */
export async function outputs(
  problem: Problem,
  weights: NamedTensors,
  x: Float32Array,
  { rows, threads }: { readonly rows: number; readonly threads: number },
): Promise<Float32Array[]> {
  const session = await open(problem, weights, rows, threads)
  const size = sizeOf(problem.inputShape)
  const count = x.length / size
  const parts: Float32Array[] = []
  for (let from = 0; from < count; from += rows) {
    const fed = new Float32Array(rows * size)
    fed.set(x.subarray(from * size, Math.min(count, from + rows) * size))
    const { output } = await session.run({ x: float32(fed, [rows, ...problem.inputShape]) })
    const used = (output!.length / rows) * Math.min(rows, count - from)
    parts.push((output as Float32Array).slice(0, used))
  }
  await session.close()
  return parts
}

/** The numbers 0 … count − 1 in a random order. */
export function shuffled(count: number, random: () => number): number[] {
  const order = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const [a, b] = [order[i]!, order[j]!]
    order[i] = b
    order[j] = a
  }
  return order
}

/** Endless passes over 0 … count − 1, each in another order, `size` at a time; a rest at a pass's end opens the next batch. */
export function batchesOf(count: number, size: number, seed: number): () => number[] {
  const random = randomFrom(seed)
  let waiting: number[] = []
  return () => {
    while (waiting.length < size) waiting.push(...shuffled(count, random))
    const batch = waiting.slice(0, size)
    waiting = waiting.slice(size)
    return batch
  }
}
