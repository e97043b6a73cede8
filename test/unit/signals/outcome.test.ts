// How a call ends: target, stop, time, fees; in pieces as at once, and never by what came later.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SECOND, epochMs } from '../../../src/core/time.ts'
import { barriersOf, type Barriers } from '../../../src/signals/barriers.ts'
import {
  OutcomeFollower,
  outcomeOf,
  type PricedCall,
  type SecondCandles,
} from '../../../src/signals/outcome.ts'

const T = epochMs(1_700_000_000_000)
const BARRIERS: Barriers = {
  target_pct: 1,
  stop_pct: 0.5,
  stop_assumed: true,
  seconds: 10,
  fee_pct_per_side: 0.1,
}
const BUY: PricedCall = { action: 'BUY', opensAt: T, price: 100 }
const SELL: PricedCall = { ...BUY, action: 'SELL' }

type Bar = readonly [second: number, open: number, high: number, low: number, close: number]

function candles(...bars: readonly Bar[]): SecondCandles {
  const column = (i: 1 | 2 | 3 | 4) => Float64Array.from(bars, (bar) => bar[i])
  const openTime = Float64Array.from(bars, ([second]) => T + second * SECOND)
  return { length: bars.length, openTime, open: column(1), high: column(2), low: column(3), close: column(4) }
}
const at = (second: number) => epochMs(T + second * SECOND)

describe('outcome of a call', () => {
  it('is right at the target, net of both fees', () => {
    const found = outcomeOf(
      BUY,
      BARRIERS,
      candles([0, 100, 100.2, 99.9, 100.1], [3, 100.1, 101.5, 100, 101]),
      at(10),
    )
    expect(found).toEqual({ outcome: 'right', pct: 0.8, at: at(4) })
  })

  it('of a SELL counts falls', () => {
    expect(outcomeOf(SELL, BARRIERS, candles([2, 100, 100.1, 98.5, 99]), at(3)).outcome).toBe('right')
    expect(outcomeOf(SELL, BARRIERS, candles([2, 100, 100.6, 99.9, 100]), at(3)).outcome).toBe('wrong')
  })

  it('is wrong where one second meets both barriers: nothing says which came first', () => {
    const found = outcomeOf(BUY, BARRIERS, candles([0, 100, 102, 99, 101]), at(1))
    expect(found.outcome).toBe('wrong')
    expect(found.pct).toBeCloseTo(-0.7)
  })

  it('loses what the price jumped over the stop', () => {
    expect(outcomeOf(BUY, BARRIERS, candles([1, 97, 97.5, 96, 97]), at(2)).pct).toBeCloseTo(-3.2)
  })

  it('expires at the last close when its time is over, quiet seconds or not', () => {
    const seen = candles([0, 100, 100.4, 99.8, 100.3], [11, 100, 105, 90, 100])
    expect(outcomeOf(BUY, BARRIERS, seen, at(9)).outcome).toBe('open')
    const over = outcomeOf(BUY, BARRIERS, seen, at(30))
    expect(over).toMatchObject({ outcome: 'expired', at: at(10) })
    expect(over.pct).toBeCloseTo(0.1)
  })

  it('is not right at a target that fees eat up', () => {
    const cheap = { ...BARRIERS, target_pct: 0.2 }
    expect(outcomeOf(BUY, cheap, candles([0, 100, 100.3, 99.9, 100.2]), at(1))).toMatchObject({
      outcome: 'wrong',
    })
  })

  it('looks at no candle before its second, and at none that is not over as of the instant', () => {
    const seen = candles([-1, 100, 110, 90, 100], [0, 100, 100.1, 99.9, 100], [1, 100, 110, 99.9, 100])
    expect(outcomeOf(BUY, BARRIERS, seen, at(1)).outcome).toBe('open')
    expect(outcomeOf(BUY, BARRIERS, seen, at(2)).outcome).toBe('right')
  })

  it('is the same in pieces as at once, whatever comes later', () => {
    const bar = fc.tuple(
      fc.double({ min: -0.6, max: 0.6, noNaN: true }),
      fc.double({ min: 0, max: 0.4, noNaN: true }),
    )
    fc.assert(
      fc.property(
        fc.array(bar, { minLength: 12, maxLength: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.boolean(),
        (rows, known, buys) => {
          const bars = rows.map(([move, reach], i): Bar => [
            i,
            100,
            100 + reach + Math.max(move, 0),
            100 - reach + Math.min(move, 0),
            100 + move,
          ])
          const call = buys ? BUY : SELL
          const pieces = new OutcomeFollower(call, BARRIERS)
          for (let i = 1; i <= known; i++) pieces.feed(candles(...bars.slice(i - 1, i)), at(i))
          expect(pieces.outcome).toEqual(outcomeOf(call, BARRIERS, candles(...bars), at(known)))
          expect(pieces.outcome).toEqual(
            outcomeOf(call, BARRIERS, candles(...bars.slice(0, known)), at(known)),
          )
        },
      ),
    )
  })
})

describe('barriers', () => {
  it('are the median move, half of it, and the 90th percentile of the holding', () => {
    const marks = [1, 2, 3].map((move) => ({ profit_loss_pct: move, holding_seconds: move * 100 }))
    const losing = { profit_loss_pct: -9, holding_seconds: 9_000 }
    expect(barriersOf([...marks, losing], 0.1)).toEqual({
      target_pct: 2,
      stop_pct: 1,
      stop_assumed: true,
      seconds: 280,
      fee_pct_per_side: 0.1,
    })
  })

  it("take the trader's own stop", () => {
    expect(barriersOf([{ profit_loss_pct: 1, holding_seconds: 60 }], 0.1, 0.3)).toMatchObject({
      stop_pct: 0.3,
      stop_assumed: false,
    })
  })

  it('take the median of the stops that marks have, where any has one', () => {
    const mark = { profit_loss_pct: 1, holding_seconds: 60 }
    const marks = [mark, { ...mark, stop_pct: 0.2 }, { ...mark, stop_pct: 0.4 }, { ...mark, stop_pct: null }]
    const barriers = barriersOf(marks, 0.1)
    expect(barriers?.stop_pct).toBeCloseTo(0.3, 12)
    expect(barriers?.stop_assumed).toBe(false)
    expect(barriersOf(marks, 0.1, 0.7)?.stop_pct).toBe(0.7)
  })

  it('are unknown where nothing is marked', () => {
    expect(barriersOf([], 0.1)).toBeNull()
  })
})
