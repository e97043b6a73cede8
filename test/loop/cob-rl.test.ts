// COB RL on the simulated market, from marks to live signals: cases hold the book, the command line trains, a session reads the book live.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type {
  AnnotationBody,
  AnnotationOut,
  TestCaseFile,
  TestCaseState,
} from '../../src/contract/annotations.ts'
import type { SessionOut, SignalOut } from '../../src/contract/inference.ts'
import type { ModelsOut, TrainingRunOut } from '../../src/contract/training.ts'
import { createDemoMarket } from '../../src/market/demo/demo-market.ts'
import { demoSnapshots } from '../../src/market/demo/top-book.ts'
import { epochMs, HOUR, MINUTE, SECOND, shift, type EpochMs } from '../../src/core/time.ts'
import { loadSymbolBookSlice } from '../../src/market/book/book-slice.ts'
import { marketStateAt } from '../../src/market-state/state.ts'
import { allocateInputs, writeState } from '../../src/market-state/tensors.ts'
import { loadPredictor } from '../../src/orchestrator/predictor.ts'
import { annotateJson } from '../unit/cli/annotate.ts'
import { NOW, startServer, type Harness } from '../unit/server/harness.ts'

const MARKET = { venue: 'demo-1', symbol: 'ETH/USDT' }
/** Far enough back for three episodes; all of it lies within what the simulated market records at its start. */
const ENTRIES = [55, 35, 15].map((minutes) => epochMs(NOW - minutes * MINUTE))
/** The book of ten minutes before this one is lost. */
const OLD = epochMs(NOW - 90 * MINUTE)

describe('cob_rl on the simulated market', { timeout: 240_000 }, () => {
  let server: Harness
  let second: EpochMs = NOW

  beforeAll(async () => {
    server = await startServer('demo')
    server.app.lock.announce(server.http.url)
    const from = NOW - 2 * HOUR
    await vi.waitUntil(() => server.app.books.recorded(MARKET).some((range) => range.from <= from), {
      timeout: 120_000,
      interval: 100,
    })
  }, 150_000)
  afterAll(() => server.stop())

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await server.call<T>(method, path, body === undefined ? {} : { body })
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    return answer.body
  }

  /** What a mark that pays is asked for with, whichever way the market went. */
  async function bodyAt(entry: EpochMs): Promise<AnnotationBody> {
    const { candles } = await server.app.reader.candles({
      market: MARKET,
      timeframe: '1s',
      from: epochMs(entry - SECOND),
      to: epochMs(entry + 60 * SECOND),
      limit: 100,
      asOf: NOW,
      forming: false,
    })
    const [first, last] = [candles[0]!, candles.at(-1)!]
    return {
      symbol: MARKET.symbol,
      direction: last.close >= first.close ? 'LONG' : 'SHORT',
      entry: { timestamp: entry, price: first.close },
      exit: { timestamp: entry + 60 * SECOND, price: last.close },
    }
  }

  async function mark(entry: EpochMs): Promise<AnnotationOut> {
    return call('POST', '/api/annotations', await bodyAt(entry))
  }

  async function signalsOf(id: string): Promise<SignalOut[]> {
    const { signals } = await call<{ signals: SignalOut[] }>('GET', `/api/signals?session=${id}`)
    return signals.toReversed()
  }

  async function live(id: string, seconds: number): Promise<SignalOut[]> {
    for (let n = 0; n < seconds; n++) {
      const had = (await signalsOf(id)).length
      second = shift(second, SECOND)
      server.clock.moveTo(second)
      await vi.waitUntil(async () => (await signalsOf(id)).length > had, { timeout: 10_000, interval: 5 })
    }
    return signalsOf(id)
  }

  it('is in the list, and says what it needs', async () => {
    const { models } = await call<ModelsOut>('GET', '/api/models')
    expect(models.find(({ id }) => id === 'cob_rl')).toMatchObject({ name: 'COB RL', trainable: true })
    expect(models.find(({ id }) => id === 'cob_rl')!.needs).toContain('order_book')
  })

  it('is refused while no case has an order book, with how to record one', async () => {
    server.app.sqlite.exec(`DELETE FROM book_block WHERE start > ${OLD - 10 * MINUTE} AND start <= ${OLD}`)
    // Not over HTTP: the server would ask the simulated market for the book.
    const { id } = await server.app.annotations.create(await bodyAt(OLD), MARKET)
    const answer = await server.call<{ error: { code: string; message: string } }>(
      'POST',
      '/api/training-runs',
      {
        body: { model: 'cob_rl' },
      },
    )
    expect([answer.status, answer.body.error.code]).toEqual([422, 'no_order_book'])
    expect(answer.body.error.message).toMatch(/1 of 1 test cases has no order book.*annotate import book/)
    expect(id).toBeTypeOf('string')
  })

  it('trains from the command line on the cases that have one, and counts the others', async () => {
    for (const entry of ENTRIES) await mark(entry)
    const { test_cases: cases } = await call<{ test_cases: TestCaseState[] }>('GET', '/api/test-cases')
    expect(cases.map(({ order_book_gap_share_pct: share }) => share)).toEqual([null, 0, 0, 0])
    const file = await call<TestCaseFile>('GET', `/api/test-cases/${cases[1]!.test_case_id}`)
    expect(file.order_book).toMatchObject({ venues: ['demo-1'], gaps: [] })
    const span = { from: epochMs(NOW - 62 * MINUTE), to: NOW }
    await call('POST', '/api/reviewed-spans', { symbol: MARKET.symbol, ...span })
    const flags = ['--epochs', '1', '--seed', '3', '--views', '2', '--batch-size', '8']
    const run = await annotateJson<TrainingRunOut>(
      'train',
      '--workspace',
      server.workspace.root,
      '--model',
      'cob_rl',
      ...flags,
    )
    expect(run).toMatchObject({ status: 'COMPLETED', checkpoint: '0001', test_cases: 3 })
    expect(run.left_out).toEqual([{ test_case_id: cases[0]!.test_case_id, reason: 'it has no order book' }])
    expect(run.warnings.join(' ')).toContain('1 of 4 test cases has no order book')
    expect(run.loss).toBeGreaterThan(0)
  })

  it('puts a book that was recorded since into a case when its annotation is saved again', async () => {
    const demo = createDemoMarket({ seed: 1, symbol: MARKET.symbol })
    const lost = { from: epochMs(OLD - 12 * MINUTE), to: epochMs(OLD + MINUTE) }
    server.app.books.append(MARKET, demoSnapshots(demo, lost))
    const states = async () =>
      (await call<{ test_cases: TestCaseState[] }>('GET', '/api/test-cases')).test_cases
    expect((await states())[0]).toMatchObject({ state: 'revised', order_book_gap_share_pct: null })
    const { test_case_id: id } = (await states())[0]!
    const flags = ['--workspace', server.workspace.root, '--save-again', id]
    expect(await annotateJson('test-cases', ...flags)).toEqual({ saved: [id] })
    expect((await states())[0]).toMatchObject({ state: 'complete', order_book_gap_share_pct: 0 })
  })

  it('answers live seconds from the recorded book, and abstains where it is not recorded', async () => {
    const { id } = await call<SessionOut>('POST', '/api/inference-sessions', {
      model: 'cob_rl',
      symbol: MARKET.symbol,
    })
    const signals = await live(id, 4)
    const predictor = await loadPredictor(await server.app.orchestrator.checkpoint('cob_rl'))
    const held = await call<SessionOut>('GET', `/api/inference-sessions/${id}`)
    expect(held.position).toBeDefined()
    for (const { timestamp, scores, reason, intent } of signals) {
      expect(reason).toBeNull()
      expect(intent).toBeTypeOf('string')
      const asOf = epochMs(Date.parse(timestamp))
      const range = { from: asOf, to: asOf }
      const slice = await server.app.reader.slice(MARKET, range)
      const inputs = allocateInputs(1, true)
      writeState(marketStateAt(slice, asOf, loadSymbolBookSlice(server.app.books, MARKET, range)), inputs, 0)
      expect([...(await predictor.predict(inputs))]).toEqual([scores!.BUY, scores!.SELL, scores!.HOLD])
    }
    await predictor.close()
    server.app.sqlite.exec('DELETE FROM book_block')
    const after = (await live(id, 1)).at(-1)!
    expect(after).toMatchObject({ action: 'HOLD', scores: null, reason: 'no_order_book' })
    await call('POST', `/api/inference-sessions/${id}/stop`)
  })
})
