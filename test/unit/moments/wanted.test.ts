// Which minutes rows are wanted of: around what was pointed at first, then the newest, within what fits.
import { expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND, epochMs } from '../../../src/core/time.ts'
import { rangeOf } from '../../../src/market/ranges.ts'
import { wantedMinutes } from '../../../src/moments/wanted.ts'

const A = { venue: 'a', symbol: 'ETH/USDT' }
const B = { venue: 'b', symbol: 'ETH/USDT' }
const hours = (from: number, to: number) => rangeOf(from * HOUR, to * HOUR)

it('begins with half an hour either side of what it is pointed at, and goes on with the newest of all', () => {
  const possible = [
    { market: A, spans: [hours(0, 10)] },
    { market: B, spans: [hours(8, 9)] },
  ]
  const focus = [{ market: A, at: epochMs(3 * HOUR + 5 * SECOND) }]
  const wanted = wantedMinutes(possible, focus, 10_000)
  expect(wanted).toHaveLength(600 + 60 + 2)
  const first = wanted.slice(0, 61).map(({ minute }) => minute)
  expect(Math.max(...first)).toBe(3.5 * HOUR)
  expect(Math.min(...first)).toBe(2.5 * HOUR)
  expect(wanted[61]).toEqual({ market: A, minute: 10 * HOUR, ...rangeOf(10 * HOUR, 10 * HOUR + SECOND) })
  const shared = wanted.filter(({ minute }) => minute === 8.5 * HOUR)
  expect(shared.map(({ market }) => market.venue)).toEqual(['a', 'b'])
  expect(new Set(wanted.map(({ market, minute }) => `${market.venue}${minute}`)).size).toBe(wanted.length)
})

it('takes the newest where not all fits, and of a minute only the seconds that can be', () => {
  const spans = [hours(0, 1), rangeOf(2 * HOUR + 20 * SECOND, 2 * HOUR + 90 * SECOND)]
  const wanted = wantedMinutes([{ market: A, spans }], [], 3)
  expect(wanted.map(({ minute }) => minute)).toEqual([2 * HOUR + MINUTE, 2 * HOUR, HOUR])
  expect(wanted[1]).toMatchObject({ from: 2 * HOUR + 20 * SECOND, to: 2 * HOUR + MINUTE })
  expect(wantedMinutes([{ market: A, spans }], [], 0)).toEqual([])
})
