// The result of a validation in plain words, and how an accuracy stands to its floor.
import { describe, expect, it } from 'vitest'
import { accuracyStanding, foundWords, simpleRuleWords } from '../../../src/contract/plain-result.ts'
import { shareDone } from '../../../src/contract/training-progress.ts'
import type { Figure, Floor, Scorecard } from '../../../src/contract/validation.ts'

const said = (value: number | null, n = 1): Figure => ({ value, n, interval: null, reason: null })

function scores(hits: number, missed: number, wrong: number, hours = 14): Scorecard {
  const calls = hits + wrong
  const f1 = calls + hits + missed === 0 ? null : (2 * hits) / (calls + hits + missed)
  const all = {
    annotations: hits + missed,
    calls,
    hits,
    false_calls: wrong,
    missed,
    precision: said(null),
    recall: said(null),
    weighted_recall: said(null),
    f1: said(f1),
    false_calls_per_hour: said(wrong / hours, hours),
    delay_seconds: { median: null, lower_quartile: null, upper_quartile: null, n: 0, reason: null },
    move_left: said(null),
  }
  const none = said(null)
  const trading = { hit_rate: none, expectancy_pct: none, profit_factor: none, max_drawdown_pct: none }
  return {
    calls: { all, BUY: all, SELL: all },
    seconds: null,
    trading: { calls, holding_seconds: 60, fee_pct_per_side: 0.1, ...trading },
  }
}

function floor(id: Floor['id'], name: string, ...counts: Parameters<typeof scores>): Floor {
  return { id, name, about: '', scores: scores(...counts) }
}

const counted = { hits: 7, missed: 3, false_calls: 4 }

describe('what was found', () => {
  it('says marks, false calls and the hours they were made in', () => {
    expect(foundWords({ ...counted, model: scores(7, 3, 4) })).toBe(
      '7 of 10 marked trades found, 4 false calls in 14 h',
    )
    expect(foundWords({ ...counted, false_calls: 1, model: scores(7, 3, 1, 0.5) })).toBe(
      '7 of 10 marked trades found, 1 false call in 30 min',
    )
  })

  it('says no hours where a run of before there were any knows none', () => {
    expect(foundWords(counted)).toBe('7 of 10 marked trades found, 4 false calls')
  })
})

describe('the best simple rule', () => {
  const floors = [
    floor('majority', 'Always HOLD', 0, 10, 0),
    floor('random', 'Random caller', 0.25, 9.75, 10.75),
    floor('plain_rule', 'Plain rule', 6, 4, 4),
    floor('instant', 'Instant', 9, 1, 0),
  ]

  it('is the one with the highest F1; the instant model is no rule', () => {
    expect(simpleRuleWords({ floors })).toBe('the best simple rule (Plain rule): 6 of 10, 4 false')
  })

  it('is not chance, and is said to find none where none does', () => {
    expect(simpleRuleWords({ floors: floors.slice(0, 2) })).toBeNull()
    expect(simpleRuleWords({ floors: [floor('plain_rule', 'Plain rule', 0, 10, 3)] })).toBe(
      'no simple rule finds any',
    )
    expect(simpleRuleWords({})).toBeNull()
  })
})

it.each([
  [0.995, 'beyond'],
  [0.97, 'not distinguishable'],
  [0.7, 'below'],
] as const)('an accuracy of %f is %s what always saying HOLD could reach by chance', (accuracy, standing) => {
  expect(accuracyStanding({ accuracy, majority_floor_interval: [0.72, 0.99] })).toBe(standing)
  expect(accuracyStanding({ accuracy })).toBe('not distinguishable')
})

it('counts epochs, validation and thresholds as one', () => {
  expect(shareDone({ duration_seconds: 21, seconds_left: 63 })).toBe(0.25)
  expect(shareDone({ duration_seconds: 21, seconds_left: null })).toBeNull()
  expect(shareDone({ duration_seconds: 0, seconds_left: 0 })).toBeNull()
})
