// A checkpoint goes live before its validation is done, says so, and takes its thresholds from it afterwards, under the same version.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { SessionOut } from '../../src/contract/inference.ts'
import type { ModelOut, TrainingRunOut } from '../../src/contract/training.ts'
import { SECOND } from '../../src/core/time.ts'
import { DemoServer, ENTRIES, MARKET } from './demo-server.ts'

describe('a provisional checkpoint', { timeout: 240_000 }, () => {
  let server: DemoServer
  let run: TrainingRunOut
  let session: SessionOut

  beforeAll(async () => {
    server = await DemoServer.start()
    for (const entry of ENTRIES) await server.mark(entry, 60 * SECOND)
    await server.review(75)
  }, 150_000)
  afterAll(() => server.stop())

  const metadata = () => {
    const { checkpoints } = server.harness.workspace
    const text = readFileSync(join(checkpoints, 'cnn', '0001', 'metadata.json'), 'utf8')
    return JSON.parse(text) as {
      state: string
      rule: { on: number }
      validation: object | null
      seed: number
      files: Record<string, string>
    }
  }
  const read = () => server.call<TrainingRunOut>('GET', `/api/training-runs/${run.id}`)
  async function listed() {
    const { models } = await server.call<{ models: ModelOut[] }>('GET', '/api/models')
    return models.find(({ id }) => id === 'cnn')!
  }

  it('is published while the folds are still to be done, and says what it is', async () => {
    const body = { model: 'cnn', seed: 4, epochs: 2, views: 1, augmentation: false }
    run = await server.call('POST', '/api/training-runs', body)
    await vi.waitUntil(async () => (await read()).checkpoint !== null, { timeout: 120_000, interval: 20 })
    run = await server.call('POST', `/api/training-runs/${run.id}/pause`)
    expect(run).toMatchObject({ status: 'PAUSED', checkpoint: '0001', validation: null })
    expect(metadata()).toMatchObject({ state: 'provisional', validation: null, calibration: null })
    expect((await listed()).checkpoints).toMatchObject([{ version: '0001', state: 'provisional' }])
  })

  it('runs live', async () => {
    // It passed the self-test that it carries.
    expect(metadata().files).toHaveProperty(['self_test.json'])
    session = await server.call('POST', '/api/inference-sessions', { model: 'cnn', symbol: MARKET.symbol })
    expect(session.checkpoint).toBe('0001')
    const [signal] = await server.live(session.id, 1)
    expect(signal).toMatchObject({ checkpoint: '0001', confidence: null, reason: null })
  })

  it('is validated under the same version, and the session takes its thresholds at a second that it names', async () => {
    const told: ModelOut[] = []
    server.harness.app.bus.on('model', (model) => told.push(model))
    const judged: [TrainingRunOut, string][] = []
    server.harness.app.bus.on('training', (each) => {
      if (each.status === 'RUNNING' && each.validation !== null) judged.push([each, metadata().state])
    })
    const { rule: ruleBefore, files } = metadata()
    const before = ruleBefore.on
    await server.call('POST', `/api/training-runs/${run.id}/resume`)
    await vi.waitUntil(async () => (await read()).status === 'COMPLETED', { timeout: 200_000, interval: 50 })
    const { validation } = await read()
    expect(validation).toMatchObject({ folds: 3, floors: expect.any(Array) })
    // It is so before it is compared with anything.
    const { floors, against_instant, seeds, permutation, ...alone } = validation!
    expect([floors?.length, against_instant, seeds, permutation]).toEqual([5, expect.any(Object), null, null])
    expect(judged[0]).toEqual([
      expect.objectContaining({ checkpoint: '0001', validation: alone }),
      'validated',
    ])
    const { rule, ...after } = metadata()
    expect(after).toMatchObject({ state: 'validated', validation: { method: expect.any(String) }, files })
    await vi.waitUntil(() => told.some(({ checkpoints }) => checkpoints[0]?.state === 'validated'), {
      timeout: 10_000,
    })
    expect((await listed()).checkpoints).toHaveLength(1)

    const signals = await server.live(session.id, 1)
    const { warnings } = await server.call<SessionOut>('GET', `/api/inference-sessions/${session.id}`)
    const at = signals.at(-1)!.timestamp
    const change = `calls open at ${rule.on.toFixed(2)}, where it was ${before.toFixed(2)}`
    expect(warnings).toEqual([`Checkpoint 0001 is validated: from ${at} on ${change}.`])
    await server.live(session.id, 1)
    const later = await server.call<SessionOut>('GET', `/api/inference-sessions/${session.id}`)
    expect(later.warnings).toHaveLength(1)
  })

  it('of the instant model is validated before its entries are placed at random', async () => {
    const told: TrainingRunOut[] = []
    server.harness.app.bus.on('training', (each) => void told.push(each))
    const body = { model: 'instant', seed: 4, permutation_test: true }
    run = await server.call('POST', '/api/training-runs', body)
    await vi.waitUntil(async () => (await read()).status === 'COMPLETED', { timeout: 200_000, interval: 50 })
    const { validation } = await read()
    expect(validation!.permutation).toMatchObject({ placements: 19 })
    const phases = told.filter(({ id, status }) => id === run.id && status === 'RUNNING')
    const placing = phases.find(({ phase }) => phase === 'comparing with 19 random placements')
    expect(placing).toMatchObject({ checkpoint: '0001', validation: { folds: 3 } })
    expect(placing!.validation!.permutation ?? null).toBeNull()
  })
})
