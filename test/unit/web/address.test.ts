// The page's address: written and read back, and what of it is a step for the browser's Back.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressIn, hashOf, isStep, NOWHERE, type Address } from '../../../src/web/state/address.ts'
import { STACK, type Layout } from '../../../src/web/state/layout.ts'
import { TIMEFRAMES } from '../../../src/web/state/timeframes.ts'

const second = fc.integer({ min: 0, max: 4_000_000_000 }).map((s) => s * 1000)
const word = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => /^\S+$/.test(text))
const views = fc
  .array(fc.tuple(fc.constantFrom(...TIMEFRAMES), second, fc.integer({ min: 1, max: 9_000_000 })))
  .map((list) => new Map(list.map(([name, from, length]) => [name, { from, to: from + length * 1000 }])))
const address: fc.Arbitrary<Address> = fc.record({
  market: fc.option(fc.record({ venue: word, symbol: word })),
  at: second,
  hidden: fc.boolean(),
  selected: fc.option(word),
  dialog: fc.option(fc.constantFrom('case', 'validation', 'models', 'backtests')),
  run: fc.option(word),
  maximised: fc.option(fc.constantFrom(...TIMEFRAMES)),
  layout: fc.constantFrom<Layout>(STACK, { kind: '2x2', large: '1s' }, { kind: '1+3', large: '1m' }),
  third: fc.option(fc.constantFrom('5m', '15m', '90m', '1d')),
  fourth: fc.option(fc.constantFrom('4h', '1h', '2w')),
  views,
})

describe('the address', () => {
  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(address, (one) => {
        expect(addressIn(hashOf(one))).toEqual(one)
      }),
    )
  })

  it('reads any text, and takes what it cannot read for absent', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(addressIn(`#at=${text}`).at ?? 0).not.toBeNaN()
      }),
    )
    expect(
      addressIn(
        '#market=demo-1&at=soon&future=hidden&show=<b>&1s=0&1m=-4&alone=5m&third=1h&fourth=1M&layout=9x9',
      ),
    ).toEqual(NOWHERE)
  })

  it('is the same from second to second while the page goes along with the newest', () => {
    const view = (from: number) => new Map([['1s' as const, { from, to: from + 180_000 }]])
    expect(hashOf({ ...NOWHERE, views: view(1000) })).toBe(hashOf({ ...NOWHERE, views: view(2000) }))
  })

  it('is a step where the market, the selection, a dialog or the hidden future changes, or the cursor goes far', () => {
    const here: Address = { ...NOWHERE, market: { venue: 'demo-1', symbol: 'ETH/USDT' }, at: 0 }
    expect(isStep(here, { ...here, at: 60_000 })).toBe(false)
    expect(isStep(here, { ...here, at: 3_600_000 })).toBe(true)
    expect(isStep(here, { ...here, at: null })).toBe(true)
    expect(isStep(here, { ...here, hidden: true })).toBe(true)
    expect(isStep(here, { ...here, selected: 'x' })).toBe(true)
    expect(isStep(here, { ...here, market: { venue: 'demo-2', symbol: 'ETH/USDT' } })).toBe(true)
  })
})
