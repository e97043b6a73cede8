// The DQN agent on the simulated market, from marks to live signals: the command line trains, a session keeps a paper position.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { SessionOut, SignalOut } from '../../src/contract/inference.ts'
import type { ModelsOut, TrainingRunOut } from '../../src/contract/training.ts'
import { MINUTE, SECOND, epochMs, shift, type EpochMs } from '../../src/core/time.ts'
import { annotateJson } from '../unit/cli/annotate.ts'
import { NOW, startServer, type Harness } from '../unit/server/harness.ts'

const MARKET = { venue: 'demo-1', symbol: 'ETH/USDT' }
/** Far enough apart for three episodes. */
const ENTRIES = [55, 35, 15].map((minutes) => epochMs(NOW - minutes * MINUTE))

describe('dqn on the simulated market', { timeout: 240_000 }, () => {
  let server: Harness
  let second: EpochMs = NOW

  beforeAll(async () => {
    server = await startServer('demo')
    server.app.lock.announce(server.http.url)
  }, 150_000)
  afterAll(() => server.stop())

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await server.call<T>(method, path, body === undefined ? {} : { body })
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.body
  }

  /** A mark that pays, whichever way the market went. */
  async function mark(entry: EpochMs): Promise<void> {
    const { candles } = await server.app.reader.candles({
      market: MARKET,
      timeframe: '1s',
      from: epochMs(entry - SECOND),
      to: epochMs(entry + 90 * SECOND),
      limit: 100,
      asOf: NOW,
      forming: false,
    })
    const [first, last] = [candles[0]!, candles.at(-1)!]
    await call('POST', '/api/annotations', {
      symbol: MARKET.symbol,
      direction: last.close >= first.close ? 'LONG' : 'SHORT',
      entry: { timestamp: entry, price: first.close },
      exit: { timestamp: entry + 90 * SECOND, price: last.close },
    })
  }

  async function live(id: string, seconds: number): Promise<SignalOut[]> {
    const signals = async () =>
      (await call<{ signals: SignalOut[] }>('GET', `/api/signals?session=${id}`)).signals
    for (let n = 0; n < seconds; n++) {
      const had = (await signals()).length
      second = shift(second, SECOND)
      server.clock.moveTo(second)
      await vi.waitUntil(async () => (await signals()).length > had, { timeout: 10_000, interval: 5 })
    }
    return (await signals()).toReversed()
  }

  it('is in the list of models', async () => {
    const { models } = await call<ModelsOut>('GET', '/api/models')
    expect(models.find(({ id }) => id === 'dqn')).toMatchObject({ name: 'DQN agent', trainable: true })
  })

  it('trains from the command line and says how it trades what is held out', async () => {
    for (const entry of ENTRIES) await mark(entry)
    const span = { from: epochMs(NOW - 100 * MINUTE), to: NOW }
    await call('POST', '/api/reviewed-spans', { symbol: MARKET.symbol, ...span })
    const run = await annotateJson<TrainingRunOut>(
      'train',
      '--workspace',
      server.workspace.root,
      '--model',
      'dqn',
      '--epochs',
      '1',
      '--seed',
      '3',
      '--views',
      '2',
      '--batch-size',
      '32',
    )
    expect(run).toMatchObject({ status: 'COMPLETED', checkpoint: '0001', test_cases: 3 })
    expect(run.validation?.folds).toBe(3)
    const { figures } = run.epochs[0]!
    expect(Object.keys(figures!)).toEqual(
      expect.arrayContaining(['mean_return_pct', 'share_buy', 'share_sell', 'share_hold', 'agreement']),
    )
    expect(run.trading?.hours).toBeCloseTo(100 / 60, 1)
    expect(run.trading?.return_pct).toBeTypeOf('number')
  })

  it('answers live seconds with an intent, and its session shows the paper position', async () => {
    const { id } = await call<SessionOut>('POST', '/api/inference-sessions', {
      model: 'dqn',
      symbol: MARKET.symbol,
    })
    for (const signal of await live(id, 4)) {
      expect(signal.reason).toBeNull()
      expect(signal.intent).toMatch(/^(hold|open_long|open_short|close_long|close_short)$/)
      const { BUY, SELL, HOLD } = signal.scores!
      expect(BUY + SELL + HOLD).toBeCloseTo(1, 5)
    }
    const session = await call<SessionOut>('GET', `/api/inference-sessions/${id}`)
    expect(session.position).toMatchObject({ trades: 0, realised_pct: 0 })
    const stopped = await call<SessionOut>('POST', `/api/inference-sessions/${id}/stop`)
    expect(stopped.position).toBeDefined()
  })
})
