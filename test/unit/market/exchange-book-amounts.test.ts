// Amounts of contracts, in base units: as trades have them.
import { describe, expect, it } from 'vitest'
import { flatOf } from '../../../src/market/exchange/order-book-keeper.ts'

describe('levels of an exchange', () => {
  const levels = [
    [2680.5, 3],
    [2680.4, 12],
  ]

  it('are taken as they are on a spot market', () => {
    expect(flatOf(levels, { contract: false, contractSize: undefined })).toEqual([2680.5, 3, 2680.4, 12])
  })

  it('count in base units on a market of contracts, without the dust of binary fractions', () => {
    expect(flatOf(levels, { contract: true, contractSize: 0.1 })).toEqual([2680.5, 0.3, 2680.4, 1.2])
  })

  it('are cut to as many as are wanted', () => {
    expect(flatOf(levels, { contract: true, contractSize: undefined }, 1)).toEqual([2680.5, 3])
  })
})
