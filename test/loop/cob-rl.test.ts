// COB RL on the simulated market, from marks to live signals: cases hold the book, the command line trains, a session reads the book live.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { TestCaseFile, TestCaseState } from '../../src/contract/annotations.ts'
import type { SessionOut } from '../../src/contract/inference.ts'
import type { ModelsOut } from '../../src/contract/training.ts'
import { createDemoMarket } from '../../src/market/demo/demo-market.ts'
import { demoSnapshots } from '../../src/market/demo/top-book.ts'
import { epochMs, HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import { loadSymbolBookSlice } from '../../src/market/book/book-slice.ts'
import { marketStateAt } from '../../src/market-state/state.ts'
import { allocateInputs, writeState } from '../../src/market-state/tensors.ts'
import { loadPredictor } from '../../src/orchestrator/load-predictor.ts'
import { annotateJson } from '../unit/cli/annotate.ts'
import { NOW } from '../unit/server/harness.ts'
import { DemoServer, ENTRIES, MARKET } from './demo-server.ts'

const HELD = 60 * SECOND
/** The book of ten minutes before this one is lost. */
const OLD = epochMs(NOW - 90 * MINUTE)

describe('cob_rl on the simulated market', { timeout: 240_000 }, () => {
  let server: DemoServer

  beforeAll(async () => {
    server = await DemoServer.start()
    const from = NOW - 2 * HOUR
    const { books } = server.harness.app
    await vi.waitUntil(() => books.recorded(MARKET).some((range) => range.from <= from), {
      timeout: 120_000,
      interval: 100,
    })
  }, 150_000)
  afterAll(() => server.stop())

  it('is in the list, and says what it needs', async () => {
    const { models } = await server.call<ModelsOut>('GET', '/api/models')
    expect(models.find(({ id }) => id === 'cob_rl')).toMatchObject({ name: 'COB RL', trainable: true })
    expect(models.find(({ id }) => id === 'cob_rl')!.needs).toContain('order_book')
  })

  it('is refused while no case has an order book, with how to record one', async () => {
    server.harness.app.database.sqlite.exec(
      `DELETE FROM book_block WHERE start > ${OLD - 10 * MINUTE} AND start <= ${OLD}`,
    )
    // Not over HTTP: the server would ask the simulated market for the book.
    const { id } = await server.harness.app.annotations.create(await server.bodyAt(OLD, HELD), MARKET)
    const answer = await server.harness.call<{ error: { code: string; message: string } }>(
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
    for (const entry of ENTRIES) await server.mark(entry, HELD)
    const { test_cases: cases } = await server.call<{ test_cases: TestCaseState[] }>('GET', '/api/test-cases')
    expect(cases.map(({ order_book_gap_share_pct: share }) => share)).toEqual([null, 0, 0, 0])
    const file = await server.call<TestCaseFile>('GET', `/api/test-cases/${cases[1]!.test_case_id}`)
    expect(file.order_book).toMatchObject({ venues: ['demo-1'], gaps: [] })
    await server.review(62)
    const run = await server.train('cob_rl', 8)
    expect(run).toMatchObject({ status: 'COMPLETED', checkpoint: '0001', test_cases: 3 })
    expect(run.left_out).toEqual([{ test_case_id: cases[0]!.test_case_id, reason: 'it has no order book' }])
    expect(run.warnings.join(' ')).toContain('1 of 4 test cases has no order book')
    expect(run.loss).toBeGreaterThan(0)
  })

  it('puts a book that was recorded since into a case when its annotation is saved again', async () => {
    const demo = createDemoMarket({ seed: 1, symbol: MARKET.symbol })
    const lost = { from: epochMs(OLD - 12 * MINUTE), to: epochMs(OLD + MINUTE) }
    server.harness.app.books.append(MARKET, demoSnapshots(demo, lost))
    const states = async () =>
      (await server.call<{ test_cases: TestCaseState[] }>('GET', '/api/test-cases')).test_cases
    expect((await states())[0]).toMatchObject({ state: 'revised', order_book_gap_share_pct: null })
    const { test_case_id: id } = (await states())[0]!
    const flags = ['--workspace', server.harness.workspace.root, '--save-again', id]
    expect(await annotateJson('test-cases', ...flags)).toEqual({ saved: [id] })
    expect((await states())[0]).toMatchObject({ state: 'complete', order_book_gap_share_pct: 0 })
  })

  it('answers live seconds from the recorded book, and abstains where it is not recorded', async () => {
    const { id } = await server.call<SessionOut>('POST', '/api/inference-sessions', {
      model: 'cob_rl',
      symbol: MARKET.symbol,
    })
    const signals = await server.live(id, 4)
    const predictor = await loadPredictor(await server.harness.app.orchestrator.checkpoint('cob_rl'))
    const held = await server.call<SessionOut>('GET', `/api/inference-sessions/${id}`)
    expect(held.position).toBeDefined()
    for (const { timestamp, scores, reason, intent } of signals) {
      expect(reason).toBeNull()
      expect(intent).toBeTypeOf('string')
      const asOf = epochMs(Date.parse(timestamp))
      const range = { from: asOf, to: asOf }
      const slice = await server.harness.app.reader.slice(MARKET, range)
      const inputs = allocateInputs(1, true)
      writeState(
        marketStateAt(slice, asOf, loadSymbolBookSlice(server.harness.app.books, MARKET, range)),
        inputs,
        0,
      )
      expect([...(await predictor.predict(inputs))]).toEqual([scores!.BUY, scores!.SELL, scores!.HOLD])
    }
    await predictor.close()
    server.harness.app.database.sqlite.exec('DELETE FROM book_block')
    const after = (await server.live(id, 1)).at(-1)!
    expect(after).toMatchObject({ action: 'HOLD', scores: null, reason: 'no_order_book' })
    await server.call('POST', `/api/inference-sessions/${id}/stop`)
  })
})
