// Promotions over HTTP: a first checkpoint by itself, the gate's refusal with both figures, a reason, the way back, what was live when.
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ForwardOut } from '../../../src/contract/forward.ts'
import type { GateReport, LiveAtOut, PromotionsOut } from '../../../src/contract/promotions.ts'
import type { ErrorBody } from '../../../src/contract/shapes.ts'
import type { ModelOut } from '../../../src/contract/training.ts'
import { toIso } from '../../../src/core/time.ts'
import { contentOf } from '../orchestrator/content.ts'
import { startServer, NOW, type Harness } from './harness.ts'

let server: Harness
beforeAll(async () => {
  server = await startServer('stored')
  for (const seed of [1, 2]) await server.app.checkpoints.publish('cnn', contentOf(seed))
})
afterAll(() => server.stop())

it('refuses without evidence or reason, promotes with a reason, tells the page, goes back, and remembers all of it', async () => {
  const told: (string | null)[] = []
  server.app.bus.on('model', ({ promoted }) => told.push(promoted))
  const path = '/api/models/cnn'
  const refused = await server.call<ErrorBody & { error: GateReport }>('POST', `${path}/promote`, {
    body: { checkpoint: '0002' },
  })
  expect(refused).toMatchObject({
    status: 409,
    body: {
      error: {
        code: 'gate_failed',
        field: 'reason',
        verdict: 'too_few',
        episodes: 0,
        candidate: { checkpoint: '0002', f1: null },
        promoted: { checkpoint: '0001', f1: null },
      },
    },
  })
  const body = { checkpoint: '0002', reason: 'first with order books' }
  const promoted = await server.call<ModelOut>('POST', `${path}/promote`, { body })
  expect(promoted).toMatchObject({ status: 200, body: { id: 'cnn', promoted: '0002' } })
  const back = await server.call<ModelOut>('POST', `${path}/rollback`)
  expect(back).toMatchObject({ status: 200, body: { promoted: '0001' } })
  expect(told).toEqual(['0002', '0001'])
  await server.restart()
  const { body: history } = await server.call<PromotionsOut>('GET', `${path}/history`)
  const at = toIso(NOW)
  expect(history.promotions).toMatchObject([
    { checkpoint: '0001', from: at, to: null, kind: 'rollback', reason: 'rolled back from 0002' },
    { checkpoint: '0002', from: at, to: at, kind: 'promote', reason: 'first with order books' },
    { checkpoint: '0001', to: at, kind: 'first' },
  ])
  const { body: live } = await server.call<LiveAtOut>('GET', `${path}/history?at=${at}`)
  expect(live).toMatchObject({ at, checkpoint: '0001', reason: 'rolled back from 0002' })
  const { body: before } = await server.call<LiveAtOut>('GET', `${path}/history?at=2001-01-01T00:00:00Z`)
  expect(before.checkpoint).toBeNull()
})

it('answers the forward record of the promoted checkpoint, or of one that is named, by what its promotion asked for', async () => {
  const path = '/api/models/cnn'
  const body = { checkpoint: '0002', reason: 'again', needed: { calls: 7, days: 3 } }
  await server.call('POST', `${path}/promote`, { body })
  const { body: now } = await server.call<ForwardOut>('GET', `${path}/forward`)
  expect(now).toMatchObject({
    checkpoint: '0002',
    state: 'too_few',
    words: 'Too few to say: 0 of 7 calls on 0 of 3 days; 7 calls and 3 days are missing.',
    began_at: toIso(NOW),
    ended_at: null,
    figures: null,
  })
  const { body: first } = await server.call<ForwardOut>('GET', `${path}/forward?checkpoint=0001`)
  expect(first).toMatchObject({ checkpoint: '0001', ended_at: toIso(NOW), terms: { calls_needed: 30 } })
  const never = `${path}/forward?checkpoint=0001&pattern=breakout`
  const { body: none } = await server.call<ForwardOut>('GET', never)
  expect(none).toMatchObject({ checkpoint: '0001', state: 'none', terms: null, head: null })
  const unknown = await server.call<ErrorBody>('GET', `${path}/forward?checkpoint=0009`)
  expect(unknown).toMatchObject({ status: 404, body: { error: { code: 'unknown_checkpoint' } } })
  const wrong = { checkpoint: '0001', needed: { calls: 0 } }
  const refused = await server.call<ErrorBody>('POST', `${path}/promote`, { body: wrong })
  expect(refused).toMatchObject({ status: 400, body: { error: { field: 'needed.calls' } } })
})

it('promotes of one pattern alone, and a session and a backtest ask for it by that', async () => {
  const path = '/api/models/cnn'
  const pattern = 'breakout'
  const content = contentOf(3)
  await server.app.checkpoints.publish('cnn', { ...content, metadata: { ...content.metadata, pattern } })
  const other = { body: { checkpoint: '0002', pattern } }
  const refused = await server.call<ErrorBody>('POST', `${path}/promote`, other)
  expect(refused).toMatchObject({ status: 409, body: { error: { code: 'other_pattern', field: 'pattern' } } })
  const { body: before } = await server.call<ModelOut>('POST', `${path}/promote`, {
    body: { checkpoint: '0003', pattern },
  })
  expect(before.patterns).toEqual([{ pattern, promoted: '0003', challenger: null }])
  expect(before.checkpoints.at(-1)).toMatchObject({ aliases: [], pattern_aliases: ['champion'] })
  const { body: live } = await server.call<LiveAtOut>(
    'GET',
    `${path}/history?pattern=${pattern}&at=${toIso(NOW)}`,
  )
  expect(live.checkpoint).toBe('0003')
  const { body: record } = await server.call<ForwardOut>('GET', `${path}/forward?pattern=${pattern}`)
  expect(record).toMatchObject({ checkpoint: '0003', state: 'too_few' })
  const back = await server.call<ErrorBody>('POST', `${path}/rollback?pattern=${pattern}`)
  expect(back).toMatchObject({ status: 409, body: { error: { code: 'nothing_to_roll_back' } } })
  const none = { model: 'cnn', symbol: 'ETH/USDT', pattern: 'pullback' }
  const span = { from: NOW - 60_000, to: NOW }
  const backtest = await server.call<ErrorBody>('POST', '/api/backtests', { body: { ...none, ...span } })
  expect(backtest).toMatchObject({
    status: 409,
    body: { error: { code: 'no_checkpoint', field: 'pattern' } },
  })
})
