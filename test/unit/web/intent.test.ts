// An agent's intent and paper position in words.
import { expect, it } from 'vitest'
import type { PaperPosition } from '../../../src/contract/inference.ts'
import { intentText, intentWord, positionText, tradesText } from '../../../src/web/panels/intent-words.ts'

const position = (part: Partial<PaperPosition>): PaperPosition => ({
  side: 'LONG',
  entry_price: 3576.2,
  opened_at: '2026-11-22T12:21:29Z',
  unrealised_pct: 0.12,
  trades: 0,
  realised_pct: 0,
  ...part,
})

it('says what an action means, and nothing for models that hold no position', () => {
  expect(intentText({ intent: 'close_long' })).toBe('close long')
  expect(intentWord({ intent: 'open_short' })).toBe('open')
  expect(intentText({ intent: 'hold' })).toBe('')
  expect(intentText({})).toBe('')
})

it('says what is held since when and at what, and what came of the ones before', () => {
  expect(positionText(position({}), 2)).toBe('LONG since 12:21:29 at 3,576.20')
  expect(positionText(position({ side: 'FLAT', entry_price: null, opened_at: null }), 2)).toBe('flat')
  expect(tradesText(position({}))).toBe('no trade closed yet')
  expect(tradesText(position({ trades: 3, realised_pct: -0.2 }))).toBe('3 trades, −0.20 % after fees')
})
