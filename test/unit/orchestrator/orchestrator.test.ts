// The orchestrator: models, the checkpoint that goes live, and the words for what is not there.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../../src/core/clock.ts'
import { openDatabase, type Database } from '../../../src/core/database.ts'
import { epochMs } from '../../../src/core/time.ts'
import type { ModelDefinition } from '../../../src/models/model.ts'
import { Checkpoints } from '../../../src/orchestrator/checkpoints.ts'
import { Orchestrator } from '../../../src/orchestrator/orchestrator.ts'
import { orchestratorMigrations } from '../../../src/orchestrator/schema.ts'
import { contentOf } from './content.ts'

const cnn: ModelDefinition = {
  id: 'cnn',
  name: 'StandardizedCNN',
  needs: [],
  defaults: { batchSize: 32, learningRate: 0.001, views: 32 },
  hyperparameters: {},
  createLearner: () => Promise.reject(new Error('not trained here')),
  exportOnnx: () => new Uint8Array(),
}

let clock: ManualClock
let root: string
let database: Database
let checkpoints: Checkpoints
let orchestrator: Orchestrator

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'annotate-orchestrator-'))
  clock = new ManualClock(epochMs(Date.UTC(2124, 0, 15)))
  database = openDatabase(join(root, 'annotate.db'), orchestratorMigrations)
  checkpoints = new Checkpoints(join(root, 'checkpoints'))
  orchestrator = new Orchestrator({ database, checkpoints, models: [cnn], clock, feePctPerSide: 0.1 })
})
afterEach(async () => {
  await database.close()
  await rm(root, { recursive: true, force: true })
})

describe('what goes live', () => {
  it('is nothing before training, and says what to do', async () => {
    expect(await orchestrator.promoted('cnn')).toBeNull()
    await expect(orchestrator.checkpoint('cnn')).rejects.toMatchObject({ code: 'no_checkpoint', status: 409 })
  })

  it('is the first checkpoint by itself, and stays it when others follow', async () => {
    await checkpoints.publish('cnn', contentOf(1))
    expect(await orchestrator.promoted('cnn')).toBe('0001')
    await checkpoints.publish('cnn', contentOf(2))
    expect(await orchestrator.promoted('cnn')).toBe('0001')
    expect((await orchestrator.checkpoint('cnn')).version).toBe('0001')
    expect((await orchestrator.checkpoint('cnn', '0002')).version).toBe('0002')
  })

  it('is what was promoted, also after a restart', async () => {
    await checkpoints.publish('cnn', contentOf(1))
    await checkpoints.publish('cnn', contentOf(2))
    await orchestrator.promote('cnn', '0002', 'it looks better')
    const again = new Orchestrator({ database, checkpoints, models: [cnn], clock, feePctPerSide: 0.1 })
    expect(await again.promoted('cnn')).toBe('0002')
  })

  it('never falls back silently when the promoted one is lost', async () => {
    await checkpoints.publish('cnn', contentOf(1))
    await checkpoints.publish('cnn', contentOf(2))
    await orchestrator.promote('cnn', '0001')
    await rm(checkpoints.folder('cnn', '0001'), { recursive: true })
    await expect(orchestrator.checkpoint('cnn')).rejects.toMatchObject({ code: 'unknown_checkpoint' })
  })
})

describe('the list of models', () => {
  it('shows versions, the promoted one and the defaults', async () => {
    await checkpoints.publish('cnn', contentOf(1))
    const [model] = await orchestrator.models()
    expect(model).toMatchObject({
      id: 'cnn',
      name: 'StandardizedCNN',
      promoted: '0001',
      trainable: true,
      needs: ['ohlcv_1s', 'ohlcv_1m', 'ohlcv_1h', 'ohlcv_1d'],
      defaults: { epochs: 10, batch_size: 32, learning_rate: 0.001, views: 32 },
    })
    expect(model!.checkpoints).toMatchObject([
      { version: '0001', promoted: true, venue: 'demo-1', calibrated: false, broken: null },
    ])
  })

  it('names the models there are when asked for another', () => {
    expect(() => orchestrator.definition('dqn')).toThrow(/no model "dqn".*cnn/)
  })
})
