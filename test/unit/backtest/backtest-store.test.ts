// Stored backtests, asked of each database: what was asked, how far it came, what came of it.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { BacktestStore } from '../../../src/backtest/backtest-store.ts'
import type { BacktestOrder } from '../../../src/backtest/order.ts'
import { backtestMigrations, type BacktestTables } from '../../../src/backtest/schema.ts'
import type { BacktestOut } from '../../../src/contract/backtests.ts'
import { onEachDatabase, type OpenedDatabase } from '../../postgres/each-database.ts'

const POINT = { timestamp: '2124-01-15T00:00:00Z', net_return_pct: 0.5 }
const MARKET = { venue: 'test', symbol: 'ETH/USDT' }

function backtest(id: string): BacktestOut {
  const instant = '2124-01-15T00:00:00Z'
  return {
    id,
    model: 'cnn',
    checkpoint: '0001',
    ...MARKET,
    from: instant,
    to: instant,
    fee_pct: 0.1 + 0.2,
    slippage_pct: 0,
    barriers: null,
    include_trained: false,
    trained_overlap_seconds: null,
    trained_overlap: [],
    seconds: 60,
    status: 'QUEUED',
    progress: 0,
    warnings: [],
    error: null,
    created_at: instant,
    finished_at: null,
    figures: null,
    floors: [],
    groups: [],
    sweep: [],
  }
}

function order(id: string): BacktestOrder {
  return {
    id,
    workspace: '/w',
    model: 'cnn',
    checkpoint: '0001',
    market: MARKET,
    stretches: [],
    feePct: 0.1 + 0.2,
    slippagePct: 0,
    agentCosts: {},
    barriers: null,
    sweep: null,
    annotations: [],
    reviewed: [],
  }
}

onEachDatabase((open) => {
  let database: OpenedDatabase
  let store: BacktestStore
  beforeAll(async () => {
    database = await open(backtestMigrations)
    store = new BacktestStore(database)
    for (const id of ['b', 'a', 'c']) await store.insert(backtest(id), order(id))
  })
  afterAll(() => database.close())

  it('they come back as they went in, newest first, a page at a time', async () => {
    expect(await store.get('a')).toEqual(backtest('a'))
    expect(await store.order('a')).toEqual(order('a'))
    expect(await store.get('none')).toBeNull()
    expect((await store.list()).map(({ id }) => id)).toEqual(['c', 'a', 'b'])
    expect((await store.list({ limit: 1, before: 'a' })).map(({ id }) => id)).toEqual(['b'])
    await expect(store.insert(backtest('a'), order('a'))).rejects.toThrow(/unique/i)
  })

  it('what one that is over had scored on its way is gone, its lists are there', async () => {
    const scores = database.local<BacktestTables>()
    const bytes = Uint8Array.from([0, 1, 128, 255])
    const block = { candle_mark: 1, book_mark: 2, scores: bytes }
    for (const id of ['a', 'c'])
      await scores
        .insertInto('backtest_scores')
        .values({ ...block, backtest: id, from_time: 60_000 })
        .execute()
    await store.update({ ...backtest('a'), status: 'RUNNING', progress: 0.5 })
    expect(await store.idsWith('QUEUED')).toEqual(['b', 'c'])
    expect((await store.detail('a'))?.calls).toEqual([])
    await store.finish({ ...backtest('a'), status: 'COMPLETED' }, { calls: [], trades: [], equity: [POINT] })
    expect(await store.detail('a')).toMatchObject({ status: 'COMPLETED', equity: [POINT] })
    const left = await scores.selectFrom('backtest_scores').select(['backtest', 'scores']).execute()
    expect(left.map((row) => [row.backtest, [...new Uint8Array(row.scores)]])).toEqual([['c', [...bytes]]])
  })

  it('what a crash left of one that is over, or that is gone, is swept', async () => {
    const scores = database.local<BacktestTables>()
    const block = { from_time: 0, candle_mark: 1, book_mark: 2, scores: new Uint8Array(1) }
    for (const id of ['a', 'gone'])
      await scores
        .insertInto('backtest_scores')
        .values({ ...block, backtest: id })
        .execute()
    await store.sweepScores()
    expect(await scores.selectFrom('backtest_scores').select('backtest').execute()).toEqual([
      { backtest: 'c' },
    ])
  })
})
