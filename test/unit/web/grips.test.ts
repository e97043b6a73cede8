// What a pointer takes hold of on a chart: points before lines, near before far, a finger from further away.
import { describe, expect, it } from 'vitest'
import { cursorOf, gripAt, kindOf, REACH, type Grip } from '../../../src/web/charts/grips.ts'
import type { Part } from '../../../src/web/state/mark.ts'

const point = (part: Part, x: number, y: number, id = 'a'): Grip => {
  const at = { x, y }
  return { id, part, from: at, to: at, anchor: at }
}
const line = (part: Part, x1: number, y1: number, x2: number, y2: number): Grip => ({
  id: 'a',
  part,
  anchor: { x: x1, y: y1 },
  from: { x: x1, y: y1 },
  to: { x: x2, y: y2 },
})
const grips = [
  point('entry', 100, 100),
  point('exit', 200, 50),
  line('stop', 100, 140, 200, 140),
  line('whole', 100, 100, 200, 50),
]
const partAt = (x: number, y: number, kind?: 'mouse' | 'touch') => gripAt(grips, { x, y }, kind)?.part ?? null

describe('a grip', () => {
  it('is at least 8 pixels each way for the mouse, and more for a finger', () => {
    expect(REACH.mouse).toBeGreaterThanOrEqual(8)
    expect(partAt(108, 100)).toBe('entry')
    expect(partAt(92, 100)).toBe('entry')
    expect(partAt(80, 100)).toBeNull()
    expect(partAt(80, 100, 'touch')).toBe('entry')
    expect(kindOf('touch')).toBe('touch')
    expect(kindOf('')).toBe('mouse')
  })

  it('of a point is meant before the line through it, and the nearer of two points', () => {
    expect(partAt(194, 53)).toBe('exit')
    expect(partAt(150, 75)).toBe('whole')
    expect(partAt(150, 82)).toBeNull()
    const two = [point('entry', 0, 0, 'a'), point('entry', 6, 0, 'b')]
    expect(gripAt(two, { x: 5, y: 0 })?.id).toBe('b')
  })

  it('of a level is its line as long as it is drawn', () => {
    expect(partAt(150, 144)).toBe('stop')
    expect(partAt(204, 140)).toBe('stop')
    expect(partAt(210, 140)).toBeNull()
    expect(partAt(150, 148)).toBeNull()
  })

  it('shows which way it goes', () => {
    expect([cursorOf('entry', false), cursorOf('stop', true)]).toEqual(['ew-resize', 'ns-resize'])
    expect([cursorOf('whole', false), cursorOf('whole', true)]).toEqual(['grab', 'grabbing'])
  })
})
