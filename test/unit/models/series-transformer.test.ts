// Series as patches: which steps a token holds.
import { describe, expect, it } from 'vitest'
import { patches } from '../../../src/models/series-transformer.ts'
import { constant, input } from '../../../src/nn/value.ts'
import { numbersOf } from '../nn/evaluate.ts'

describe('patches', () => {
  const series = constant([...Array(7).keys()], 'float32', [1, 7, 1])

  it('without overlap: the last patch ends at the end, what is over is left out at the front', async () => {
    expect(await numbersOf(patches(series, 3, 3))).toEqual([1, 2, 3, 4, 5, 6])
    expect(patches(series, 3, 3).shape).toEqual([1, 2, 3])
  })

  it('with overlap: a patch every stride', async () => {
    expect(await numbersOf(patches(series, 4, 2))).toEqual([1, 2, 3, 4, 3, 4, 5, 6])
  })

  it('keeps the channels of a step together', async () => {
    const pairs = constant([0, 10, 1, 11, 2, 12, 3, 13], 'float32', [1, 4, 2])
    expect(await numbersOf(patches(pairs, 2, 2))).toEqual([0, 10, 1, 11, 2, 12, 3, 13])
    expect(patches(pairs, 2, 2).shape).toEqual([1, 2, 4])
  })

  it('refuses a stride that does not divide the patch, and a series that is too short', () => {
    expect(() => patches(series, 4, 3)).toThrow('a stride that divides 4')
    expect(() => patches(input('x', 'float32', [1, 2, 1]), 4, 2)).toThrow('at least one patch needed')
  })
})
