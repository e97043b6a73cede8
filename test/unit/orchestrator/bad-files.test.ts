// Checkpoints whose files are wrong inside although their hashes are right: refused by name, by a server that goes on.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cnn } from '../../../src/models/cnn.ts'
import { encodeWeights } from '../../../src/nn/weights.ts'
import { Checkpoints } from '../../../src/orchestrator/checkpoints.ts'
import { loadPredictor } from '../../../src/orchestrator/load-predictor.ts'
import { parentOf } from '../../../src/training/data/parent.ts'
import { contentOf } from './content.ts'

let root: string
let checkpoints: Checkpoints
let onnx: Uint8Array
let weights: Uint8Array

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'annotate-bad-'))
  checkpoints = new Checkpoints(root)
  const options = { seed: 1, batchSize: 2, learningRate: 0.001, threads: 1, totalSteps: 1 }
  if (!('createLearner' in cnn)) throw new Error('the CNN is a classifier')
  const learner = await cnn.createLearner(options)
  onnx = cnn.exportOnnx(learner.weights())
  weights = encodeWeights(learner.weights())
  await learner.close()
})
afterEach(() => rm(root, { recursive: true, force: true }))

async function published(change: { onnx?: Uint8Array; weights?: Uint8Array }) {
  const version = await checkpoints.publish('cnn', { ...contentOf(1), onnx, weights, ...change })
  return checkpoints.load('cnn', version)
}

describe('a network', () => {
  it.each([
    ['of an opset that does not exist', () => withOpset(onnx, 99), /opset/i],
    ['cut off in the middle', () => onnx.subarray(0, onnx.length >> 1), /model\.onnx of checkpoint 0001/],
    ['of no bytes', () => new Uint8Array(), /model\.onnx of checkpoint 0001/],
    ['of other bytes', () => Uint8Array.from({ length: 5000 }, (_, i) => i * 7), /model\.onnx/],
  ])('%s is refused when it goes live', async (_, bad, words) => {
    const refused = loadPredictor(await published({ onnx: bad() }))
    await expect(refused).rejects.toMatchObject({ code: 'broken_checkpoint', status: 409 })
    await expect(refused).rejects.toThrow(words)
    // The same process loads a sound one.
    const sound = await loadPredictor(await published({}))
    await sound.close()
  })
})

describe('weights', () => {
  it.each([
    ['cut off', () => weights.subarray(0, weights.length - 9), /0001\/weights\.safetensors.*cannot be read/],
    ['cut off in the header', () => weights.subarray(0, 40), /weights\.safetensors.*header is cut off/],
    ['of no bytes', () => new Uint8Array(), /weights\.safetensors.*too short/],
    [
      'with a header length of a petabyte',
      () => Uint8Array.from([0, 0, 0, 0, 0, 0, 4, 0, 1, 2, 3]),
      /weights\.safetensors.*header is cut off/,
    ],
  ])('%s are refused when a run begins from them', async (_, bad, words) => {
    const loaded = await published({ weights: bad() })
    expect(() => parentOf(loaded)).toThrow(words)
    expect(() => parentOf(loaded)).toThrow(expect.objectContaining({ code: 'unreadable_weights' }))
  })
})

/** ModelProto.opset_import is field 8: OperatorSetIdProto, whose field 2 is the version. */
function withOpset(bytes: Uint8Array, version: number): Uint8Array {
  const changed = Uint8Array.from(bytes)
  for (let i = changed.length - 4; i >= 0; i--) {
    const isImport = changed[i] === 0x42 && changed[i + 1]! <= 6
    if (!isImport) continue
    for (let j = i + 2; j < i + 2 + changed[i + 1]!; j++) {
      if (changed[j] === 0x10) {
        changed[j + 1] = version
        return changed
      }
    }
  }
  throw new Error('no opset import found')
}
