// A classifier against the same network written in PyTorch: probabilities, every gradient, its AdamW steps.
import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { FIELDS, TENSOR_NAMES, WINDOW } from '../../../src/contract/timeframes.ts'
import { exportClassifier, predictInChunks } from '../../../src/models/classifier.ts'
import { trainingLoss, type Network } from '../../../src/models/labelled-rows.ts'
import type { ClassifierDefinition } from '../../../src/models/model.ts'
import { emit } from '../../../src/nn/emit.ts'
import { gradients, parametersOf } from '../../../src/nn/gradient.ts'
import { learningRateAt, type AdamWOptions } from '../../../src/nn/optimizer.ts'
import { float32, float64, int64, Session, type DataTensor } from '../../../src/nn/runtime.ts'
import { Trainer } from '../../../src/nn/trainer.ts'
import { constant, type Value } from '../../../src/nn/value.ts'
import { readWeights, type NamedTensors } from '../../../src/nn/weights.ts'
import { relativeError } from '../nn/evaluate.ts'

const folder = new URL('../../fixtures/nn/', import.meta.url)
const ROW = WINDOW * FIELDS

interface Facts {
  readonly hyperparameters: Readonly<Record<string, number>>
  readonly learningRate: number
  readonly steps: number
  readonly rows: number
  readonly labels: readonly number[]
  readonly weights: readonly number[]
  readonly losses: readonly number[]
  readonly probabilities: readonly number[]
}

/** The tests of a model whose fixture is `<id>.json` and `<id>.safetensors`; all fixtures share the inputs. */
export function describeTwin(model: ClassifierDefinition, network: Network): void {
  const twin = { network, labelSmoothing: model.hyperparameters['labelSmoothing'] as number }

  let facts: Facts
  let tensors: NamedTensors
  let raw: Float64Array

  beforeAll(async () => {
    facts = JSON.parse(await readFile(new URL(`${model.id}.json`, folder), 'utf8')) as Facts
    tensors = await readWeights(new URL(`${model.id}.safetensors`, folder).pathname)
    raw = new Float64Array(Uint8Array.from(await readFile(new URL('cnn.inputs.f64', folder))).buffer)
  })

  /** The tensors whose names begin with `part.`, without it. */
  function part(name: string): NamedTensors {
    const entries = [...tensors].filter(([key]) => key.startsWith(`${name}.`))
    return new Map(entries.map(([key, tensor]) => [key.slice(name.length + 1), tensor]))
  }

  const nameOf = ({ source }: Value): string => (source.kind === 'parameter' ? source.name : '')

  /** The rows from `from` on of one input; the file holds [row, timeframe, candle, field]. */
  function candles(timeframe: number, from: number, rows: number): Float64Array {
    const parts = Array.from({ length: rows }, (_, i) => {
      const at = ((from + i) * TENSOR_NAMES.length + timeframe) * ROW
      return raw.subarray(at, at + ROW)
    })
    return Float64Array.from(parts.flatMap((row) => [...row]))
  }

  function feeds(from: number): Record<string, DataTensor> {
    const { rows, labels, weights } = facts
    return {
      ...Object.fromEntries(
        TENSOR_NAMES.map((name, t) => [name, float64(candles(t, from, rows), [rows, WINDOW, FIELDS])]),
      ),
      labels: int64(labels.slice(from, from + rows), [rows]),
      row_weights: float32(Float32Array.from(weights.slice(from, from + rows)), [rows]),
    }
  }

  describe(`${model.name} and its PyTorch twin`, () => {
    it('have the same hyperparameters and parameters', () => {
      expect(model.hyperparameters).toMatchObject(facts.hyperparameters)
      const parameters = parametersOf([trainingLoss(twin, 1).loss])
      const shapes = Object.fromEntries(parameters.map((value) => [nameOf(value), value.shape]))
      expect(shapes).toEqual(
        Object.fromEntries([...part('initial')].map(([name, { shape }]) => [name, shape])),
      )
    })

    it('give the same probabilities', async () => {
      const session = await Session.open(exportClassifier(network, part('initial')), { threads: 1 })
      const count = facts.labels.length
      const inputs = Object.fromEntries(TENSOR_NAMES.map((name, t) => [name, candles(t, 0, count)]))
      const got = await predictInChunks(session, {
        count,
        tensors: inputs as Parameters<typeof predictInChunks>[1]['tensors'],
      })
      await session.close()
      got.forEach((p, i) => expect(Math.abs(p - facts.probabilities[i]!)).toBeLessThan(1e-5))
    })

    it('give the same gradient of every parameter', async () => {
      const { loss, inputs } = trainingLoss(twin, facts.rows)
      const parameters = parametersOf([loss])
      const grads = gradients(loss, parameters)
      const initial = part('initial')
      const graph = emit({
        name: 'gradients',
        inputs,
        outputs: Object.fromEntries(parameters.map((value, i) => [`of ${nameOf(value)}`, grads[i]!])),
        replace: new Map(
          parameters.map((value) => [
            value,
            constant(initial.get(nameOf(value))!.data, 'float32', value.shape),
          ]),
        ),
      })
      const session = await Session.open(graph, { threads: 1 })
      const results = await session.run(feeds(0))
      await session.close()
      for (const [name, { data }] of part('gradient')) {
        expect(relativeError(results[`of ${name}`] as Float32Array, data), name).toBeLessThan(1e-4)
      }
    })

    it('stay together over the AdamW steps with warm-up, decay and clipping', async () => {
      const optimizer = model.hyperparameters as unknown as AdamWOptions & { warmup: number }
      const trainer = await Trainer.open({
        ...trainingLoss(twin, facts.rows),
        seed: 1,
        threads: 1,
        optimizer,
      })
      const initial = [...trainer.weights().keys()].flatMap((name) => [...part('initial').get(name)!.data])
      trainer.restore({ ...trainer.state(), weights: Float32Array.from(initial) })
      const batches = facts.labels.length / facts.rows
      for (let t = 1; t <= facts.steps; t++) {
        const rate = learningRateAt(t, facts.steps, facts.learningRate, optimizer.warmup)
        const loss = await trainer.step(feeds(((t - 1) % batches) * facts.rows), rate)
        expect(Math.abs(loss - facts.losses[t - 1]!)).toBeLessThan(1e-3 + 1e-2 * facts.losses[t - 1]!)
      }
      await trainer.close()
      const end = trainer.weights()
      for (const [name, { data }] of part('final')) {
        expect(relativeError(end.get(name)!.data, data), name).toBeLessThan(5e-3)
      }
    })
  })
}
