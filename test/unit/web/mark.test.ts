// The mark machine and its P&L.
import { describe, expect, it } from 'vitest'
import { netPct as savedNet, grossPct as savedGross } from '../../../src/annotation/profit.ts'
import {
  beginMark,
  movedLeg,
  outcomeOf,
  refusalOf,
  stepBack,
  withLeg,
  withOtherLeg,
  type Begin,
} from '../../../src/web/state/mark.ts'
import { grossPct, netPct } from '../../../src/web/state/pnl.ts'

const begin: Begin = { mode: 'hindsight', visibleUntil: null, startedAt: 0 }
const at = (time: number, price: number) => ({ time, price })

describe('P&L while choosing', () => {
  it('equals what is saved, for both directions', () => {
    for (const direction of ['LONG', 'SHORT'] as const)
      for (const [entry, exit] of [
        [2400.5, 2460.75],
        [61_234.01, 60_000],
        [0.0014, 0.00139],
      ] as const) {
        const trade = { direction, entryPrice: entry, exitPrice: exit }
        expect(grossPct(direction, entry, exit)).toBe(savedGross(trade))
        expect(netPct(direction, entry, exit)).toBe(savedNet(trade, 0.1))
      }
  })
})

describe('mark', () => {
  it('derives the direction from exit against entry, and keeps a flip', () => {
    const mark = withLeg(beginMark(at(1000, 100), begin), 'exit', at(5000, 90))
    expect(outcomeOf(mark)).toMatchObject({ direction: 'SHORT', gross: 10, seconds: 4, chosen: true })
    expect(outcomeOf({ ...mark, flipped: 'LONG' })).toMatchObject({ direction: 'LONG', gross: -10 })
  })

  it('shows the pointer’s exit as not chosen', () => {
    const mark = { ...beginMark(at(1000, 100), begin), preview: at(3000, 101) }
    expect(outcomeOf(mark)).toMatchObject({ chosen: false, seconds: 2 })
    expect(outcomeOf({ ...mark, preview: at(500, 101) })).toBeNull()
  })

  it('refuses an entry at 0 or below, in words, and takes such an exit', () => {
    const mark = beginMark(at(1000, 17.85), begin)
    for (const price of [0, -37.63]) {
      expect(refusalOf(null, 'entry', at(500, price))).toMatch(/0 or below/)
      expect(refusalOf(mark, 'entry', at(500, price))).toMatch(/0 or below/)
      expect(refusalOf(mark, 'exit', at(2000, price))).toBeNull()
    }
    expect(refusalOf(null, 'entry', at(500, 1))).toBeNull()
    const short = outcomeOf(withLeg(mark, 'exit', at(2000, -37.63)))
    expect(short).toMatchObject({ direction: 'SHORT' })
    expect(short?.gross).toBeCloseTo(310.8123, 4)
    expect(short?.net).toBeCloseTo((100 * (55.48 - 0.01785 - 0.03763)) / 17.85, 9)
  })

  it('refuses an exit that is not after the entry, in words', () => {
    const mark = beginMark(at(1000, 100), begin)
    expect(refusalOf(mark, 'exit', at(1000, 100))).toMatch(/after the entry/)
    expect(refusalOf(mark, 'exit', at(2000, 100))).toBeNull()
    expect(refusalOf(withLeg(mark, 'exit', at(2000, 100)), 'entry', at(2000, 99))).toMatch(/before the exit/)
  })

  it('stays where it was placed at the cursor: the arrows go on to the exit; one that was clicked moves', () => {
    const placed = beginMark(at(1000, 100), begin, 'exit')
    expect(movedLeg(placed)).toBeNull()
    expect(movedLeg(withLeg(placed, 'exit', at(6000, 101)))).toEqual(at(6000, 101))
    const clicked = beginMark(at(1000, 100), begin)
    expect(movedLeg(clicked)).toEqual(at(1000, 100))
    expect(movedLeg(withOtherLeg(clicked))).toBeNull()
    expect(movedLeg(withOtherLeg(placed))).toEqual(at(1000, 100))
  })

  it('steps back from exit to entry to nothing', () => {
    const mark = withLeg(beginMark(at(1000, 100), begin), 'exit', at(5000, 90))
    const back = stepBack(mark)!
    expect(back).toMatchObject({ exit: null, active: 'entry' })
    expect(stepBack(back)).toBeNull()
  })
})
