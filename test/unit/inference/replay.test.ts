// Live inference on a replay: no second is lost, the end of the data ends the session, and too little data is said, never guessed.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { SessionOut, SignalOut } from '../../../src/contract/inference.ts'
import { shift } from '../../../src/core/time.ts'
import { NOW, startServer, type Harness } from '../server/harness.ts'
import { EAGER, publishUntrained } from './checkpoint.ts'

let server: Harness

beforeEach(async () => {
  server = await startServer('stored')
  await publishUntrained(server.workspace.checkpoints, { rule: EAGER, calibration: null })
})
afterEach(() => server.stop())

it('answers each second of the data and ends with it', async () => {
  const started = await server.call<SessionOut>('POST', '/api/inference-sessions', {
    body: { model: 'cnn', symbol: 'ETH/USDT' },
  })
  const path = `/api/inference-sessions/${started.body.id}`
  let wall = server.clock.now()
  await vi.waitUntil(
    async () => {
      server.clock.moveTo((wall = shift(wall, 1_000)))
      return (await server.call<SessionOut>('GET', path)).body.state === 'stopped'
    },
    { timeout: 20_000, interval: 2 },
  )
  const ended = (await server.call<SessionOut>('GET', path)).body
  expect(ended).toMatchObject({ stop_reason: 'end_of_data', signals: 60, missed_seconds: 0 })

  const { body } = await server.call<{ signals: SignalOut[] }>('GET', '/api/signals?limit=100')
  expect(body.signals.map(({ timestamp }) => Date.parse(timestamp))).toEqual(
    Array.from({ length: 60 }, (_, i) => NOW - i * 1_000),
  )
  // Only seconds are stored: no state of four timeframes exists, and nothing is guessed.
  for (const signal of body.signals) {
    expect(signal).toMatchObject({
      action: 'HOLD',
      reason: 'not_enough_candles',
      scores: null,
      confidence: null,
      price: null,
    })
  }

  const again = await server.call('POST', '/api/inference-sessions', {
    body: { model: 'cnn', symbol: 'ETH/USDT' },
  })
  expect(again).toMatchObject({ status: 409, body: { error: { code: 'end_of_data' } } })
})
