// The CNN's encoder as a classifier of plain series: trained on a data set's training part, scored on its test part.
import { convEncoder, type ConvEncoderShape } from '../../src/models/series-cnn.ts'
import { dropout } from '../../src/nn/dropout.ts'
import { crossEntropy } from '../../src/nn/loss.ts'
import { linear } from '../../src/nn/matmul.ts'
import { filled, uniform } from '../../src/nn/random.ts'
import { reduceMean } from '../../src/nn/reduce.ts'
import { reshape } from '../../src/nn/shape.ts'
import { int64 } from '../../src/nn/runtime.ts'
import { parameter, type Value } from '../../src/nn/value.ts'
import type { NamedTensors } from '../../src/nn/weights.ts'
import { ADAM, batchesOf, outputs, train, type Mode, type Problem } from './network.ts'
import type { LabelledSeries } from './ucr.ts'

export interface SeriesRecipe extends ConvEncoderShape {
  readonly dropout: number
  readonly rows: number
  readonly steps: number
  readonly learningRate: number
  readonly weightDecay: number
}

/** The share of the test cases put into their class after the last step; nothing is chosen by looking at them. */
export async function testAccuracy(
  recipe: SeriesRecipe,
  { train: seen, test }: { readonly train: LabelledSeries; readonly test: LabelledSeries },
  seed: number,
): Promise<number> {
  const problem = classifier(recipe, seen)
  const size = seen.length * seen.channels
  const next = batchesOf(seen.count, recipe.rows, seed)
  let trained: NamedTensors | undefined
  const batch = () => {
    const cases = next()
    const x = new Float32Array(recipe.rows * size)
    cases.forEach((i, row) => x.set(seen.x.subarray(i * size, (i + 1) * size), row * size))
    const labels = cases.map((i) => seen.labels[i]!)
    return { x, target: int64(labels, [recipe.rows]) }
  }
  const { rows, steps, learningRate, weightDecay } = recipe
  const optimizer = { ...ADAM, weightDecay }
  await train(
    problem,
    { seed, rows, steps, learningRate, threads: 1, optimizer, warmup: 0.1 },
    batch,
    (t, weights) => {
      if (t === steps) trained = weights()
      return Promise.resolve(true)
    },
  )
  const answers = await outputs(problem, trained!, test.x, { rows: 64, threads: 1 })
  return accuracy(answers, test)
}

function classifier(recipe: SeriesRecipe, { length, channels, classes }: LabelledSeries): Problem {
  const network = (x: Value, mode?: Mode): Value => {
    const encoded = convEncoder('series', x, recipe)
    const n = encoded.shape[2]!
    const features = reshape(encoded, [x.shape[0]!, n])
    const kept = mode === undefined ? features : dropout(features, recipe.dropout, mode.step, mode.seed)
    const weight = parameter('head.weight', [n, classes.length], uniform(Math.sqrt(1 / n)))
    return linear(kept, weight, parameter('head.bias', [classes.length], filled(0), false))
  }
  const loss = (logits: Value, labels: Value): Value => reduceMean(crossEntropy(logits, labels))
  return { inputShape: [length, channels], targetShape: [], targetType: 'int64', network, loss }
}

function accuracy(answers: readonly Float32Array[], { labels, classes, count }: LabelledSeries): number {
  const logits = answers.flatMap((part) => [...part])
  const n = classes.length
  const right = labels.filter((label, i) => {
    const row = logits.slice(i * n, (i + 1) * n)
    return row.indexOf(Math.max(...row)) === label
  })
  return right.length / count
}
