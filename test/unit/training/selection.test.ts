// Which annotations a run takes, and what is said where it takes none.
import { describe, expect, it } from 'vitest'
import { isChosen, requireChosen, type Selection } from '../../../src/training/data/selection.ts'

const marked = (timestamp: string, ...tags: string[]) => ({
  id: `${timestamp}-${tags.join()}`,
  symbol: 'ETH/USDT',
  venue: 'demo-1',
  entry: { timestamp, price: 1 },
  tags,
})
const annotations = [
  marked('2024-08-09T00:00:05Z', 'breakout'),
  marked('2024-08-10T00:00:00Z', 'pullback', 'late'),
]

describe('dates', () => {
  it('take entries from the first on, and before the last', () => {
    const days = { from: '2024-08-09T00:00:05Z', to: '2024-08-10T00:00:00Z' }
    expect(annotations.map((each) => isChosen(each, days))).toEqual([true, false])
  })
})

describe('where nothing is chosen', () => {
  it.each<[Selection, string]>([
    [{ pattern: 'reversal' }, 'None of the 2 annotations fits what was asked for (pattern reversal).'],
    [
      { symbol: 'BTC/USDT', tags: ['late', 'early'], from: '2024-08-11T00:00:00Z' },
      '(symbol BTC/USDT; a tag of late, early; from 2024-08-11T00:00:00Z)',
    ],
  ])('names what was asked for: %o', (selection, words) => {
    expect(() => requireChosen(annotations, selection)).toThrow(
      expect.objectContaining({ code: 'no_test_cases', status: 422 }),
    )
    expect(() => requireChosen(annotations, selection)).toThrow(words)
  })

  it.each<Selection>([{ symbol: 'BTC/USDT' }, { venue: 'binance' }, { pattern: 'pullback' }])(
    'says that none of those that are named fits %o',
    (selection) => {
      const [{ id } = { id: '' }] = annotations
      expect(() => requireChosen(annotations, { ...selection, annotation_ids: [id] })).toThrow(
        expect.objectContaining({
          code: 'no_test_cases',
          status: 422,
          message: expect.stringMatching(/^None of the 1 annotations of annotation_ids fits/) as string,
        }),
      )
    },
  )

  it.each([[annotations], [[]]])('names the first of those that are named and not there', (there) => {
    expect(() => requireChosen(there, { annotation_ids: ['gone'] })).toThrow(
      expect.objectContaining({ code: 'unknown_annotation', status: 422, field: 'annotation_ids' }),
    )
  })

  it('says nothing where some are, or where there are none at all', () => {
    expect(() => {
      requireChosen(annotations, { tags: ['late'] })
      requireChosen(annotations, {})
      requireChosen([], { pattern: 'breakout' })
      requireChosen(annotations, { annotation_ids: annotations.map(({ id }) => id), pattern: 'breakout' })
    }).not.toThrow()
  })
})
