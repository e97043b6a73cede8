// Moments like one: what is said of them, which are dealt with, and the other side of a call.
import { expect, it } from 'vitest'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import type { SimilarMoment } from '../../../src/contract/moments.ts'
import { keyOfMoment, momentOf, type Likeness } from '../../../src/web/state/asking.ts'
import { fateOf, likeMarks, ofText, sentenceOf, turned, whenText } from '../../../src/web/similar/words.ts'

const moment: SimilarMoment = {
  symbol: 'ETH/USDT',
  venue: 'demo-1',
  timestamp: '2024-08-09T00:01:00Z',
  direction: 'LONG',
  similarity: 0.934,
}
const other: SimilarMoment = { ...moment, timestamp: '2024-08-09T01:00:00Z', direction: 'SHORT' }

const like: Likeness = {
  of: { what: 'mark', at: Date.parse('2024-08-09T03:00:00Z') },
  found: [moment, other],
  reason: null,
  index: -1,
  holds: new Map(),
  stand: {
    market: null,
    cursor: { time: null, follows: true, hidesFuture: false },
    maximised: null,
    views: new Map(),
  },
}

const markAt = (timestamp: string, venue = 'demo-1') =>
  ({ symbol: 'ETH/USDT', venue, entry: { timestamp, price: 1 } }) as AnnotationOut

it('says which moment the charts stand at, and how many there are', () => {
  expect(momentOf(like)).toBeNull()
  expect(sentenceOf(like, Infinity)).toBe('2 moments like the mark of 2024-08-09 03:00:00.')
  expect(momentOf({ ...like, index: 1 })).toBe(other)
  expect(sentenceOf({ ...like, index: 0 }, Infinity)).toBe(
    'Moment 1 of 2: LONG at 2024-08-09 00:01:00, similarity 0.93.',
  )
  expect(sentenceOf({ ...like, found: null }, Infinity)).toMatch(/^Looking for moments like/)
  const unknown = { ...like, found: null, reason: 'Too little is stored.' }
  expect(sentenceOf(unknown, Infinity)).toBe('Too little is stored.')
})

it('names no time later than what may be seen', () => {
  const horizon = Date.parse(moment.timestamp)
  expect(ofText(like, horizon)).toBe('a later mark')
  expect(ofText(like, like.of.at)).toBe('the mark of 2024-08-09 03:00:00')
  expect(whenText(moment, horizon)).toBe('08-09 00:01:00')
  expect(whenText(moment, horizon - 1)).toBe('later')
})

it('knows a moment as marked by an entry within half a minute of its own market, else as HOLD where that was said', () => {
  const holds = new Map([[keyOfMoment(moment), 'id']])
  expect(fateOf(moment, like, [])).toBeNull()
  expect(fateOf(moment, { holds }, [])).toBe('HOLD')
  expect(fateOf(other, { holds }, [])).toBeNull()
  expect(fateOf(moment, { holds }, [markAt('2024-08-09T00:01:30Z')])).toBe('marked')
  expect(fateOf(moment, like, [markAt('2024-08-09T00:01:31Z')])).toBeNull()
  expect(fateOf(moment, like, [markAt('2024-08-09T00:01:00Z', 'demo-2')])).toBeNull()
})

it('turns what looks like a call to sell', () => {
  expect(turned([moment, other]).map(({ direction }) => direction)).toEqual(['SHORT', 'LONG'])
})

it('names the marks that a call looks like, which side they speak for, and none that is hidden', () => {
  const markOf = (id: string, direction: 'LONG' | 'SHORT') => ({
    ...markAt('2024-08-09T00:00:05Z'),
    id,
    direction,
  })
  const marks = [markOf('long', 'LONG'), markOf('short', 'SHORT')]
  const found = [
    { ...moment, annotation_id: 'long' },
    { ...other, annotation_id: 'short' },
    { ...moment, annotation_id: 'short' },
    { ...moment, annotation_id: 'hidden' },
  ]
  const said = likeMarks(found, marks, { action: 'BUY' })
  expect(said.map(({ id, isAgainst }) => [id, isAgainst])).toEqual([
    ['long', false],
    ['short', false],
    ['short', true],
  ])
  expect(said[0]).toMatchObject({ when: '08-09 00:00:05', similarity: 0.934 })
  expect(likeMarks(found, marks, { action: 'SELL' }).map(({ isAgainst }) => isAgainst)).toEqual([
    true,
    true,
    false,
  ])
})
