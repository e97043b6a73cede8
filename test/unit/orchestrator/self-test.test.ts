// The self-test of a checkpoint: kept when it is published, asked again before it goes live, refused where it answers otherwise.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Checkpoints, type LoadedCheckpoint } from '../../../src/orchestrator/checkpoints.ts'
import { loadPredictor } from '../../../src/orchestrator/load-predictor.ts'
import { selfTestFile, selfTestOf } from '../../../src/orchestrator/self-test.ts'
import { trialInputs } from '../../../src/orchestrator/trial-inputs.ts'
import { untrainedCnn } from '../inference/checkpoint.ts'
import { contentOf } from './content.ts'

let root: string
let checkpoints: Checkpoints
let onnx: Uint8Array
let other: Uint8Array

beforeAll(async () => {
  onnx = await untrainedCnn(1)
  other = await untrainedCnn(2)
})
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'annotate-self-test-'))
  checkpoints = new Checkpoints(root)
})
afterEach(() => rm(root, { recursive: true, force: true }))

async function published(selfTest?: Uint8Array | null): Promise<LoadedCheckpoint> {
  const content = { ...contentOf(1), onnx, ...(selfTest === undefined ? {} : { selfTest }) }
  return checkpoints.load('cnn', await checkpoints.publish('cnn', content))
}

describe('a checkpoint goes live', () => {
  it('where it answers what it answered when it was made', async () => {
    const test = await selfTestOf(onnx)
    const checkpoint = await published(test)
    expect(Buffer.from(checkpoint.selfTest!)).toEqual(Buffer.from(test!))
    const predictor = await loadPredictor(checkpoint)
    await predictor.close()
  })

  it('where it is of before there were self-tests', async () => {
    const checkpoint = await published()
    expect([checkpoint.selfTest, checkpoint.metadata.files['self_test.json']]).toEqual([null, undefined])
    const predictor = await loadPredictor(checkpoint)
    await predictor.close()
  })
})

describe('a checkpoint is refused', () => {
  it('where its network answers otherwise, with both answers', async () => {
    const refused = loadPredictor(await published(await selfTestOf(other)))
    await expect(refused).rejects.toMatchObject({ code: 'self_test_failed', status: 409 })
    await expect(refused).rejects.toThrow(
      /Checkpoint 0001 of cnn .* answers 0\.\d{4}, 0\.\d{4}, 0\.\d{4} where 0\.\d{4}, .* stands in self_test\.json/,
    )
  })

  it.each([
    ['no JSON', Buffer.from('{')],
    ['another file', Buffer.from('{"schema_version": 1}')],
    ['no state', Buffer.from('{"schema_version":1,"count":0,"candles":{},"probabilities":[]}')],
  ])('where its self-test is %s', async (_, bytes) => {
    await expect(loadPredictor(await published(bytes))).rejects.toThrow(/self_test\.json is not as expected/)
  })

  it('where its states are of another shape than it says', async () => {
    const test = JSON.parse(Buffer.from((await selfTestOf(onnx))!).toString()) as { count: number }
    const bytes = Buffer.from(JSON.stringify({ ...test, count: test.count + 1 }))
    await expect(loadPredictor(await published(bytes))).rejects.toThrow(/self_test\.json is not as expected/)
  })

  it('where its self-test was changed by hand, or is gone', async () => {
    await published(await selfTestOf(onnx))
    const path = join(root, 'cnn', '0001', 'self_test.json')
    const text = await readFile(path, 'utf8')
    await writeFile(path, text.replace('"count":3', '"count":2'))
    expect((await checkpoints.list('cnn'))[0]?.broken).toContain('self_test.json differs from the hash')
    await rm(path)
    expect((await checkpoints.list('cnn'))[0]?.broken).toContain('self_test.json cannot be read')
  })
})

it('is the same bytes for the same network, and stays when the checkpoint says something else of itself', async () => {
  expect(await selfTestOf(onnx)).toEqual(await selfTestOf(onnx))
  const { metadata } = await published(await selfTestOf(onnx))
  const content = contentOf(1)
  await checkpoints.restate('cnn', '0001', {
    ...content,
    onnx,
    metadata: { ...content.metadata, validation_reason: 'done' },
  })
  const again = await checkpoints.load('cnn', '0001')
  expect(again.metadata.files).toEqual(metadata.files)
  expect(again.metadata.validation_reason).toBe('done')
})

it('is none of answers that are no numbers, and none of a network that does not open', async () => {
  expect(await selfTestOf(Uint8Array.from([1, 2, 3]))).toBeNull()
  expect(selfTestFile(trialInputs(false), Float32Array.from([Number.NaN, 0, 0]))).toBeNull()
})
