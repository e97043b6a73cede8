// A validation as a terminal shows it: figures beside floors, and a reason where a figure is missing.
import { afterEach, expect, it, vi } from 'vitest'
import type { CallFigures, Figure, Scorecard, Validation } from '../../../src/contract/validation.ts'
import { printValidation } from '../../../src/cli/print-validation.ts'

const figure = (value: number | null, reason: string | null = null): Figure => ({
  value,
  n: 10,
  interval: null,
  reason,
})
const few = figure(null, '4 calls: too few, at least 20')

function scorecard(f1: number): Scorecard {
  const all: CallFigures = {
    annotations: 10,
    calls: 9,
    hits: 7,
    false_calls: 2,
    missed: 3,
    precision: figure(0.7778),
    recall: figure(0.7),
    weighted_recall: figure(0.7),
    f1: figure(f1),
    false_calls_per_hour: figure(0.25),
    delay_seconds: { median: 4, lower_quartile: 2, upper_quartile: 7.5, n: 7, reason: null },
    move_left: figure(0.9),
  }
  const second = figure(0.02)
  return {
    calls: { all, BUY: all, SELL: all },
    seconds: { accuracy: second, log_loss: second, brier: second },
    trading: {
      calls: 9,
      holding_seconds: 300,
      fee_pct_per_side: 0.1,
      hit_rate: few,
      expectancy_pct: few,
      profit_factor: few,
      max_drawdown_pct: few,
    },
  }
}

const validation: Validation = {
  method: 'leave_one_episode_out',
  accuracy: 0.99,
  majority_floor: 0.98,
  n: 5000,
  loss: 0.02,
  episodes: 10,
  folds: 10,
  seconds_scored: 5000,
  calls: 9,
  hits: 7,
  false_calls: 2,
  missed: 3,
  precision: 0.7778,
  recall: 0.7,
  f1: 0.7368,
  false_calls_per_hour: 0.25,
  misses: [],
  annotations: 10,
  effective_n: 8.5,
  window_overlap: 0.1,
  embargo_seconds: 100,
  model: scorecard(0.7368),
  floors: [{ id: 'plain_rule', name: 'Plain rule', about: 'A rule.', scores: scorecard(0.41) }],
  against_instant: {
    verdict: 'not_distinguishable',
    episodes: 10,
    difference: -0.06,
    interval: [-0.2, 0.08],
    words: 'Not distinguishable from the instant model: F1 0.74 against 0.80.',
  },
  reliability: { n: 9, ece: few, brier: few, bins: [], method: 'none' },
  seeds: { count: 3, figures: [{ name: 'f1', mean: 0.7, sd: 0.05, values: [0.7, 0.65, 0.75] }] },
  permutation: { placements: 19, score: 'f1', observed: 0.7368, permuted: [0.1, 0.2], p: 0.05 },
}

afterEach(() => vi.restoreAllMocks())

it('stands beside its floors, says why a figure is missing, and tells seeds and permutations', () => {
  let text = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk)
    return true
  })
  printValidation(validation)
  expect(text).toMatch(/^10 folds, each episode left out once; 10 episodes, 10 annotations, worth 8\.5/)
  expect(text).toMatch(/^model +7 +2 +3 +0\.778 +0\.7 +0\.737 +0\.25 +0\.9 +0\.02 +0\.02 +–$/m)
  expect(text).toMatch(/^Plain rule +7 +2 +3 +0\.778 +0\.7 +0\.41/m)
  expect(text).toContain('–: 4 calls: too few, at least 20')
  expect(text).toContain('  Not distinguishable from the instant model: F1 0.74 against 0.80.')
  expect(text).toContain('Delay after the entry, s: median 4, quartiles 2 and 7.5')
  expect(text).toContain('hit rate – (4 calls: too few, at least 20)')
  expect(text).toMatch(/3 seeds:\n.*\nf1 +0\.7 +0\.05/)
  expect(text).toContain('p 0.05')
})
