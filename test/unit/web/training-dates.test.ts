// The dates of the training form without a browser: what is typed, whom it takes, what is sent.
import { expect, it } from 'vitest'
import { ALL, DATES, rangeOf, selectionOf, within } from '../../../src/web/training/scope.ts'

const entered = (timestamp: string) => ({ entry: { timestamp, price: 1 } })

it('reads dates and times as UTC, and an empty one as no limit', () => {
  expect(rangeOf({ from: '2024-08-09', to: '2024-08-09 12:30:05' })).toEqual({
    from: Date.UTC(2024, 7, 9),
    to: Date.UTC(2024, 7, 9, 12, 30, 5),
  })
  expect(rangeOf({ from: ' ', to: '' })).toEqual({ from: -Infinity, to: Infinity })
  expect(rangeOf({ from: 'yesterday', to: '' })).toBeNull()
  // A time alone belongs to no day here.
  expect(rangeOf({ from: '', to: '12:30' })).toBeNull()
})

it('takes entries at the first instant and not at the last', () => {
  const range = rangeOf({ from: '2024-08-09', to: '2024-08-10' })!
  const all = ['2024-08-08T23:59:59Z', '2024-08-09T00:00:00Z', '2024-08-10T00:00:00Z'].map(entered)
  expect(within(all, range)).toEqual([all[1]])
})

it('sends only the limits that were set, and only where dates are asked for', () => {
  const range = rangeOf({ from: '2024-08-09', to: '' })!
  expect(selectionOf(DATES, [], '', range)).toEqual({ from: Date.UTC(2024, 7, 9) })
  expect(selectionOf(ALL, [], '', range)).toEqual({})
})
