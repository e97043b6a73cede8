// What is said after a save.
import { expect, it } from 'vitest'
import { savedWords } from '../../../src/web/marking/saved-words.ts'

const LOSS = 'A loss of 0.18 % after fees of 0.1 % a side (0.02 % before).'
const saved = { direction: 'LONG', profit_loss_pct: 0.02, net_profit_loss_pct: -0.18 } as const

it('tells a loss that fees make once, and how a stroke is taken back', () => {
  expect(savedWords(saved, [LOSS], false)).toBe(`Saved. ${LOSS}`)
  expect(savedWords(saved, [LOSS], true)).toBe(`Saved. ${LOSS} Ctrl Z takes it back.`)
})

it('tells the result where no warning does', () => {
  const gain = { ...saved, profit_loss_pct: 0.5, net_profit_loss_pct: 0.3 }
  expect(savedWords(gain, [], false)).toBe('Saved: LONG +0.30 % net. Its test case is written.')
  expect(savedWords(gain, ['Overlaps another.'], false)).toBe('Saved, +0.30 % net. Overlaps another.')
})
