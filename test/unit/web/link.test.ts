// Linking by time: which chart moves when another was moved.
import { describe, expect, it } from 'vitest'
import { centredOn, followOf, isInView, pageOf, showing } from '../../../src/web/charts/link.ts'

const MINUTE = 60_000
const live = 1000 * MINUTE

describe('link', () => {
  it('leaves a chart alone that shows the instant already, else keeps its length', () => {
    const range = { from: 0, to: 100 }
    expect(showing(range, 50)).toBe(range)
    expect(showing(range, 250)).toEqual({ from: 200, to: 300 })
    expect(isInView(range, 2)).toBe(false)
    expect(centredOn(range, 250, 0.6)).toEqual({ from: 190, to: 290 })
  })

  it('does not move a coarser chart while the leader’s middle is in its view', () => {
    const lead = { from: 100 * MINUTE, to: 104 * MINUTE }
    expect(followOf(lead, { from: 0, to: 400 * MINUTE }, live)).toBeNull()
    const next = followOf(lead, { from: 300 * MINUTE, to: 700 * MINUTE }, live)
    expect(next).toEqual({ from: -98 * MINUTE, to: 302 * MINUTE })
  })

  it('centres a finer chart on the leader when its middle left the leader', () => {
    const lead = { from: 100 * MINUTE, to: 200 * MINUTE }
    expect(followOf(lead, { from: 150 * MINUTE, to: 152 * MINUTE }, live)).toBeNull()
    const next = followOf(lead, { from: 300 * MINUTE, to: 302 * MINUTE }, live)
    expect(next).toEqual({ from: 149 * MINUTE, to: 151 * MINUTE })
  })

  it('takes the others along to the live edge, by time and not by bar', () => {
    const lead = { from: live - 10 * MINUTE, to: live + MINUTE }
    const next = followOf(lead, { from: 100 * MINUTE, to: 200 * MINUTE }, live)
    expect(next?.to).toBeGreaterThan(live)
    expect(next!.to - next!.from).toBeCloseTo(100 * MINUTE)
    expect(followOf(lead, { from: live - 400 * MINUTE, to: live }, live)).toBeNull()
  })

  it('turns a page by most of what is shown, on no further than the newest at its usual place', () => {
    const range = { from: 100, to: 200 }
    expect(pageOf(range, 1, 1000)).toEqual({ from: 185, to: 285 })
    expect(pageOf(range, -1, 1000)).toEqual({ from: 15, to: 115 })
    expect(pageOf(range, 1, 210).to).toBeCloseTo(216, 9)
    expect(pageOf({ from: 130, to: 230 }, 1, 210)).toEqual({ from: 130, to: 230 })
  })
})
