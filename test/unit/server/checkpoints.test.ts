// Checkpoints over HTTP: compared, named, described, and where each comes from, over a real server.
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import type { CheckpointsCompared } from '../../../src/contract/checkpoints-compared.ts'
import type { LineageOut } from '../../../src/contract/lineage.ts'
import { routes } from '../../../src/contract/routes.ts'
import type { ErrorBody } from '../../../src/contract/shapes.ts'
import type { SessionOut } from '../../../src/contract/inference.ts'
import type { ModelOut, ModelsOut } from '../../../src/contract/training.ts'
import { selfTestOf } from '../../../src/orchestrator/self-test.ts'
import { contentOf } from '../orchestrator/content.ts'
import { EAGER, publishUntrained, untrainedCnn } from '../inference/checkpoint.ts'
import { startServer, NOW, type Harness } from './harness.ts'

const path = '/api/models/cnn'
const VALIDATION = {
  method: 'leave_one_episode_out',
  accuracy: 0.8,
  majority_floor: 0.6,
  n: 100,
  loss: 0.5,
  calls: 6,
  hits: 3,
  false_calls: 3,
  missed: 1,
}

let server: Harness
let marks: AnnotationOut[]

beforeAll(async () => {
  server = await startServer('demo')
  marks = [await mark(600), await mark(1200)]
  await publishUntrained(server.workspace.checkpoints, { rule: EAGER, calibration: null })
  const hashes = await Promise.all(marks.map(({ id }) => server.app.testCases.hash(id)))
  const learnt = marks.map(({ test_case_id }, i) => ({ test_case_id, sha256: hashes[i] ?? '' }))
  const gone = { test_case_id: 'annotation_long-gone', sha256: 'a'.repeat(64) }
  const { metadata, ...files } = contentOf(2)
  const data = { ...metadata.data, test_cases: [...learnt, gone], holds: 40 }
  await server.app.checkpoints.publish('cnn', {
    ...files,
    metadata: { ...metadata, parent: '0001', validation: VALIDATION, data },
  })
})
afterAll(() => server.stop())

/** A mark that was entered so many seconds before now. */
async function mark(secondsAgo: number): Promise<AnnotationOut> {
  const entry = NOW - secondsAgo * 1000
  const { body, status, text } = await server.call<AnnotationOut>('POST', '/api/annotations', {
    body: {
      symbol: 'ETH/USDT',
      direction: 'LONG',
      entry: { timestamp: entry, price: 2400 },
      exit: { timestamp: entry + 60_000, price: 2410 },
    },
  })
  if (status !== 201) throw new Error(text)
  return body
}

it('lists each with its figures out of fold', async () => {
  const { body } = await server.call<ModelsOut>('GET', '/api/models')
  const [first, second] = body.models.find(({ id }) => id === 'cnn')!.checkpoints
  expect(first).toMatchObject({ version: '0001', figures: null, aliases: ['champion'], note: null })
  expect(second).toMatchObject({
    figures: { annotations: 4, hits: 3, false_calls: 3, missed: 1, f1: 0.6, accuracy: 0.8, seconds: 100 },
    aliases: [],
  })
})

it('compares two as the gate does, without promoting either', async () => {
  const { status, body } = await server.call<CheckpointsCompared>('GET', `${path}/compare?candidate=0002`)
  expect(status).toBe(200)
  expect(body.report).toMatchObject({
    verdict: 'too_few',
    candidate: { checkpoint: '0002' },
    promoted: { checkpoint: '0001' },
  })
  expect(body.words).toMatch(/nothing to compare on/)
  expect(body.data).toMatchObject({ removed: [], same: 0 })
  expect(body.data.added).toHaveLength(3)
  expect(body.parameters.find(({ name }) => name === 'parent')).toEqual({
    name: 'parent',
    values: ['0001', null],
    differs: true,
  })
  const { body: again } = await server.call<ModelsOut>('GET', '/api/models')
  expect(again.models.find(({ id }) => id === 'cnn')!.promoted).toBe('0001')
  const turned = await server.call<CheckpointsCompared>(
    'GET',
    `${path}/compare?candidate=champion&against=0002`,
  )
  expect(turned.body.report.promoted.checkpoint).toBe('0002')
  const unknown = await server.call<ErrorBody>('GET', `${path}/compare?candidate=0009`)
  expect(unknown).toMatchObject({ status: 404, body: { error: { code: 'unknown_checkpoint' } } })
})

it('names a challenger, which the champion is not as long as it is promoted', async () => {
  const none = await server.call<ErrorBody>('POST', `${path}/promote`, {
    body: { checkpoint: 'challenger', reason: 'new' },
  })
  expect(none).toMatchObject({ status: 409, body: { error: { code: 'no_challenger' } } })
  const told: string[][] = []
  server.app.bus.on('model', ({ checkpoints }) => told.push(checkpoints.flatMap(({ aliases }) => aliases)))
  const put = (alias: string, checkpoint: string | null) =>
    server.call<ModelOut & ErrorBody>('PUT', `${path}/aliases/${alias}`, { body: { checkpoint } })
  expect(await put('champion', '0002')).toMatchObject({
    status: 409,
    body: { error: { code: 'alias_follows_promotion' } },
  })
  expect(await put('best', '0002')).toMatchObject({ status: 404, body: { error: { code: 'unknown_alias' } } })
  expect(await put('challenger', '0009')).toMatchObject({ status: 404 })
  expect((await put('challenger', '0002')).body.checkpoints.map(({ aliases }) => aliases)).toEqual([
    ['champion'],
    ['challenger'],
  ])
  const promoted = await server.call<ModelOut>('POST', `${path}/promote`, {
    body: { checkpoint: 'challenger', reason: 'new' },
  })
  expect(promoted.body.checkpoints.map(({ aliases }) => aliases)).toEqual([[], ['champion']])
  const back = await server.call<ModelOut>('POST', `${path}/rollback`)
  expect(back.body.checkpoints.map(({ aliases }) => aliases)).toEqual([['champion'], ['challenger']])
  expect((await put('challenger', null)).body.checkpoints[1]?.aliases).toEqual([])
  expect(told).toEqual([['champion', 'challenger'], ['champion'], ['champion', 'challenger'], ['champion']])
})

it('keeps a note on each, over a restart', async () => {
  const put = (note: string | null) =>
    server.call<ModelOut>('PUT', `${path}/checkpoints/0002/note`, { body: { note } })
  expect((await put(' May only ')).body.checkpoints[1]?.note).toBe('May only')
  await server.restart()
  const { body } = await server.call<ModelsOut>('GET', '/api/models')
  expect(body.models.find(({ id }) => id === 'cnn')!.checkpoints[1]?.note).toBe('May only')
  expect((await put('  ')).body.checkpoints[1]?.note).toBeNull()
})

it('goes live by the name of a model and its checkpoint in one', async () => {
  const start = (model: string, checkpoint?: string) =>
    server.call<{ id: string; model: string; checkpoint: string } & ErrorBody>(
      'POST',
      '/api/inference-sessions',
      { body: { model, symbol: 'ETH/USDT', ...(checkpoint === undefined ? {} : { checkpoint }) } },
    )
  const { body, status } = await start('cnn@champion')
  expect([status, body.model, body.checkpoint]).toEqual([201, 'cnn', '0001'])
  await server.call('POST', `/api/inference-sessions/${body.id}/stop`)
  expect(await start('cnn@challenger')).toMatchObject({
    status: 409,
    body: { error: { code: 'no_challenger' } },
  })
  expect(await start('cnn@0001', '0002')).toMatchObject({
    status: 400,
    body: { error: { code: 'two_checkpoints', field: 'checkpoint' } },
  })
  const filtered = (checkpoint: string) =>
    server.call<{ inference_sessions: SessionOut[] }>(
      'GET',
      `/api/inference-sessions?model=cnn&checkpoint=${checkpoint}`,
    )
  expect((await filtered('0001')).body.inference_sessions.map(({ id }) => id)).toEqual([body.id])
  expect((await filtered('0002')).body.inference_sessions).toEqual([])
})

it('refuses to go live with one that fails its self-test, and says so', async () => {
  const { metadata, ...files } = contentOf(3)
  const onnx = await untrainedCnn(3)
  const selfTest = await selfTestOf(await untrainedCnn(4))
  const version = await server.app.checkpoints.publish('cnn', { ...files, onnx, selfTest, metadata })
  const body = { model: 'cnn', symbol: 'ETH/USDT', checkpoint: version }
  const refused = await server.call<ErrorBody>('POST', '/api/inference-sessions', { body })
  expect(refused).toMatchObject({ status: 409, body: { error: { code: 'self_test_failed' } } })
  expect(refused.body.error.message).toContain(`Checkpoint ${version} of cnn fails its self-test`)
  await rm(server.app.checkpoints.folder('cnn', version), { recursive: true })
})

it('says where a checkpoint comes from and what came of it', async () => {
  const lineage = (checkpoint: string, query = '') =>
    server.call<LineageOut & ErrorBody>('GET', `${path}/checkpoints/${checkpoint}/lineage${query}`)
  const first = await lineage('champion')
  expect(first.body).toMatchObject({
    checkpoint: '0001',
    children: ['0002'],
    sessions: { count: 1, is_more: false, running: 0 },
    calls: { count: 0 },
  })
  await server.call('PUT', `/api/annotations/${marks[1]!.id}`, {
    body: {
      symbol: 'ETH/USDT',
      direction: 'SHORT',
      entry: marks[1]!.entry,
      exit: { ...marks[1]!.exit, price: 2300 },
    },
  })
  const { body } = await lineage('0002', '?limit=2')
  expect(body).toMatchObject({
    parent: '0001',
    run: null,
    figures: { f1: 0.6 },
    test_cases: { count: 3, holds: 40, next: marks[1]!.test_case_id },
  })
  expect(body.promotions).toMatchObject([{ kind: 'promote', reason: 'new' }])
  expect(body.test_cases.page).toMatchObject([
    { annotation_id: marks[0]!.id, state: 'same', direction: 'LONG' },
    { annotation_id: marks[1]!.id, state: 'changed', direction: 'SHORT' },
  ])
  const { body: rest } = await lineage('0002', `?limit=2&after=${body.test_cases.next}`)
  expect(rest.test_cases).toMatchObject({ page: [{ state: 'gone', timestamp: null }], next: null })
  expect(await lineage('0002', '?after=annotation_none')).toMatchObject({
    status: 400,
    body: { error: { code: 'invalid_request', field: 'after' } },
  })
})

it('says of every operation that takes a checkpoint by two names that it may refuse them', async () => {
  const both = `/api/models/cnn@0001`
  const backtest = { model: 'cnn@0001', checkpoint: '0002', symbol: 'ETH/USDT', from: NOW - 60_000, to: NOW }
  for (const [operation, method, address, body] of [
    ['startBacktest', 'POST', '/api/backtests', backtest],
    ['promoteCheckpoint', 'POST', `${both}/promote`, { checkpoint: '0002', reason: 'r' }],
    ['compareCheckpoints', 'GET', `${both}/compare?candidate=0002`, undefined],
    ['noteCheckpoint', 'PUT', `${both}/checkpoints/0002/note`, { note: 'n' }],
    ['getLineage', 'GET', `${both}/checkpoints/0002/lineage`, undefined],
  ] as const) {
    const { body: answer } = await server.call<ErrorBody>(method, address, body === undefined ? {} : { body })
    expect([operation, answer.error.code]).toEqual([operation, 'two_checkpoints'])
    expect(routes[operation].errors).toContain('two_checkpoints')
  }
})
