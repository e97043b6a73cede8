// A chart that goes along with the newest second: how far behind it is and what brings it back.
import { describe, expect, it } from 'vitest'
import { behindOf, pauseAfter, remedyOf, type Followed } from '../../../src/web/charts/follow.ts'

const now = Date.UTC(2026, 0, 1)
const chart = (part: Partial<Followed> = {}): Followed => ({
  step: 1000,
  held: now - 500,
  seenTo: now + 6000,
  isLive: true,
  ...part,
})

describe('behindOf', () => {
  it('counts from the end of what is held and in view, whichever comes first', () => {
    expect(behindOf(chart(), now)).toBe(500)
    expect(behindOf(chart({ held: now - 30_000 }), now)).toBe(30_000)
    expect(behindOf(chart({ seenTo: now - 40_000 }), now)).toBe(40_000)
  })

  it('is without bound while nothing is drawn, and never negative', () => {
    expect(behindOf(chart({ held: Number.NaN }), now)).toBe(Infinity)
    expect(behindOf(chart({ seenTo: null }), now)).toBe(Infinity)
    expect(behindOf(chart({ held: now + 60_000, step: 60_000 }), now)).toBe(0)
  })
})

describe('remedyOf', () => {
  it('leaves a chart alone that keeps up', () => {
    expect(remedyOf(chart(), now, 3000)).toBe('none')
  })

  it('moves the view where the candles are there, and reads on where they are not', () => {
    expect(remedyOf(chart({ seenTo: now - 30_000 }), now, 3000)).toBe('show')
    expect(remedyOf(chart({ held: now - 30_000 }), now, 3000)).toBe('newer')
  })

  it('reads the newest anew after hours, after a first reading that failed, and where arriving candles do not join', () => {
    expect(remedyOf(chart({ held: now - 3 * 3_600_000 }), now, 3000)).toBe('newest')
    expect(remedyOf(chart({ held: Number.NaN, isLive: false }), now, 3000)).toBe('newest')
    expect(remedyOf(chart({ isLive: false }), now, 3000)).toBe('newest')
  })

  it('allows a fast replay the same time of the page, not of the market', () => {
    expect(remedyOf(chart({ held: now - 20_000 }), now, 3000 * 60)).toBe('none')
  })
})

describe('pauseAfter', () => {
  it('grows, up to sixteen seconds', () => {
    expect([0, 1, 4, 9].map(pauseAfter)).toEqual([1000, 2000, 16_000, 16_000])
  })
})
