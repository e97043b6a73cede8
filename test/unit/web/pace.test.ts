// How fast the past is played.
import { describe, expect, it } from 'vitest'
import { SPEEDS, dueAfter, speedBeside } from '../../../src/web/marking/pace.ts'

describe('the pace of playing', () => {
  it('goes by whole seconds and owes the rest', () => {
    expect(dueAfter(0, 900, 1)).toEqual({ seconds: 0, owed: 0.9 })
    expect(dueAfter(0.9, 100, 1)).toEqual({ seconds: 1, owed: 0 })
    expect(dueAfter(0.5, 100, 60)).toEqual({ seconds: 6, owed: 0.5 })
  })

  it('plays a minute of the market in one of the trader’s at 1×, and an hour at 60×', () => {
    for (const speed of SPEEDS) {
      let [owed, played] = [0, 0]
      for (let tick = 0; tick < 600; tick++) {
        const due = dueAfter(owed, 100, speed)
        owed = due.owed
        played += due.seconds
      }
      expect(Math.abs(played - 60 * speed)).toBeLessThanOrEqual(1)
    }
  })

  it('does not make up for what a page that was put aside did not show', () => {
    expect(dueAfter(0, 3_600_000, 10)).toEqual({ seconds: 10, owed: 0 })
  })

  it('has speeds from 1× to 60×, and ends at both', () => {
    expect([SPEEDS[0], SPEEDS.at(-1)]).toEqual([1, 60])
    expect(speedBeside(1, -1)).toBe(1)
    expect(speedBeside(1, 1)).toBe(2)
    expect(speedBeside(60, 1)).toBe(60)
  })
})
