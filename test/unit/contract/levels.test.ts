// Stop and target of a mark: as prices and per cent, on their side of the entry, and what they make of the risk.
import { describe, expect, it } from 'vitest'
import { levelAt, levelFault, rewardToRisk, typedLevel } from '../../../src/contract/levels.ts'

describe('a level', () => {
  it('is typed as a price or as a distance from the entry', () => {
    expect(typedLevel('2650.5', 'stop', 'LONG', 2700)).toBe(2650.5)
    expect(typedLevel('2650,5', 'stop', 'LONG', 2700)).toBe(2650.5)
    expect(typedLevel(' 1% ', 'stop', 'LONG', 200)).toBe(198)
    expect(typedLevel('1 %', 'target', 'LONG', 200)).toBe(202)
    expect(typedLevel('.5%', 'stop', 'SHORT', 200)).toBe(201)
    expect(typedLevel('0.5%', 'target', 'SHORT', 200)).toBe(199)
    for (const text of ['', '%', 'x', '-1', '1e3', '1 2', '1%%'])
      expect(typedLevel(text, 'stop', 'LONG', 200)).toBeNaN()
  })

  it('stands on its own side of the entry', () => {
    expect(levelFault('stop', 'LONG', 100, 99)).toBeNull()
    expect(levelFault('target', 'SHORT', 100, 99)).toBeNull()
    expect(levelFault('stop', 'LONG', 100, 100)).toBe('The stop 100 of a LONG is not below its entry 100.')
    expect(levelFault('target', 'LONG', 100, 99)).toContain('not above its entry')
    expect(levelFault('stop', 'SHORT', 100, 99)).toContain('not above its entry')
    expect(levelFault('stop', 'LONG', 100, 0)).toContain('expected a price above 0')
    expect(levelAt('stop', 'LONG', 100, 2)).toBe(98)
  })
})

describe('reward to risk', () => {
  it('is the move to the target, else to the exit, for each unit that the stop risks', () => {
    const mark = { entry: 100, exit: 103, stop: 99, target: 102 }
    expect(rewardToRisk(mark, 'LONG')).toBe(2)
    expect(rewardToRisk({ ...mark, target: null }, 'LONG')).toBe(3)
    expect(rewardToRisk({ entry: 100, exit: 101, stop: 102, target: null }, 'SHORT')).toBe(-0.5)
    expect(rewardToRisk({ ...mark, stop: null }, 'LONG')).toBeNull()
    expect(rewardToRisk({ ...mark, target: null, exit: Number.NaN }, 'LONG')).toBeNull()
  })
})
