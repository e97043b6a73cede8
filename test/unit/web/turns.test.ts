// Where the price turns, looked for from a second on and back from it.
import { describe, expect, it } from 'vitest'
import type { CandleRow } from '../../../src/contract/shapes.ts'
import { turnBeside } from '../../../src/web/marking/turns.ts'

const rowsOf = (closes: readonly number[]): CandleRow[] =>
  closes.map((close, i) => [i * 1000, close, close, close, close, 1])
/** Up to second 30, down to 60, up again to 90. */
const swing = rowsOf(Array.from({ length: 91 }, (_, i) => 100 + (i <= 30 ? i : i <= 60 ? 60 - i : i - 60)))

describe('a turn of the price', () => {
  it('is the second at whose end it had been highest or lowest, the next one on or back', () => {
    expect(turnBeside(swing, 5000, 1)).toBe(31_000)
    expect(turnBeside(swing, 31_000, 1)).toBe(61_000)
    expect(turnBeside(swing, 80_000, -1)).toBe(61_000)
    expect(turnBeside(swing, 61_000, -1)).toBe(31_000)
    expect(turnBeside(swing, 31_000, -1)).toBeNull()
  })

  it('is known ten seconds later, not before', () => {
    expect(turnBeside(swing.slice(0, 41), 5000, 1)).toBe(31_000)
    expect(turnBeside(swing.slice(0, 40), 5000, 1)).toBeNull()
    expect(turnBeside([], 5000, 1)).toBeNull()
  })

  it('is the first of seconds that close alike, and none where nothing moves', () => {
    const level = rowsOf([...Array(15).keys(), 15, 15, 15, ...Array.from({ length: 15 }, (_, i) => 14 - i)])
    expect(turnBeside(level, 0, 1)).toBe(16_000)
    expect(turnBeside(rowsOf(Array<number>(60).fill(100)), 0, 1)).toBeNull()
  })
})
