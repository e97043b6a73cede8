// A process that takes some steps in two parts on two cores and says what came of them; it has to end by itself, whatever goes wrong.
import { mul, scale } from '../../../src/nn/elementwise.ts'
import { reduceSum } from '../../../src/nn/reduce.ts'
import { float32 } from '../../../src/nn/runtime.ts'
import { filled } from '../../../src/nn/random.ts'
import { Trainer } from '../../../src/nn/trainer.ts'
import { input, parameter } from '../../../src/nn/value.ts'
import { transformer } from '../../../src/models/transformer.ts'

const optimizer = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clipNorm: 1 }

/** The loss goes through numbers below the smallest normal one and back. */
async function throughDenormals(cores: number): Promise<unknown> {
  const x = input('x', 'float32', [2])
  const tiny = scale(scale(mul(x, parameter('w', [2], filled(1))), 1e-30), 1e-12)
  const loss = reduceSum(scale(scale(tiny, 1e30), 1e12))
  const trainer = await Trainer.open({
    loss,
    inputs: [x],
    seed: 1,
    threads: 1,
    optimizer,
    parts: { count: 2, cores },
  })
  const before = await trainer.step({ x: float32(Float32Array.of(1, 2, 3, 4), [4]) }, 0.1)
  await trainer.close()
  return before
}

/** One step is fed too little: it fails while the other part is at work. */
async function fedTooLittle(): Promise<unknown> {
  const x = input('x', 'float32', [2])
  const loss = reduceSum(mul(x, parameter('w', [2], filled(1))))
  const parts = { count: 2, cores: 2 }
  const trainer = await Trainer.open({ loss, inputs: [x], seed: 1, threads: 1, optimizer, parts })
  const losses: unknown[] = []
  for (const values of [[1, 2, 3, 4], [1, 2, 3], [1], [1, 2, 3, 4]]) {
    const step = trainer.step({ x: float32(Float32Array.from(values), [values.length]) }, 0)
    losses.push(await step.catch((error: unknown) => String(error).slice(0, 10)))
  }
  await trainer.close()
  return losses
}

/** The learner is not opened: its first weights are of another network. */
async function otherWeights(): Promise<unknown> {
  const { batchSize, learningRate } = transformer.defaults
  const options = { seed: 1, threads: 1, totalSteps: 1, batchSize, learningRate, cores: 2 }
  return transformer
    .createLearner({ ...options, initial: new Map() })
    .catch(({ code }: { code: string }) => code)
}

const WHAT: Readonly<Record<string, () => Promise<unknown>>> = {
  denormals1: () => throughDenormals(1),
  denormals2: () => throughDenormals(2),
  fedTooLittle,
  otherWeights,
}

process.send?.(await WHAT[process.argv[2] ?? '']?.())
process.disconnect()
