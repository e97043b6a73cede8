// /api/models/custom/checkpoints: a file comes in, is listed and goes live; a wrong one changes nothing.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ModelOut, ModelsOut } from '../../../src/contract/training.ts'
import { cnn } from '../../../src/models/cnn.ts'
import { startServer, type Harness } from './harness.ts'

const PATH = '/api/models/custom/checkpoints'
const headers = { 'content-type': 'application/octet-stream' }

let server: Harness
let onnx: Uint8Array
beforeAll(async () => {
  server = await startServer('stored')
  const learner = await cnn.createLearner({
    seed: 1,
    batchSize: 2,
    learningRate: 0.001,
    threads: 1,
    totalSteps: 1,
  })
  onnx = cnn.exportOnnx(learner.weights())
  await learner.close()
})
afterAll(() => server.stop())

describe('a file of one’s own', () => {
  it('is refused in words when it is wrong, and nothing is kept', async () => {
    const wrong = await server.call('POST', `${PATH}?name=mine.onnx`, { raw: 'not a model', headers })
    expect(wrong).toMatchObject({ status: 422, body: { error: { code: 'invalid_model_file' } } })
    const half = onnx.subarray(0, onnx.length / 2)
    expect((await server.call('POST', `${PATH}?name=mine.onnx`, { raw: half, headers })).status).toBe(422)
    expect((await server.call('POST', PATH, { raw: onnx, headers })).status).toBe(400)
    expect((await custom()).checkpoints).toEqual([])
  })

  it('is listed, promoted and run', async () => {
    const taken = await server.call<ModelOut>('POST', `${PATH}?name=mine.onnx&on=0.7`, { raw: onnx, headers })
    expect(taken).toMatchObject({ status: 201, body: { id: 'custom', promoted: '0001' } })
    expect((await custom()).checkpoints).toMatchObject([
      { version: '0001', file: 'mine.onnx', broken: null, calibrated: false },
    ])
    const session = await server.call<{ id: string }>('POST', '/api/inference-sessions', {
      body: { model: 'custom', symbol: 'ETH/USDT' },
    })
    expect(session.status).toBe(201)
    const stopped = await server.call('POST', `/api/inference-sessions/${session.body.id}/stop`)
    expect(stopped.status).toBe(200)
  })
})

async function custom(): Promise<ModelOut> {
  const { body } = await server.call<ModelsOut>('GET', '/api/models')
  return body.models.find(({ id }) => id === 'custom')!
}
