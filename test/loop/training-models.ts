// Learners small enough for tests: multinomial logistic regression on a few moves of the raw candles, and agents that learn for less long.
import type {
  AgentDefinition,
  Batch,
  Learner,
  LearnerOptions,
  LearnerState,
  ModelDefinition,
  ModelInputs,
} from '../../src/models/model.ts'
import { EQUAL_CLASSES } from '../../src/contract/parameters.ts'
import { cnn } from '../../src/models/cnn.ts'
import { cobRl } from '../../src/models/cob-rl.ts'
import { dqn } from '../../src/models/dqn.ts'
import type { NamedTensors } from '../../src/nn/weights.ts'
import { randomFrom } from '../../src/nn/random.ts'

const FEATURES = 7
const CLASSES = 3
const ROW = 500

/** Moves of the last 10 and 30 seconds and 5 minutes in the last hour's mean minute range, their sizes, and a bias. */
function featuresOf({ tensors }: ModelInputs, row: number): number[] {
  const seconds = tensors.ohlcv_1s.subarray(row * ROW, (row + 1) * ROW)
  const minutes = tensors.ohlcv_1m.subarray(row * ROW, (row + 1) * ROW)
  const close = (candles: Float64Array, back: number) => candles[(99 - back) * 5 + 3]!
  let range = 0
  for (let i = 40; i < 99; i++) range += (minutes[i * 5 + 1]! - minutes[i * 5 + 2]!) / 59
  const scale = Math.max(range, 1e-9)
  const moves = [
    (close(seconds, 0) - close(seconds, 10)) / scale,
    (close(seconds, 0) - close(seconds, 30)) / scale,
    (close(minutes, 0) - close(minutes, 5)) / scale,
  ].map((move) => Math.max(-5, Math.min(5, move)))
  return [...moves, ...moves.map(Math.abs), 1]
}

class TinyLearner implements Learner {
  readonly #options: LearnerOptions
  readonly #weights: Float32Array

  constructor(options: LearnerOptions) {
    const random = randomFrom(options.seed)
    this.#options = options
    this.#weights = Float32Array.from({ length: FEATURES * CLASSES }, () => 0.01 * (random() - 0.5))
    const initial = options.initial?.get('logits')
    if (initial !== undefined) this.#weights.set(initial.data)
  }

  async step(batches: readonly Batch[]): Promise<Float32Array> {
    const slow = process.env['ANNOTATE_TEST_SLOW']
    if (slow !== undefined) await new Promise((done) => setTimeout(done, Number(slow) || 200))
    if (process.env['ANNOTATE_TEST_CRASH'] !== undefined) process.kill(process.pid, 'SIGKILL')
    return Float32Array.from(batches, (batch) => this.#stepOne(batch))
  }

  predict(inputs: ModelInputs): Promise<Float32Array> {
    const out = new Float32Array(inputs.count * CLASSES)
    for (let row = 0; row < inputs.count; row++)
      out.set(this.#probabilities(featuresOf(inputs, row)), row * CLASSES)
    return Promise.resolve(out)
  }

  weights(): NamedTensors {
    return new Map([['logits', { shape: [CLASSES, FEATURES], data: this.#weights.slice() }]])
  }

  save(): LearnerState {
    return { facts: {}, arrays: { weights: this.#weights.slice() } }
  }

  restore({ arrays }: LearnerState): void {
    this.#weights.set(arrays['weights']!)
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  #stepOne({ inputs, labels, weights }: Batch): number {
    let [loss, total] = [0, 0]
    const gradient = new Float64Array(FEATURES * CLASSES)
    for (let row = 0; row < inputs.count; row++) {
      const x = featuresOf(inputs, row)
      const p = this.#probabilities(x)
      const weight = weights[row]!
      total += weight
      loss -= weight * Math.log(Math.max(p[labels[row]!]!, 1e-12))
      for (let c = 0; c < CLASSES; c++) {
        const error = weight * (p[c]! - (labels[row] === c ? 1 : 0))
        for (let f = 0; f < FEATURES; f++) gradient[c * FEATURES + f]! += error * x[f]!
      }
    }
    for (const [i, g] of gradient.entries()) this.#weights[i]! -= (this.#options.learningRate * g) / total
    return loss / total
  }

  #probabilities(x: readonly number[]): number[] {
    const logits = Array.from({ length: CLASSES }, (_, c) =>
      x.reduce((sum, value, f) => sum + value * this.#weights[c * FEATURES + f]!, 0),
    )
    const most = Math.max(...logits)
    const powers = logits.map((logit) => Math.exp(logit - most))
    const sum = powers.reduce((a, b) => a + b, 0)
    return powers.map((power) => power / sum)
  }
}

const tiny: ModelDefinition = {
  id: 'tiny',
  name: 'Logistic regression',
  needs: [],
  defaults: { batchSize: 32, learningRate: 0.3, views: 4, classWeights: EQUAL_CLASSES, augmentation: true },
  hyperparameters: { features: FEATURES, views: 2 },
  createLearner: (options) => Promise.resolve(new TinyLearner(options)),
  exportOnnx: (weights) => new Uint8Array(weights.get('logits')!.data.buffer.slice(0)),
}

/** Trained as usual, only less. */
function shortened(model: AgentDefinition, pretrainSteps: number, epochSteps: number): AgentDefinition {
  const settings = { ...model.agent.settings, pretrainSteps, epochSteps, replaySize: 512, environments: 4 }
  return { ...model, agent: { ...model.agent, settings } }
}

export const shortDqn = shortened(dqn, 60, 150)
export const shortCobRl = shortened(cobRl, 10, 60)

export const MODELS: readonly ModelDefinition[] = [tiny, cnn, shortDqn]
