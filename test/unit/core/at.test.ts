import { describe, expect, it } from 'vitest'
import { at, named, numberAt, valueAt } from '../../../src/core/at.ts'

describe('at', () => {
  it('gives the item that is there, counted from either end', () => {
    expect(at(['a', 'b', 'c'], 1)).toBe('b')
    expect(at(['a', 'b', 'c'], -1)).toBe('c')
    expect(at(Float32Array.of(0, 1), 0)).toBe(0)
  })

  it.each([2, -3])('says which item is missing: %i', (index) => {
    expect(() => at([null, null], index)).toThrow(new RangeError(`no item ${index} in a list of 2`))
  })
})

describe('valueAt', () => {
  it('gives what the map holds, null included', () => {
    expect(valueAt(new Map([['a', null]]), 'a')).toBeNull()
  })

  it('says which key is missing', () => {
    expect(() => valueAt(new Map([['a', 1]]), 'b')).toThrow(new RangeError('no b in a map of 1'))
  })
})

describe('named', () => {
  it('gives what the record holds', () => {
    expect(named({ loss: 0 }, 'loss')).toBe(0)
  })

  it('says which name is missing, and which there are', () => {
    expect(() => named({ loss: 0, td: 1 }, 'errors')).toThrow(new RangeError('no errors among loss, td'))
  })
})

describe('numberAt', () => {
  it('gives the element, and NaN outside', () => {
    const prices = Float64Array.of(0, 2)
    expect([-1, 0, 1, 2].map((index) => numberAt(prices, index))).toEqual([Number.NaN, 0, 2, Number.NaN])
  })
})
