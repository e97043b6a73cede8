// Suggestions on the page: which is asked next, and what is said of them and of what the answers brought.
import { describe, expect, it } from 'vitest'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import type { PreviewOut } from '../../../src/contract/preview.ts'
import type { SuggestionOut } from '../../../src/contract/suggestions.ts'
import { sceneOf } from '../../../src/web/app/scene-of.ts'
import { store } from '../../../src/web/state/app-state.ts'
import type { Suggesting } from '../../../src/web/state/asking.ts'
import {
  gainText,
  lastText,
  nextOf,
  paceText,
  sentenceOf,
  worthOf,
} from '../../../src/web/suggestions/words.ts'

const MINUTE = 60_000

const suggestion = (id: string, kind: SuggestionOut['kind'] = 'confident'): SuggestionOut => ({
  id,
  symbol: 'ETH/USDT',
  venue: 'demo-1',
  direction: 'LONG',
  score: 0.912,
  kind,
  entry: { timestamp: '2024-08-09T00:00:05Z', price: 10 },
  exit: { timestamp: '2024-08-09T00:05:05Z', price: 11 },
  pattern: null,
})

const suggesting: Suggesting = {
  question: suggestion('a'),
  reason: null,
  asked: 0,
  labels: 0,
  beganAt: 0,
  labelledAt: 0,
  shownAt: 0,
  seen: 0,
  before: null,
  last: null,
  stand: {
    market: null,
    cursor: { time: null, follows: true, hidesFuture: false },
    maximised: null,
    views: new Map(),
  },
}

const preview = (hits: number, missed: number, falseCalls: number, reason: string | null = null) =>
  ({ hits, missed, false_calls: falseCalls, reason }) as PreviewOut

it('asks about the best, and every third time about the first that the model is in doubt about', () => {
  const list = [suggestion('best'), suggestion('next'), suggestion('doubt', 'uncertain')]
  expect([0, 1, 2, 3, 4, 5].map((asked) => nextOf(list, asked)?.id)).toEqual([
    'best',
    'best',
    'doubt',
    'best',
    'best',
    'doubt',
  ])
  expect(nextOf([suggestion('only')], 2)?.id).toBe('only')
  expect(nextOf([], 0)).toBeNull()
})

it('says of a question which side, when and how sure, and nothing of how it ended', () => {
  expect(sentenceOf(suggesting)).toBe('Suggestion: LONG at 2024-08-09 00:00:05, score 0.91, the surest left.')
  expect(sentenceOf({ question: suggestion('a', 'uncertain'), reason: null })).toContain('in doubt')
  expect(sentenceOf({ question: null, reason: null })).toBe('Looking for the next suggestion.')
  expect(sentenceOf({ question: null, reason: 'All is judged.' })).toBe('All is judged.')
})

describe('what the answers brought', () => {
  it('is labels an hour, from two on, as of the last of them', () => {
    expect(paceText(suggesting)).toBe('0 labels')
    expect(paceText({ ...suggesting, labels: 1, labelledAt: MINUTE })).toBe('1 label')
    expect(paceText({ ...suggesting, labels: 12, labelledAt: 2 * MINUTE })).toBe('12 labels, 360 an hour')
  })

  it('is F1 out of fold before and now, a label', () => {
    const before = worthOf(preview(2, 2, 2), 0)
    expect(before).toEqual({ f1: 0.5, labels: 0 })
    expect(worthOf(preview(0, 0, 0), 0)).toBeNull()
    expect(worthOf(preview(2, 2, 2, 'needs more marks'), 0)).toBeNull()
    const now = worthOf(preview(6, 2, 2), 10)
    expect(gainText({ ...suggesting, before }, now)).toBe('F1 0.50 → 0.75, +0.025 a label')
    expect(gainText({ ...suggesting, before: now }, worthOf(preview(1, 1, 1), 20))).toBe(
      'F1 0.75 → 0.50, −0.025 a label',
    )
    expect(gainText({ ...suggesting, before }, before)).toBeNull()
    expect(gainText({ ...suggesting, before: null }, now)).toBeNull()
  })

  it('is, of the last one, the mark that it became', () => {
    const exit = { timestamp: '2024-08-09T00:05:05Z', price: 11 }
    const annotation = { direction: 'SHORT', net_profit_loss_pct: -0.11, exit } as AnnotationOut
    const end = Date.parse(exit.timestamp)
    expect(lastText({ last: null }, end)).toBe('')
    expect(lastText({ last: { answer: 'hold', annotation: null } }, end)).toBe('HOLD')
    const last = { answer: 'other_side', annotation } as const
    expect(lastText({ last }, end)).toBe('turned: SHORT, −0.11 % net')
    // What it came to is hidden with the rest.
    expect(lastText({ last }, end - 1)).toBe('turned: SHORT')
  })
})

it('draws what is asked as hollow, also where the preview is hidden', () => {
  const scene = sceneOf({ ...store.get(), suggesting, showsPreview: false })
  expect(scene.preview).toEqual([
    { time: Date.parse('2024-08-09T00:00:05Z'), action: 'BUY', price: 10, kind: 'asked' },
  ])
})
