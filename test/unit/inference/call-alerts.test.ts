// A live call reaches another program: over HTTP from the alert that is made to the delivery that is listed.
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { AlertOut, DeliveryOut, NewAlertOut } from '../../../src/contract/alerts.ts'
import type { SessionOut } from '../../../src/contract/inference.ts'
import type { CallOut } from '../../../src/contract/live-calls.ts'
import { SECOND, shift } from '../../../src/core/time.ts'
import { isSigned, receiver, type Receiver } from '../alerts/receiver.ts'
import { NOW, startServer, type Harness } from '../server/harness.ts'
import { EAGER, publishUntrained } from './checkpoint.ts'

let server: Harness
let to: Receiver
beforeAll(async () => {
  server = await startServer('demo')
  to = await receiver()
  await publishUntrained(server.workspace.checkpoints, { rule: EAGER, calibration: null })
})
afterAll(async () => {
  await server.stop()
  to.close()
})

it('sends the call of a session as GET /api/calls has it, and counts it', async () => {
  const { body: alert } = await server.call<NewAlertOut>('POST', '/api/alerts', {
    body: { url: to.url, model: 'cnn' },
  })
  const { body: session } = await server.call<SessionOut>('POST', '/api/inference-sessions', {
    body: { model: 'cnn', symbol: 'ETH/USDT' },
  })
  for (let second = 1; second <= 2; second++) {
    server.clock.moveTo(shift(NOW, second * SECOND))
    const answered = async () =>
      (await server.call<SessionOut>('GET', `/api/inference-sessions/${session.id}`)).body.signals >= second
    await vi.waitUntil(answered, { timeout: 10_000, interval: 5 })
  }
  await to.has(1)
  const { calls } = (await server.call<{ calls: CallOut[] }>('GET', '/api/calls')).body
  expect(to.received[0]!.content.call).toEqual(calls[0])
  expect(isSigned(to.received[0]!, alert.secret)).toBe(true)
  const list = async () => (await server.call<{ alerts: AlertOut[] }>('GET', '/api/alerts')).body.alerts
  await vi.waitUntil(async () => (await list())[0]!.delivered === 1)
  const of = `/api/alerts/${alert.id}/deliveries`
  const { deliveries } = (await server.call<{ deliveries: DeliveryOut[] }>('GET', of)).body
  expect(deliveries).toMatchObject([{ call: calls[0]!.id, state: 'delivered', type: 'call' }])
})

it.each([
  [{ session: 'none' }, 404, 'unknown_inference_session'],
  [{ model: 'none' }, 404, 'unknown_model'],
  [{ symbol: 'ETH/EUR' }, 404, 'unknown_symbol'],
  [{ venue: 'demo-2' }, 404, 'unknown_venue'],
  [{ symbol: 'ETH/USDT', venue: 'demo-2' }, 404, 'unknown_venue'],
  [{ pattern: 'breakouts' }, 404, 'unknown_pattern'],
  [{ pattern: '*' }, 404, 'unknown_pattern'],
  [{ url: 'file:///etc/passwd' }, 400, 'invalid_url'],
])('refuses an alert with %j', async (body, status, code) => {
  const answer = await server.call('POST', '/api/alerts', { body: { url: to.url, ...body } })
  expect([answer.status, answer.body]).toMatchObject([status, { error: { code } }])
})

it('takes an alert for a market that there is and for a pattern that is marked', async () => {
  const mark = {
    symbol: 'ETH/USDT',
    direction: 'LONG',
    entry: { timestamp: shift(NOW, -60 * SECOND), price: 2400 },
    exit: { timestamp: shift(NOW, -30 * SECOND), price: 2410 },
    tags: ['breakout'],
  }
  expect((await server.call('POST', '/api/annotations', { body: mark })).status).toBe(201)
  for (const filter of [{ pattern: 'breakout' }, { symbol: 'ETH/USDT' }, { venue: 'demo-1' }]) {
    const { status } = await server.call('POST', '/api/alerts', { body: { url: to.url, ...filter } })
    expect([filter, status]).toEqual([filter, 201])
  }
})
