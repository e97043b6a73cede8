// What was painted is told once, merged, and again where it did not arrive.
import { describe, expect, it } from 'vitest'
import { ShownLog } from '../../../src/web/state/shown-log.ts'

describe('what was shown', () => {
  it('is told merged, and once', () => {
    const log = new ShownLog()
    expect(log.note('1s', { from: 0, to: 10 })).toBe('new')
    expect(log.note('1s', { from: 5, to: 20 })).toBe('goes on')
    expect(log.note('1m', { from: 0, to: 60 })).toBe('new')
    expect(log.note('1s', { from: 7, to: 7 })).toBe('nothing')
    expect(log.take(9)).toEqual([
      { timeframe: '1s', from: 0, to: 20 },
      { timeframe: '1m', from: 0, to: 60 },
    ])
    expect(log.note('1s', { from: 3, to: 20 })).toBe('nothing')
    expect(log.take(9)).toEqual([])
    expect(log.note('1s', { from: 3, to: 21 })).toBe('goes on')
    expect(log.note('1s', { from: 90, to: 95 })).toBe('new')
    expect(log.take(1)).toEqual([{ timeframe: '1s', from: 3, to: 21 }])
    expect(log.take(1)).toEqual([{ timeframe: '1s', from: 90, to: 95 }])
  })

  it('is new again where it could not be told', () => {
    const log = new ShownLog()
    log.note('1s', { from: 0, to: 10 })
    const taken = log.take(9)
    log.note('1s', { from: 8, to: 12 })
    log.putBack(taken)
    expect(log.take(9)).toEqual([{ timeframe: '1s', from: 0, to: 12 }])
    log.forget()
    expect(log.note('1s', { from: 0, to: 10 })).toBe('new')
  })
})
