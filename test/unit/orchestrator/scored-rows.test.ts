// Scores and rows in one run: the bits of each by itself, for any number of states, and next to nothing computed for the row alone.
import { expect, it } from 'vitest'
import { TENSOR_NAMES } from '../../../src/contract/timeframes.ts'
import { allocateInputs } from '../../../src/market-state/tensors.ts'
import type { StateInputs } from '../../../src/market-state/tensors.ts'
import { cnn } from '../../../src/models/cnn.ts'
import { instant } from '../../../src/models/instant.ts'
import { exportMomentRow, ROW_SIZE, withMomentRow } from '../../../src/models/moment-row.ts'
import { transformer } from '../../../src/models/transformer.ts'
import { MomentMaker } from '../../../src/moments/moment-rows.ts'
import { randomFrom } from '../../../src/nn/random.ts'
import { besides, ScoredRows } from '../../../src/orchestrator/scored-rows.ts'
import { loadPredictor } from '../../../src/orchestrator/load-predictor.ts'
import { selfTestOf } from '../../../src/orchestrator/self-test.ts'
import { lineWeights } from '../../../src/training/learning/ridge.ts'

const STATE = 500

/** Candles that move by less the longer they are, with silent ones among them. */
function states(count: number): StateInputs {
  const random = randomFrom(3)
  const inputs = allocateInputs(count)
  for (const name of TENSOR_NAMES) {
    let price = 2000
    for (let i = 0; i < 100 * count; i++) {
      const isSilent = random() < 0.1
      const move = isSilent ? 0 : random() - 0.5
      const [open, close] = [price, price + move]
      const range = isSilent ? 0 : random()
      const candle = [open, Math.max(open, close) + range, Math.min(open, close) - range, close]
      inputs.tensors[name].set([...candle, isSilent ? 0 : 10 * random()], 5 * i)
      price = close
    }
  }
  return inputs
}

function first(inputs: StateInputs, count: number): StateInputs {
  const tensors = { ...inputs.tensors }
  for (const name of TENSOR_NAMES) tensors[name] = inputs.tensors[name].subarray(0, count * STATE)
  return { count, tensors }
}

async function exported(id: 'cnn' | 'transformer' | 'instant'): Promise<Uint8Array> {
  if (id === 'instant') {
    const random = randomFrom(5)
    const weights = Float64Array.from({ length: ROW_SIZE }, () => 0.01 * (random() - 0.5))
    return instant.exportOnnx(lineWeights({ weights, bias: 0.25 }))
  }
  const { createLearner, exportOnnx } = id === 'cnn' ? cnn : transformer
  const learner = await createLearner({
    seed: 1,
    batchSize: 8,
    learningRate: 0.001,
    threads: 1,
    totalSteps: 1,
  })
  const onnx = exportOnnx(learner.weights())
  await learner.close()
  return onnx
}

it.each(['cnn', 'transformer', 'instant'] as const)('%s', async (model) => {
  const onnx = await exported(model)
  const predictor = await loadPredictor({ model, version: '0001', onnx, selfTest: await selfTestOf(onnx) })
  const maker = await MomentMaker.open()
  const both = (await ScoredRows.open({ model, onnx }))!
  const all = states(64)
  for (const count of [1, 2, 7, 64]) {
    const asked = first(all, count)
    const apart = besides(await predictor.predict(asked), await maker.rowsOf(asked), count)
    const together = await both.of(asked)
    expect(Buffer.from(together.buffer).equals(Buffer.from(apart.buffer)), `${count} states`).toBe(true)
  }
  expect(new Set(await predictor.predict(first(all, 2))).size).toBeGreaterThan(2)
  await Promise.all([predictor.close(), maker.close(), both.close()])
  expect(withMomentRow(onnx).length - onnx.length).toBeLessThan(exportMomentRow().length / 4)
})

it('is not for a model of the user, of which nobody knows what it reads', async () => {
  expect(await ScoredRows.open({ model: 'custom', onnx: new Uint8Array(0) })).toBeNull()
})
