// A stretch that is drawn over a chart: which mark it makes, what is said of it, and when a drag draws at all.
import { describe, expect, it } from 'vitest'
import { drawnMark } from '../../../src/web/marking/drawn.ts'
import { store, type AppState } from '../../../src/web/state/app-state.ts'
import { doubtOf, drawnWords, draws } from '../../../src/web/state/drawing.ts'
import { outcomeOf, type Leg } from '../../../src/web/state/mark.ts'

const leg = (second: number, price: number): Leg => ({ time: second * 1000, price })
const open = { until: 1_000_000, isBlind: false }
const begin = () => ({ mode: 'hindsight' as const, visibleUntil: null, startedAt: 7 })
const drawn = (one: Leg | null, other: Leg | null, reach = open) => drawnMark(one, other, reach, begin)

describe('a stretch', () => {
  it('is a mark from its earlier second to its later one, whichever way it was drawn, on the side that gains', () => {
    const { mark, fault } = drawn(leg(100, 100), leg(145, 101))
    expect(fault).toBeNull()
    expect(mark).toMatchObject({ entry: leg(100, 100), exit: leg(145, 101), startedAt: 7 })
    expect(drawn(leg(145, 101), leg(100, 100)).mark).toEqual(mark)
    expect(outcomeOf(mark!)).toMatchObject({ direction: 'LONG', seconds: 45 })
    expect(outcomeOf(drawn(leg(100, 101), leg(145, 100)).mark!)?.direction).toBe('SHORT')
  })

  it('is none, in words, without seconds, within one second, at no price, in the future, beyond a cursor that hides it', () => {
    const fault = (one: Leg | null, other: Leg | null, reach = open) => {
      const { mark, fault: why } = drawn(one, other, reach)
      expect(mark).toBeNull()
      return why
    }
    expect(fault(null, leg(145, 101))).toBe('No 1s candles are stored there.')
    expect(fault(leg(100, 100), leg(100, 100))).toBe('The exit must be after the entry.')
    expect(fault(leg(100, 0), leg(145, 101))).toContain('price of 0 or below')
    expect(fault(leg(100, 100), leg(1001, 101))).toContain('The exit would lie in the future')
    expect(fault(leg(1001, 100), leg(1002, 101))).toContain('The entry would lie in the future')
    const blind = { until: 120_000, isBlind: true }
    expect(fault(leg(100, 100), leg(145, 101), blind)).toContain('future is hidden')
  })

  it('says its side and what it gives net of fees, and what nobody can have meant to save', () => {
    const long = drawn(leg(100, 100), leg(145, 101)).mark!
    expect(drawnWords(long)).toBe('LONG +0.80 % net · 45 s')
    expect(drawnWords({ ...long, exit: null })).toBe('')
    const flat = drawn(leg(100, 100), leg(145, 100.1)).mark!
    expect(drawnWords(flat)).toBe('LONG −0.10 % net, less than its fees · 45 s')
    expect([long, flat].map(doubtOf)).toEqual([null, null])
    expect(doubtOf(drawn(leg(100, 100), leg(145, 100)).mark!)).toContain('neither side gains')
    expect(doubtOf(drawn(leg(100, 100), leg(102, 101)).mark!)).toContain('a stretch of 2 s')
  })
})

describe('a drag', () => {
  const state = (part: Partial<AppState>) => draws({ ...store.get(), ...part })
  const { mark } = drawn(leg(100, 100), leg(145, 101))

  it('draws while that is turned on, unless a mark is in hand or a question is asked', () => {
    expect(state({})).toBe(false)
    expect(state({ isDrawing: true })).toBe(true)
    expect(state({ isDrawing: true, mark })).toBe(false)
    expect(state({ isDrawing: true, suggesting: {} as AppState['suggesting'] })).toBe(false)
    expect(state({ isDrawing: true, secondLook: {} as AppState['secondLook'] })).toBe(false)
    // The chart does not move under the pointer because the one before is still on its way to the server.
    expect(state({ isDrawing: true, mark, isSaving: true })).toBe(true)
  })
})
