// Profit before and after fees, worked out by hand.
import { describe, expect, it } from 'vitest'
import { entryZoneLength } from '../../../src/annotation/entry-zone.ts'
import { grossPct, netPct } from '../../../src/annotation/profit.ts'

const long = { direction: 'LONG', entryPrice: 2400.5, exitPrice: 2460.75 } as const
const short = { ...long, direction: 'SHORT' } as const

describe('profit', () => {
  it('is gross of fees (exit − entry) / entry for LONG, its negative for SHORT', () => {
    expect(grossPct(long)).toBeCloseTo(2.509894, 6)
    expect(grossPct(short)).toBe(-grossPct(long))
    expect(Object.is(grossPct({ ...short, exitPrice: 2400.5 }), 0)).toBe(true)
  })

  it('is net of a fee on what each side turns over', () => {
    // Buys for 2400.5 + 2.4005, sells for 2460.75 − 2.46075: 55.38875 of 2400.5.
    expect(netPct(long, 0.1)).toBeCloseTo(2.307384, 6)
    // Sells for 2400.5 − 2.4005, buys back for 2460.75 + 2.46075: −65.11125 of 2400.5.
    expect(netPct(short, 0.1)).toBeCloseTo(-2.712404, 6)
    expect(netPct(long, 0)).toBeCloseTo(grossPct(long), 12)
  })

  it('of an exit below 0 pays its fee on the size of the price', () => {
    // WTI crude, sold short at 17.85 and bought back at −37.63: 55.48 of 17.85, less 0.01785 and 0.03763.
    const crude = { direction: 'SHORT', entryPrice: 17.85, exitPrice: -37.63 } as const
    expect(grossPct(crude)).toBeCloseTo(310.8123, 4)
    expect(netPct(crude, 0.1)).toBeCloseTo((100 * (55.48 - 0.01785 - 0.03763)) / 17.85, 9)
    expect(netPct({ ...crude, direction: 'LONG' }, 0.1)).toBeCloseTo(
      (100 * (-55.48 - 0.01785 - 0.03763)) / 17.85,
      9,
    )
  })
})

describe('entry zone', () => {
  it('is a tenth of the holding time, 3 to 30 seconds', () => {
    expect([10, 30, 120, 300, 9000].map((seconds) => entryZoneLength(seconds * 1000))).toEqual([
      3000, 3000, 12_000, 30_000, 30_000,
    ])
  })
})
