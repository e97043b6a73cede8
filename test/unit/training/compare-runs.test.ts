// The figures by which runs are compared and exported: those that mean something, each by one flat name.
import { expect, it } from 'vitest'
import type { CallFigures, Figure, Validation } from '../../../src/contract/validation.ts'
import { epochMs } from '../../../src/core/time.ts'
import { cnn } from '../../../src/models/cnn.ts'
import { figuresOf } from '../../../src/training/runs/compare-runs.ts'
import { newRun } from '../../../src/training/runs/new-run.ts'

const of = (value: number | null): Figure => ({
  value,
  n: 3,
  interval: null,
  reason: value === null ? 'too few' : null,
})

const calls: CallFigures = {
  annotations: 3,
  calls: 2,
  hits: 1,
  false_calls: 1,
  missed: 2,
  precision: of(null),
  recall: of(null),
  weighted_recall: of(null),
  f1: of(null),
  false_calls_per_hour: of(0.5),
  delay_seconds: { median: 2, lower_quartile: 1, upper_quartile: 3, n: 1, reason: null },
  move_left: of(0.9),
}

const validation: Validation = {
  method: 'leave_one_episode_out',
  episodes: 3,
  folds: 3,
  accuracy: 0.99,
  majority_floor: 0.98,
  n: 9000,
  loss: 0.1,
  seconds_scored: 10_000,
  calls: 2,
  hits: 1,
  false_calls: 1,
  missed: 2,
  precision: 0.5,
  recall: 1 / 3,
  f1: 0.4,
  false_calls_per_hour: 0.5,
  misses: [],
  seeds: null,
  permutation: { placements: 19, score: 'f1', observed: 0.4, permuted: [0], p: 0.05 },
  reliability: { n: 2, ece: of(null), brier: of(null), bins: [], method: 'none' },
  model: {
    calls: { all: calls, BUY: calls, SELL: calls },
    seconds: { accuracy: of(0.99), log_loss: of(0.1), brier: of(0.02) },
    trading: {
      calls: 2,
      holding_seconds: 60,
      fee_pct_per_side: 0.1,
      hit_rate: of(null),
      expectancy_pct: of(null),
      profit_factor: of(null),
      max_drawdown_pct: of(null),
    },
  },
}

const run = newRun({ model: 'cnn' }, cnn, null, epochMs(0))

it('holds what a validation found, and nothing where n is too small for a figure to mean anything', () => {
  const figures = figuresOf({ ...run, validation })
  expect(figures).toMatchObject({
    'validation.hits': 1,
    // 0.5 stands in the run, and means nothing of two calls.
    'validation.precision': null,
    'validation.f1': null,
    'validation.delay_seconds': 2,
    'validation.log_loss': 0.1,
    'validation.permutation_p': 0.05,
    'validation.ece': null,
  })
  expect(Object.values(figures).every((value) => value === null || typeof value === 'number')).toBe(true)
  expect(Object.keys(figures)).not.toContain('validation.seeds')
  expect(Object.keys(figures)).not.toContain('validation.permutation')
})

it('holds how an agent traded what was held out, beside what it has to beat', () => {
  const trading = {
    hours: 3,
    trades: 2,
    return_pct: 0.4,
    buy_and_hold_pct: -1,
    random_pct: -0.6,
    plain_rule_pct: 0,
  }
  expect(figuresOf({ ...run, trading })).toMatchObject({
    'trading.return_pct': 0.4,
    'trading.buy_and_hold_pct': -1,
  })
  expect(Object.keys(figuresOf(run)).some((name) => name.startsWith('trading.'))).toBe(false)
})
