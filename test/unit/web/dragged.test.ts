// What becomes of a dragged mark: where its parts may go, and in words why they may not.
import { describe, expect, it } from 'vitest'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import {
  heldOf,
  isOther,
  withDraggedBoth,
  withDraggedLeg,
  withLevel,
} from '../../../src/web/marking/dragged.ts'
import { directionOf, outcomeOf, turned, withBothLegs } from '../../../src/web/state/mark.ts'

const at = (second: number): string => new Date(second * 1000).toISOString()
const annotation = {
  id: 'a',
  direction: 'LONG',
  entry: { timestamp: at(100), price: 100 },
  exit: { timestamp: at(160), price: 102 },
  stop_price: 99,
  target_price: null,
  provenance: { mode: 'replay', visible_until: null, created_at: at(0), seconds_spent: 3 },
} as unknown as AnnotationOut
const mark = heldOf(annotation, 0)
const leg = (second: number, price = 101) => ({ time: second * 1000, price })
const open = { until: Infinity, isBlind: false }

describe('a leg that is dragged', () => {
  it('goes to its second with its price; the direction of a saved one stays, wherever the exit goes', () => {
    const { mark: moved, fault } = withDraggedLeg(mark, 'exit', leg(170, 98), open)
    expect(fault).toBeNull()
    expect(moved.exit).toEqual({ time: 170_000, price: 98 })
    expect(directionOf(moved)).toBe('LONG')
    expect(outcomeOf(moved)?.gross).toBeCloseTo(-2, 12)
  })

  it('stays where it was, and says why: entry after exit, no candle, beyond the stop', () => {
    const refused = (name: 'entry' | 'exit', to: ReturnType<typeof leg> | null) => {
      const { mark: same, fault } = withDraggedLeg(mark, name, to, open)
      expect(same).toBe(mark)
      return fault
    }
    expect(refused('entry', leg(160))).toBe('The entry must be before the exit.')
    expect(refused('exit', leg(100))).toBe('The exit must be after the entry.')
    expect(refused('exit', null)).toBe('No 1s candles are stored there.')
    expect(refused('entry', leg(110, 98.5))).toBe('The stop 99 of a LONG is not below its entry 98.5.')
  })

  it('reaches no further than the newest second, or than the cursor while the future is hidden', () => {
    const until = 165_000
    expect(withDraggedLeg(mark, 'exit', leg(165), { until, isBlind: false }).fault).toBeNull()
    expect(withDraggedLeg(mark, 'exit', leg(166), { until, isBlind: false }).fault).toContain('in the future')
    expect(withDraggedLeg(mark, 'exit', leg(166), { until, isBlind: true }).fault).toContain(
      'future is hidden',
    )
  })
})

describe('a whole mark that is dragged', () => {
  it('keeps its length, and its levels as far in percent', () => {
    const { mark: moved } = withDraggedBoth(mark, leg(110, 200), leg(170, 202), open)
    expect(moved).toMatchObject({ entry: leg(110, 200), exit: leg(170, 202), stop: 198, target: null })
    expect(withDraggedBoth(mark, leg(110), leg(170), { until: 169_000, isBlind: false })).toEqual({
      mark,
      fault: 'The exit would lie in the future: the newest second is as far as a mark reaches.',
    })
    expect(withDraggedBoth(mark, null, leg(170), open).fault).not.toBeNull()
  })
})

describe('a level', () => {
  it('says the risk, and stands on its side of the entry', () => {
    expect(outcomeOf(withLevel(mark, 'stop', 99.5).mark)?.ratio).toBe(4)
    expect(withLevel(mark, 'stop', 100.5)).toMatchObject({
      mark,
      fault: expect.stringContaining('not below'),
    })
    expect(withLevel(mark, 'target', 103).mark.target).toBe(103)
    expect(withLevel(mark, 'stop', null).mark.stop).toBeNull()
  })

  it('changes its part when the direction is turned', () => {
    expect(turned(mark, 'SHORT')).toMatchObject({ flipped: 'SHORT', stop: null, target: 99 })
    expect(turned(mark, 'LONG')).toMatchObject({ stop: 99, target: null })
  })
})

it('a mark dropped where it was is none other', () => {
  expect(isOther(mark, annotation)).toBe(false)
  expect(isOther(withLevel(mark, 'stop', 98).mark, annotation)).toBe(true)
  expect(isOther(withDraggedLeg(mark, 'exit', leg(161), open).mark, annotation)).toBe(true)
})

it('the arrow keys move both legs once there are both', () => {
  expect(withBothLegs(mark).active).toBe('whole')
  expect(withBothLegs(withBothLegs(mark)).active).toBe('entry')
  expect(withBothLegs({ ...mark, exit: null }).active).toBe('entry')
})
