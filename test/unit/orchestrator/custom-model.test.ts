// A user's own ONNX file: taken in when it fits the interface, refused in words when not, and kept from harming the server.
import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { TENSOR_NAMES } from '../../../src/contract/timeframes.ts'
import { cnn } from '../../../src/models/cnn.ts'
import type { ModelInputs } from '../../../src/models/model.ts'
import { add, cast, mul } from '../../../src/nn/elementwise.ts'
import { emit } from '../../../src/nn/emit.ts'
import { softmax } from '../../../src/nn/loss.ts'
import { reduceSum } from '../../../src/nn/reduce.ts'
import { concat, reshape } from '../../../src/nn/shape.ts'
import { BATCH, input, int64s, operation, scalar, type DType, type Value } from '../../../src/nn/value.ts'
import { Checkpoints } from '../../../src/orchestrator/checkpoints.ts'
import { customPredictor } from '../../../src/orchestrator/custom/custom-predictor.ts'
import { importModel } from '../../../src/orchestrator/custom/import-model.ts'
import { IsolatedModel, LIMITS } from '../../../src/orchestrator/custom/isolated-model.ts'
import { loadPredictor } from '../../../src/orchestrator/load-predictor.ts'
import { evenly, sluggish } from './sluggish.ts'

const GIB = 2 ** 30

interface Form {
  readonly names?: readonly string[]
  readonly dtype?: DType
  readonly length?: number
  /** From the sums of all inputs, float32 [batch, 1], to the output. */
  readonly output?: (sums: Value) => Value
}

/** A model of any form: the sum of everything it is fed, through `output`. */
function model({
  names = TENSOR_NAMES,
  dtype = 'float64',
  length = 100,
  output = evenly,
}: Form = {}): Uint8Array {
  const inputs = names.map((name) => input(name, dtype, [BATCH, length, 5]))
  const sums = inputs.map((each) => cast(reduceSum(reduceSum(each, [2]), [1], true), 'float32'))
  return emit({ name: 'own', inputs, outputs: { probabilities: output(sums.reduce(add)) } })
}

/** Fills `bytes` of memory before it answers. */
function hog(bytes: number): (sums: Value) => Value {
  return (sums) => {
    const one = reshape(reduceSum(sums, [0], true), [1])
    const size = bytes / 4
    const filled = operation('Expand', [one, int64s([size])], 'float32', [size])
    const used = reduceSum(mul(filled, filled), [0], true)
    return evenly(add(sums, mul(used, scalar(0))))
  }
}

async function place(): Promise<Checkpoints> {
  return new Checkpoints(await mkdtemp(join(tmpdir(), 'custom-')))
}

async function refusalOf(onnx: Uint8Array, limits = LIMITS): Promise<string> {
  const checkpoints = await place()
  const error = await importModel({ checkpoints, file: '/home/me/mine.onnx', onnx, limits }).then(
    () => null,
    (fault: unknown) => fault as { code: string; status: number; message: string },
  )
  expect(error).toMatchObject({ code: 'invalid_model_file', status: 422 })
  expect(await readdir(checkpoints.folder('.')).catch(() => [])).toEqual([])
  return error!.message
}

function someState(): ModelInputs {
  const tensors = Object.fromEntries(TENSOR_NAMES.map((name) => [name, new Float64Array(500).fill(7)]))
  return { count: 1, tensors: tensors as ModelInputs['tensors'] }
}

describe('a model of the right form', () => {
  it('becomes a checkpoint, and answers live what it answers anywhere', async () => {
    const learner = await cnn.createLearner({
      seed: 3,
      batchSize: 4,
      learningRate: 0.001,
      threads: 1,
      totalSteps: 1,
    })
    const onnx = cnn.exportOnnx(learner.weights())
    const checkpoints = await place()
    expect(await importModel({ checkpoints, file: 'mine.onnx', onnx, on: 0.7 })).toBe('0001')
    const loaded = await checkpoints.load('custom', '0001')
    expect(loaded.metadata).toMatchObject({
      name: 'Your own',
      rule: { on: 0.7 },
      hyperparameters: { file: 'mine.onnx' },
    })
    const predictor = await loadPredictor(loaded)
    expect([...(await predictor.predict(someState()))]).toEqual([...(await learner.predict(someState()))])
    await predictor.close()
    await learner.close()
  })
})

describe('a wrong file is refused by name', () => {
  it('names inputs that are missing, and all that was expected and found', async () => {
    const words = await refusalOf(model({ names: ['ohlcv_1s', 'ohlcv_1m', 'ohlcv_1h', 'candles'] }))
    expect(words).toContain('mine.onnx: input ohlcv_1d (float64 [batch, 100, 5]) is missing')
    expect(words).toContain('an input candles (float64 [')
    expect(words).toContain('Expected: inputs ohlcv_1s (float64 [batch, 100, 5])')
  })

  it('names a wrong type and a wrong shape', async () => {
    expect(await refusalOf(model({ dtype: 'float32' }))).toMatch(
      /input ohlcv_1s must be float64 \[batch, 100, 5\], but is float32 \[.*, 100, 5\]/,
    )
    expect(await refusalOf(model({ length: 50 }))).toMatch(/but is float64 \[.*, 50, 5\]/)
    expect(await refusalOf(model({ output: (sums) => evenlyTwo(sums) }))).toMatch(
      /output probabilities must be float32 \[batch, 3\], but is float32 \[.*, 2\]/,
    )
  })

  it('says when its numbers are no probabilities', async () => {
    const words = await refusalOf(model({ output: (sums) => concat([sums, sums, sums], 1) }))
    expect(words).toMatch(/no probabilities of BUY, SELL and HOLD.*is a softmax missing\? docs/)
  })

  it('says what ONNX Runtime says of garbage, of half a file and of an opset it does not know', async () => {
    expect(await refusalOf(new TextEncoder().encode('hello'))).toContain('mine.onnx: ')
    expect(await refusalOf(new Uint8Array())).toContain('mine.onnx: ')
    const whole = model()
    expect(await refusalOf(whole.subarray(0, whole.length / 2))).toContain('mine.onnx: ')
    const words = await refusalOf(withOpset(whole, 99))
    expect(words).toMatch(/could not be run: .*opset 99/i)
    // In one line, without ONNX Runtime's own source, with one full stop after each sentence.
    expect(words).not.toMatch(/onnxruntime_src|logging::|\n|\.\.|\?\./)
  })
})

function evenlyTwo(sums: Value): Value {
  const nothing = mul(sums, scalar(0))
  return softmax(concat([nothing, nothing], 1))
}

/** The last field of the file is the operator set: {domain, version}, the version a one-byte number. */
function withOpset(onnx: Uint8Array, version: number): Uint8Array {
  const copy = Uint8Array.from(onnx)
  const at = copy.findLastIndex((byte, i) => byte === 0x10 && copy[i + 1]! > 10 && copy[i + 1]! < 30)
  expect(at).toBeGreaterThan(0)
  copy[at + 1] = version
  return copy
}

describe('limits', () => {
  it('ends a model that answers too slowly, at once', async () => {
    const limits = { ...LIMITS, answerMs: 100 }
    const slow = await IsolatedModel.open(model({ output: sluggish(400) }), limits)
    await expect(slow.predict(someState())).rejects.toMatchObject({ code: 'model_too_slow' })
    await expect.poll(() => slow.alive()).toBe(false)
  })

  it('ends a model that takes too much memory', async () => {
    // No limit of time ends it first, however busy the machine is.
    const limits = { ...LIMITS, answerMs: 280_000, memoryBytes: GIB }
    const large = await IsolatedModel.open(model({ output: hog(6 * GIB) }), limits)
    await expect(large.predict(someState())).rejects.toMatchObject({ code: 'model_out_of_memory' })
    await expect.poll(() => large.alive()).toBe(false)
  })

  it('starts the process again, and answers as before', async () => {
    const onnx = model()
    const predictor = await customPredictor({ version: '0001', onnx })
    const first = await predictor.predict(someState())
    killChildren()
    await expect(predictor.predict(someState())).rejects.toMatchObject({ code: 'model_failed' })
    await expect
      .poll(() => predictor.predict(someState()).catch(() => null), { timeout: 15_000 })
      .toEqual(first)
    await predictor.close()
  })
})

function killChildren(): void {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n')
  for (const line of lines) {
    const [, pid, parent, args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    if (Number(parent) === process.pid && args.includes('model-process')) process.kill(Number(pid), 'SIGKILL')
  }
}
