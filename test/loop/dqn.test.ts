// The DQN agent on the simulated market, from marks to live signals: the command line trains, a session keeps a paper position.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SessionOut } from '../../src/contract/inference.ts'
import type { ModelsOut } from '../../src/contract/training.ts'
import { SECOND } from '../../src/core/time.ts'
import { DemoServer, ENTRIES, MARKET } from './demo-server.ts'

describe('dqn on the simulated market', { timeout: 240_000 }, () => {
  let server: DemoServer

  beforeAll(async () => {
    server = await DemoServer.start()
  }, 150_000)
  afterAll(() => server.stop())

  it('is in the list of models', async () => {
    const { models } = await server.call<ModelsOut>('GET', '/api/models')
    expect(models.find(({ id }) => id === 'dqn')).toMatchObject({ name: 'DQN agent', trainable: true })
  })

  it('trains from the command line and says how it trades what is held out', async () => {
    for (const entry of ENTRIES) await server.mark(entry, 90 * SECOND)
    await server.review(62)
    const run = await server.train('dqn', 32)
    expect(run).toMatchObject({ status: 'COMPLETED', checkpoint: '0001', test_cases: 3 })
    expect(run.validation?.folds).toBe(3)
    const { figures } = run.epochs[0]!
    expect(Object.keys(figures!)).toEqual(
      expect.arrayContaining(['mean_return_pct', 'share_buy', 'share_sell', 'share_hold', 'agreement']),
    )
    expect(run.trading?.hours).toBeCloseTo(62 / 60, 1)
    expect(run.trading?.return_pct).toBeTypeOf('number')
  })

  it('answers live seconds with an intent, and its session shows the paper position', async () => {
    const { id } = await server.call<SessionOut>('POST', '/api/inference-sessions', {
      model: 'dqn',
      symbol: MARKET.symbol,
    })
    for (const signal of await server.live(id, 4)) {
      expect(signal.reason).toBeNull()
      expect(signal.intent).toMatch(/^(hold|open_long|open_short|close_long|close_short)$/)
      const { BUY, SELL, HOLD } = signal.scores!
      expect(BUY + SELL + HOLD).toBeCloseTo(1, 5)
    }
    const session = await server.call<SessionOut>('GET', `/api/inference-sessions/${id}`)
    expect(session.position).toMatchObject({ trades: 0, realised_pct: 0 })
    const stopped = await server.call<SessionOut>('POST', `/api/inference-sessions/${id}/stop`)
    expect(stopped.position).toBeDefined()
  })
})
