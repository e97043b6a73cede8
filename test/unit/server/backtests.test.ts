// /api/backtests on a real server: figures beside what has to be beaten, what was trained on left out, pause, interruption, cancel.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import type { BacktestDetail, BacktestOut } from '../../../src/contract/backtests.ts'
import type { CandlesOut } from '../../../src/contract/market.ts'
import type { ErrorBody } from '../../../src/contract/shapes.ts'
import { MINUTE, SECOND } from '../../../src/core/time.ts'
import { rangeOf, rangeOut } from '../../../src/market/ranges.ts'
import { publishUntrained, EAGER } from '../inference/checkpoint.ts'
import { patient } from '../../patience.ts'
import { NOW, startServer, type Answer, type Harness } from './harness.ts'
import { OpenApi } from './openapi.ts'

const HELD = 60 * SECOND
const ENTRY = NOW - 10 * MINUTE
/** Of the mark: a tenth of its holding before and after, and 100 s of candles on each side. */
const LABELLED = { from: ENTRY - 6 * SECOND - 100 * SECOND, to: ENTRY + HELD + 6 * SECOND + 1 + 100 * SECOND }
const SPAN = { from: NOW - 15 * MINUTE, to: NOW - 5 * MINUTE }
const SECONDS = (SPAN.to - SPAN.from) / SECOND
let server: Harness
let api: OpenApi
let mark: AnnotationOut

type Asked = Answer<BacktestOut & BacktestDetail & ErrorBody & { backtests: BacktestOut[] }>

async function call(method: string, path: string, body?: object): Promise<Asked> {
  const answer = await server.call(method, path, body === undefined ? {} : { body })
  expect(api.faults(method, path, answer.status, answer.body)).toEqual([])
  return answer as unknown as Asked
}

function start(more: object = {}): Promise<Asked> {
  return call('POST', '/api/backtests', { model: 'cnn', symbol: 'ETH/USDT', ...SPAN, ...more })
}

async function ended(id: string): Promise<BacktestDetail> {
  const isOver = async () => {
    const { body } = await call('GET', `/api/backtests/${id}`)
    return body.status === 'QUEUED' || body.status === 'RUNNING' ? null : body
  }
  return vi.waitUntil(isOver, { timeout: patient(60_000), interval: 50 })
}

async function completed(more: object = {}): Promise<BacktestDetail> {
  const { status, body } = await start(more)
  expect(status).toBe(202)
  const backtest = await ended(body.id)
  expect(backtest).toMatchObject({ status: 'COMPLETED', progress: 1, error: null })
  return backtest
}

async function annotate(): Promise<AnnotationOut> {
  const query = `symbol=ETH/USDT&timeframe=1s&from=${ENTRY - 1000}&to=${ENTRY + HELD}`
  const { candles } = (await server.call<CandlesOut>('GET', `/api/candles?${query}`)).body
  const [first, last] = [candles[0]![4], candles.at(-1)![4]]
  const { body } = await server.call<AnnotationOut>('POST', '/api/annotations', {
    body: {
      symbol: 'ETH/USDT',
      direction: last >= first ? 'LONG' : 'SHORT',
      entry: { timestamp: ENTRY, price: first },
      exit: { timestamp: ENTRY + HELD, price: last },
    },
  })
  return body
}

async function caseOf({ test_case_id }: AnnotationOut) {
  const bytes = await readFile(join(server.workspace.testCases, `${test_case_id}.json`))
  return { test_case_id, sha256: createHash('sha256').update(bytes).digest('hex') }
}

beforeAll(async () => {
  server = await startServer('demo')
  api = new OpenApi((await server.call<object>('GET', '/api/openapi.json')).body)
  mark = await annotate()
  const root = server.workspace.checkpoints
  await publishUntrained(root, { rule: EAGER, calibration: null })
  const data = { test_cases: [await caseOf(mark)], hold_source: 'reviewed' }
  await publishUntrained(root, { rule: EAGER, calibration: null, data })
  const none = { test_cases: [], hold_source: 'reviewed' }
  await publishUntrained(root, { rule: EAGER, calibration: null, data: none, parent: '0002' })
  await publishUntrained(root, { rule: EAGER, calibration: null }, 'dqn')
})
afterAll(() => server.stop())

describe('a backtest', () => {
  it('follows calls to their ends and sets them beside what has to be beaten', async () => {
    const told: BacktestOut[] = []
    const end = server.app.bus.on('backtest', (each) => told.push(each))
    const terms = { fee_pct: 0, slippage_pct: 0.001, target_pct: 0.01, stop_pct: 0.02, hold_seconds: 30 }
    const sweep = { on: [0, 1], fee_pct: [0, 0.1] }
    const backtest = await completed({ checkpoint: '0001', ...terms, sweep })
    // What is stored can be asked for a moment before it is told.
    await vi.waitUntil(() => told.at(-1)?.status === 'COMPLETED')
    end()
    const { figures, calls, trades, floors, equity, groups, sweep: rows } = backtest
    expect(backtest).toMatchObject({ seconds: SECONDS, trained_overlap_seconds: 0, include_trained: false })
    expect(figures).toMatchObject({
      seconds_scored: SECONDS,
      abstained: {},
      calls: calls.length,
      open_trades: 0,
    })
    expect(calls.length).toBeGreaterThan(10)
    expect(trades.map(({ call_id }) => call_id)).toEqual(calls.map(({ id }) => id))
    const right = trades.filter(({ outcome }) => outcome === 'right')
    expect(right.length).toBeGreaterThan(0)
    for (const trade of right) expect(trade.net_pct).toBeCloseTo(0.01 - 2 * 0.001, 9)
    const net = trades.reduce((sum, trade) => sum + trade.net_pct!, 0)
    expect(figures!.net_return_pct).toBeCloseTo(net, 9)
    expect(equity.at(-1)!.net_return_pct).toBeCloseTo(net, 9)
    expect(floors.map(({ id }) => id)).toEqual(['buy_and_hold', 'plain_rule', 'random', 'annotations'])
    expect(floors.at(-1)).toMatchObject({ trades: 1 })
    for (const by of ['hour', 'regime']) {
      const counts = groups.filter((group) => group.by === by).map((group) => group.trades)
      expect(counts.reduce((sum, n) => sum + n, 0)).toBe(trades.length)
    }
    const there = (await call('GET', `/api/backtests/${backtest.id}?timezone=Asia/Kolkata`)).body
    const clocks = trades.map(({ entered_at: at }) => Date.parse(at) + 5.5 * 3_600_000)
    const hours = [...new Set(clocks.map((at) => new Date(at).toISOString().slice(11, 13)))].toSorted()
    const named = there.groups.filter(({ by }) => by === 'hour')
    expect(named.map(({ name }) => name)).toEqual(hours)
    expect(there).toMatchObject({ timezone: 'Asia/Kolkata', figures })
    const { hit_share, net_return_pct, max_drawdown_pct } = figures!
    const own = { calls: calls.length, trades: trades.length, hit_share, net_return_pct, max_drawdown_pct }
    expect(rows.map(({ on, fee_pct }) => [on, fee_pct])).toEqual([
      [0, 0],
      [0, 0.1],
      [1, 0],
      [1, 0.1],
    ])
    expect(rows[0]).toMatchObject(own)
    expect(rows[1]!.net_return_pct).toBeCloseTo(net - 0.2 * trades.length, 6)
    expect(rows[2]).toMatchObject({ calls: 0, trades: 0 })
    const statuses = ['QUEUED', 'RUNNING', 'COMPLETED']
    expect(told.map(({ status }) => status)).toEqual(expect.arrayContaining(statuses))
    const { calls: _calls, trades: _trades, equity: _equity, timezone, ...summary } = backtest
    expect(timezone).toBe('UTC')
    expect(told.at(-1)).toEqual(summary)
    expect((await call('GET', '/api/backtests?limit=1')).body.backtests).toEqual([summary])
  })

  it('of an agent trades by its paper account', async () => {
    const backtest = await completed({ model: 'dqn' })
    expect(backtest.fee_pct).toBe(0.1)
    const closed = backtest.trades.filter(({ outcome }) => outcome === 'closed')
    expect(closed.length).toBeGreaterThan(0)
    expect(backtest.trades.length - closed.length).toBe(backtest.figures!.open_trades)
    expect(backtest.figures!.trades).toBe(closed.length)
  })
})

describe('seconds that the checkpoint was trained on', () => {
  const overlap = {
    from: new Date(LABELLED.from).toISOString(),
    to: new Date(Math.ceil(LABELLED.to / SECOND) * SECOND).toISOString(),
  }
  const seconds = (Date.parse(overlap.to) - Date.parse(overlap.from)) / SECOND

  it.each(['0002', '0003'])('are left out, and those of its parent are (%s)', async (checkpoint) => {
    const backtest = await completed({ checkpoint })
    expect(backtest.trained_overlap_seconds).toBe(seconds)
    expect(backtest.trained_overlap.map(({ from, to }) => [Date.parse(from), Date.parse(to)])).toEqual([
      [Date.parse(overlap.from), Date.parse(overlap.to)],
    ])
    expect(backtest.seconds).toBe(SECONDS - seconds)
    expect(backtest.figures!.seconds_scored).toBe(SECONDS - seconds)
    expect(backtest.warnings[0]).toMatch(`trained on ${seconds} seconds of the span: they are left out`)
    const inside = (at: string) =>
      at >= overlap.from.replace('.000', '') && at < overlap.to.replace('.000', '')
    expect(backtest.calls.some(({ timestamp }) => inside(timestamp))).toBe(false)
  })

  it('are said before anything else where they are scored', async () => {
    const backtest = await completed({ checkpoint: '0002', include_trained: true })
    expect(backtest).toMatchObject({ seconds: SECONDS, trained_overlap_seconds: seconds })
    expect(backtest.warnings[0]).toMatch(/^TRAINED ON: /)
    expect(backtest.figures!.matched_calls).toBeGreaterThanOrEqual(0)
  })

  it('are refused where nothing else is left', async () => {
    const { status, body } = await start({ ...LABELLED, checkpoint: '0002' })
    expect([status, body.error.code]).toEqual([422, 'nothing_to_score'])
    expect(body.error.message).toMatch(/trained on every stored second/)
  })

  it('are those that it says itself, whatever is marked and reviewed now', async () => {
    const [from, to] = [SPAN.from + 2 * MINUTE, SPAN.from + 3 * MINUTE]
    const labelled = [
      { venue: mark.venue, symbol: mark.symbol, ...rangeOut(rangeOf(from, to)) },
      { venue: mark.venue, symbol: 'OTHER/USDT', ...rangeOut(rangeOf(SPAN.from, SPAN.to)) },
    ]
    // A mark that was moved since, and nothing that is reviewed.
    const test_cases = [{ test_case_id: mark.test_case_id, sha256: '0'.repeat(64) }]
    const data = { test_cases, hold_source: 'reviewed', labelled }
    const root = server.workspace.checkpoints
    const checkpoint = await publishUntrained(root, { rule: EAGER, calibration: null, data })
    const { body } = await start({ checkpoint })
    await call('POST', `/api/backtests/${body.id}/cancel`)
    expect(body.trained_overlap_seconds).toBe(60 + 2 * 100)
    expect(body.warnings).toEqual([expect.stringMatching(/left out/)])
  })

  it('are not known of a mark that was moved since where it does not say them, and that is said', async () => {
    const sha256 = '0'.repeat(64)
    const data = { test_cases: [{ test_case_id: mark.test_case_id, sha256 }], hold_source: 'reviewed' }
    const root = server.workspace.checkpoints
    const checkpoint = await publishUntrained(root, { rule: EAGER, calibration: null, data })
    const { body } = await start({ checkpoint })
    expect(body.warnings).toEqual([
      expect.stringMatching(/left out/),
      expect.stringMatching(/1 of the 1 test cases .* changed or deleted since/),
    ])
    await call('POST', `/api/backtests/${body.id}/cancel`)
  })
})

describe('what is asked wrongly', () => {
  const refused: [string, object, string][] = [
    ['a model that there is not', { model: 'nope' }, 'unknown_model'],
    ['a checkpoint that there is not', { checkpoint: '0099' }, 'unknown_checkpoint'],
    ['a market that there is not', { symbol: 'NOPE/USDT' }, 'unknown_symbol'],
    ['a span that ends before it begins', { from: SPAN.to, to: SPAN.from }, 'invalid_span'],
    ['a span longer than a year', { from: 0 }, 'invalid_span'],
    ['a span of which nothing is stored', { from: 0, to: MINUTE }, 'nothing_to_score'],
    ['a sweep of an agent', { model: 'dqn', sweep: { fee_pct: [0] } }, 'sweep_of_agent'],
    [
      'too large a sweep',
      { sweep: { on: tenths(20), fee_pct: tenths(20), target_pct: tenths(20) } },
      'sweep_too_large',
    ],
  ]
  it.each(refused)('%s', async (_, more, code) => {
    expect((await start(more)).body.error.code).toBe(code)
  })

  it('is a backtest that there is not', async () => {
    for (const [method, rest] of [
      ['GET', ''],
      ['POST', '/pause'],
      ['POST', '/resume'],
      ['POST', '/cancel'],
    ] as const) {
      const { status, body } = await call(method, `/api/backtests/nope${rest}`)
      expect([status, body.error.code]).toEqual([404, 'unknown_backtest'])
    }
  })
})

function tenths(n: number): number[] {
  return Array.from({ length: n }, (_, i) => (i + 1) / 100)
}

describe('a backtest that is stopped', () => {
  /** Two blocks of ten minutes, and half of one. */
  const LONG = { checkpoint: '0001', from: NOW - 30 * MINUTE, to: NOW - 5 * MINUTE }
  const lists = ({ calls, trades, equity, figures }: BacktestDetail) => ({ calls, trades, equity, figures })
  const blocksOf = (id: string): number => {
    const count = 'SELECT count(*) AS n FROM backtest_scores WHERE backtest = ?'
    return (server.app.database.sqlite.prepare(count).get(id) as { n: number }).n
  }

  async function underway(): Promise<string> {
    const { body } = await start(LONG)
    const isUnderway = async () => (await call('GET', `/api/backtests/${body.id}`)).body.progress > 0
    await vi.waitUntil(isUnderway, { timeout: patient(60_000), interval: 5 })
    return body.id
  }

  it('goes on with what it had scored, to what it would have come to', async () => {
    const whole = await completed(LONG)
    const id = await underway()
    const paused = await call('POST', `/api/backtests/${id}/pause`)
    expect(paused.body).toMatchObject({ status: 'PAUSED', figures: null })
    expect(paused.body.progress).toBeLessThan(1)
    expect(blocksOf(id)).toBeGreaterThan(0)
    expect((await call('POST', `/api/backtests/${id}/pause`)).body.status).toBe('PAUSED')
    await call('POST', `/api/backtests/${id}/resume`)
    expect(lists(await ended(id))).toEqual(lists(whole))
    expect(blocksOf(id)).toBe(0)
    const late = await call('POST', `/api/backtests/${id}/resume`)
    expect([late.status, late.body.error.code]).toEqual([409, 'backtest_is_over'])
  })

  it('is interrupted with its server, and can be gone on with', async () => {
    const id = await underway()
    await server.restart()
    const { body } = await server.call('GET', `/api/backtests/${id}`)
    expect(body).toMatchObject({ status: 'INTERRUPTED', error: { code: 'interrupted' } })
    await call('POST', `/api/backtests/${id}/resume`)
    expect((await ended(id)).status).toBe('COMPLETED')
  })

  it('whose end cannot be stored is told as it ended once that is possible', async () => {
    const { sqlite } = server.app.database
    const refuse =
      "BEFORE UPDATE ON backtest WHEN NEW.status = 'COMPLETED' BEGIN SELECT RAISE(FAIL, 'no'); END"
    sqlite.exec(`CREATE TRIGGER no_end ${refuse}`)
    const { body } = await start()
    const isDone = async () => (await call('GET', `/api/backtests/${body.id}`)).body.progress === 1
    await vi.waitUntil(isDone, { timeout: patient(60_000), interval: 50 })
    await server.app.backtests.settled()
    expect((await call('GET', `/api/backtests/${body.id}`)).body).toMatchObject({
      status: 'RUNNING',
      figures: null,
    })
    sqlite.exec('DROP TRIGGER no_end')
    expect((await call('POST', `/api/backtests/${body.id}/cancel`)).body.status).toBe('COMPLETED')
  })

  it('is cancelled for good', async () => {
    const id = await underway()
    const { body } = await call('POST', `/api/backtests/${id}/cancel`)
    expect(body).toMatchObject({ status: 'CANCELLED', error: null })
    expect(blocksOf(id)).toBe(0)
    expect((await call('POST', `/api/backtests/${id}/cancel`)).body.status).toBe('CANCELLED')
  })
})
