// Backtests on the page: the list as events come, what is asked for, what is said of a result, and its curve. Pure.
import { describe, expect, it } from 'vitest'
import type { BacktestFloor, BacktestOut, BacktestTrade } from '../../../src/contract/backtests.ts'
import type { MarketOut } from '../../../src/contract/market.ts'
import { sceneOf } from '../../../src/web/app/scene-of.ts'
import { callRows, overlapMark, resultText, statusText } from '../../../src/web/backtests/backtest-words.ts'
import { filled } from '../../../src/web/backtests/backtest-view.ts'
import { curveOf } from '../../../src/web/backtests/curve.ts'
import { bodiesOf, draftOf, EMPTY, usualSpan, type Filled } from '../../../src/web/backtests/draft.ts'
import { neighbour } from '../../../src/web/backtests/go-there.ts'
import { besides, differenceText, placed } from '../../../src/web/backtests/listed.ts'
import { store, type AppState } from '../../../src/web/state/app-state.ts'
import { asSeen } from '../../../src/web/state/seen.ts'
import { testedOf } from '../../../src/web/state/tested.ts'

const NOON = Date.UTC(2024, 7, 9, 12)
const iso = (seconds: number) => new Date(NOON + seconds * 1000).toISOString()
const FIGURE = { value: 0.25, n: 40, interval: [0.14, 0.4] as [number, number], reason: null }
const FIGURES = {
  trades: 40,
  hit_share: FIGURE,
  net_return_pct: -1.5,
  mean_net_pct: -0.0375,
  max_drawdown_pct: 2.25,
}

function backtest(id: string, more: Partial<BacktestOut> = {}): BacktestOut {
  return {
    id,
    model: 'cnn',
    checkpoint: '0003',
    symbol: 'ETH/USDT',
    venue: 'demo-1',
    from: iso(0),
    to: iso(3600),
    fee_pct: 0.1,
    slippage_pct: 0.02,
    barriers: { target_pct: 0.3, stop_pct: 0.15, stop_assumed: true, seconds: 90, fee_pct_per_side: 0.1 },
    include_trained: false,
    trained_overlap_seconds: 0,
    trained_overlap: [],
    seconds: 3600,
    status: 'COMPLETED',
    progress: 1,
    warnings: [],
    error: null,
    created_at: iso(Number(id)),
    finished_at: null,
    figures: {
      ...FIGURES,
      calls: 42,
      open_trades: 1,
      seconds_scored: 3500,
      abstained: { stale: 100 },
      matched_calls: 3,
      false_calls: 2,
      reviewed_hours: 0.5,
      false_calls_per_hour: { value: 4, n: 0.5, interval: null, reason: null },
    },
    floors: [floor('buy_and_hold', 'Buy and hold', 0.4), floor('random', 'Random entries', -2)],
    groups: [],
    sweep: [],
    ...more,
  }
}

function floor(id: BacktestFloor['id'], name: string, net: number): BacktestFloor {
  return { ...FIGURES, id, name, about: '', net_return_pct: net }
}

describe('the list', () => {
  it('has each backtest once, newest first, as it was told last', () => {
    const begun = backtest('1', { status: 'RUNNING', figures: null })
    const list = placed(placed([], [begun, backtest('3')]), [backtest('2')])
    expect(list.map(({ id }) => id)).toEqual(['3', '2', '1'])
    const later = placed(list, [{ ...begun, progress: 0.5 }])
    expect(later.map(({ id, progress }) => [id, progress])).toEqual([
      ['3', 1],
      ['2', 1],
      ['1', 0.5],
    ])
  })

  it('holds those against one another that went over the same span at the same costs, each checkpoint once', () => {
    const one = backtest('9')
    const list = [
      one,
      backtest('8', { checkpoint: '0002', seconds: 3000 }),
      backtest('7', { checkpoint: '0002' }),
      backtest('6', { checkpoint: '0001', fee_pct: 0 }),
      backtest('5', { checkpoint: '0004', figures: null }),
      backtest('4', { model: 'dqn', barriers: null }),
    ]
    const beside = besides(list, one)
    expect(beside.map(({ id }) => id)).toEqual(['8', '4'])
    expect(beside.map((other) => differenceText(one, other))).toEqual(['other seconds', 'other targets'])
  })
})

describe('what is asked for', () => {
  const draft: Filled = {
    ...EMPTY,
    checkpoints: ['cnn@0003', 'my@model@0001'],
    from: '2024-08-09 12:00:00',
    to: '2024-08-09 13:00',
  }
  const NOTHING = { '1d': null, '1h': null, '1m': null, '1s': null }
  const stored = { ...NOTHING, '1s': { from: iso(-90_000), to: iso(7200) } }
  const market = { symbol: 'ETH/USDT', venue: 'demo-1', stored }

  it('is one body a checkpoint, with what was typed and no more', () => {
    const typed = {
      ...draft,
      numbers: { ...draft.numbers, fee_pct: '0.05', slippage_pct: ' ' },
      sweeps: { ...draft.sweeps, on: '0.5, 0.6;0.7' },
      includesTrained: true,
    }
    const common = { symbol: 'ETH/USDT', venue: 'demo-1', from: iso(0), to: iso(3600) }
    const terms = { fee_pct: 0.05, include_trained: true, sweep: { on: [0.5, 0.6, 0.7] } }
    expect(bodiesOf(typed, market)).toEqual([
      { model: 'cnn', checkpoint: '0003', ...common, ...terms },
      { model: 'my@model', checkpoint: '0001', ...common, ...terms },
    ])
    expect(bodiesOf({ ...draft, checkpoints: ['cnn@0003', 'instant@*'] }, market)).toEqual([
      { model: 'cnn', checkpoint: '0003', ...common },
      { model: 'instant', pattern: '*', ...common },
    ])
  })

  it('is refused in words that name the field', () => {
    expect(bodiesOf({ ...draft, checkpoints: [] }, market)).toContain('Choose a checkpoint')
    expect(bodiesOf({ ...draft, from: '12:00' }, market)).toContain('2024-08-09 00:00:00')
    expect(bodiesOf({ ...draft, to: draft.from }, market)).toContain('swap')
    expect(bodiesOf({ ...draft, numbers: { ...draft.numbers, stop_pct: '0,1' } }, market)).toContain(
      '“Stop, %”',
    )
    expect(bodiesOf({ ...draft, sweeps: { ...draft.sweeps, on: 'half' } }, market)).toContain('Threshold')
  })

  it('begins with the last stored day, none of it later than what may be seen', () => {
    expect(usualSpan(market, Infinity)).toEqual({ from: '2024-08-08 14:00:00', to: '2024-08-09 14:00:00' })
    expect(usualSpan(market, NOON)?.to).toBe('2024-08-09 12:00:00')
    expect(usualSpan({ stored: NOTHING }, NOON)).toBeNull()
    const cursor = { time: NOON, follows: false, hidesFuture: true }
    const state = { models: [], market: market as unknown as MarketOut, markets: [], cursor }
    expect(filled(draft, state).draft.to).toBe('2024-08-09 12:00:00')
    expect(filled(draft, { ...state, cursor: { ...cursor, hidesFuture: false } }).draft.to).toBe(draft.to)
  })

  it('can be what was asked before', () => {
    const row = { ...FIGURES, fee_pct: 0.1, target_pct: 0.3, stop_pct: 0.15, hold_seconds: 90, calls: 1 }
    const again = draftOf(backtest('1', { sweep: [0.5, 0.6].map((on) => ({ ...row, on })) }))
    expect(bodiesOf(again as Filled, market)).toEqual([
      {
        model: 'cnn',
        checkpoint: '0003',
        symbol: 'ETH/USDT',
        venue: 'demo-1',
        from: iso(0),
        to: iso(3600),
        fee_pct: 0.1,
        slippage_pct: 0.02,
        target_pct: 0.3,
        hold_seconds: 90,
        sweep: { on: [0.5, 0.6] },
      },
    ])
  })
})

describe('what is said', () => {
  it('is what came of it, what it beat, and what the marks say, in this order', () => {
    expect(resultText(backtest('1'))).toEqual([
      'cnn 0003 made 42 calls in 58 min 20 s of ETH/USDT on demo-1, and gave no answer in 100 seconds.',
      'Its 40 trades add up to −1.50 % after 0.1 % fees and 0.02 % slippage a side; 25 % (14 to 40) ended above their costs; the largest fall was 2.25 points. 1 trade had not ended.',
      'That is more than random entries (−2.00 %), and not more than buy and hold (+0.40 %).',
      'By your annotations and reviewed spans 3 of its calls match a mark and 2 are false, 4.00 an hour of the 0.5 h that are reviewed.',
    ])
  })

  it('is what to do where there is nothing to judge', () => {
    const figures = { ...backtest('1').figures!, trades: 0, open_trades: 0 }
    expect(resultText(backtest('1', { figures: { ...figures, calls: 0 } })).join(' ')).toContain(
      'longer span',
    )
    expect(resultText(backtest('1', { figures, barriers: null })).join(' ')).toContain('name a target')
    const few = { ...figures, trades: 4 }
    expect(resultText(backtest('1', { figures: few })).join(' ')).toContain('4 trades are too few')
    const states = (['QUEUED', 'PAUSED', 'INTERRUPTED', 'CANCELLED'] as const).map((status) =>
      statusText(backtest('1', { status, progress: 0.4 })),
    )
    expect(states.join(' ')).toMatch(/Waits.*Paused at 40 %. Resume.*Resume it.*Same terms again/)
  })

  it('carries its mark wherever seconds of the training are scored, or nothing is known of it', () => {
    const mark = (seconds: number | null, include_trained: boolean) =>
      overlapMark({ trained_overlap_seconds: seconds, include_trained })
    expect([mark(9, true), mark(null, false), mark(9, false), mark(0, true)]).toEqual([
      'TRAINED ON',
      'TRAINING UNKNOWN',
      null,
      null,
    ])
  })
})

const CALLS = [30, 10, 50].map((second, i) => ({
  id: `c${i}`,
  timestamp: iso(second),
  action: 'BUY' as const,
  score: 0.8,
  price: 100 + i,
  matched_annotation: i === 0 ? 'a' : null,
}))
const trade = (
  call_id: string | null,
  outcome: BacktestTrade['outcome'],
  net_pct: number | null,
): BacktestTrade => ({
  call_id,
  action: 'SELL',
  entered_at: iso(5),
  entry_price: 99,
  exited_at: null,
  outcome,
  net_pct,
})

describe('its calls', () => {
  const detail = {
    ...backtest('1', { trained_overlap: [{ from: iso(0), to: iso(20) }] }),
    calls: CALLS,
    trades: [],
    equity: [],
    timezone: 'UTC',
  }

  it('stand with their trades; an agent’s trades stand by themselves', () => {
    const rows = callRows({ calls: CALLS, trades: [trade('c1', 'wrong', -0.4)] })
    expect(rows.map(({ outcome, net, isMatched }) => [outcome, net, isMatched])).toEqual([
      [null, null, true],
      ['wrong', -0.4, false],
      [null, null, false],
    ])
    const own = callRows({ calls: CALLS, trades: [trade(null, 'closed', 0.2)] })
    expect(own).toMatchObject([{ action: 'SELL', price: 99, score: null, net: 0.2 }])
  })

  it('are stepped through in the order of time, and marked on the charts of their market alone', () => {
    const tested = testedOf(detail)
    expect(tested.calls.map(({ wasTrained }) => wasTrained)).toEqual([true, false, false])
    const at = (seconds: number) => NOON + seconds * 1000
    expect(neighbour(tested, at(10), 1)?.time).toBe(at(30))
    expect(neighbour(tested, at(30), -1)?.time).toBe(at(10))
    expect(neighbour(tested, at(50), 1)).toBeUndefined()
    const market = {
      symbol: 'ETH/USDT',
      venue: 'demo-1',
      test_case_spans: [],
    } as unknown as AppState['market']
    const shown = { ...store.get(), market, tested }
    expect(sceneOf(shown).tested).toBe(tested.calls)
    expect(sceneOf({ ...shown, showsTested: false }).tested).toEqual([])
    expect(sceneOf({ ...shown, tested: { ...tested, venue: 'other' } }).tested).toEqual([])
  })

  it('tell nothing of what is hidden, nor do figures of a span that goes on past the cursor', () => {
    const state = {
      ...store.get(),
      tested: testedOf(detail),
      backtests: [backtest('2'), backtest('1', { to: iso(20) })],
      cursor: { time: NOON + 30_000, follows: false, hidesFuture: true },
    }
    const seen = asSeen(state)
    expect(seen.tested?.calls.map(({ time }) => (time - NOON) / 1000)).toEqual([10, 30])
    expect(seen.backtests.map(({ id }) => id)).toEqual(['1'])
    expect(asSeen({ ...state, priceNow: 5 }).tested).toBe(seen.tested)
  })
})

describe('its curve', () => {
  const point = (second: number, sum: number) => ({ timestamp: iso(second), net_return_pct: sum })

  it('begins at 0, goes along in even steps to the end, and keeps the deepest fall between two of them', () => {
    const equity = [point(100, 1), point(101, -2), point(102, 0.5), point(3000, 2)]
    const { equity: sums, drawdown } = curveOf({ equity, from: iso(0), to: iso(3600) })
    const steps = new Set(sums.slice(1).map(({ time }, i) => time - sums[i]!.time))
    expect(steps).toEqual(new Set([5]))
    expect([sums[0]!.value, sums.at(-1)!.value]).toEqual([0, 2])
    expect(Math.min(...drawdown.map(({ value }) => value))).toBe(-3)
    expect(drawdown.at(-1)!.value).toBe(0)
  })

  it('goes on to a trade that ended after the span', () => {
    const { equity } = curveOf({ equity: [point(70, 1)], from: iso(0), to: iso(60) })
    expect(equity.at(-1)).toEqual({ time: NOON / 1000 + 70, value: 1 })
  })
})
