// The paper account by hand-computed numbers: fills, fees, spread, what an action means in a position.
import { describe, expect, it } from 'vitest'
import {
  FLAT,
  accountRow,
  filled,
  intentOf,
  logEquity,
  recentVolatility,
  unrealised,
  type PaperAccount,
} from '../../../src/signals/paper-account.ts'

const costs = { fee: 0.001, halfSpread: 0.0005 }

describe('intentOf', () => {
  it('opens while flat, closes on the opposite, does nothing on the same', () => {
    expect(intentOf(0, 'BUY')).toBe('open_long')
    expect(intentOf(0, 'SELL')).toBe('open_short')
    expect(intentOf(0, 'HOLD')).toBe('hold')
    expect(intentOf(1, 'BUY')).toBe('hold')
    expect(intentOf(1, 'SELL')).toBe('close_long')
    expect(intentOf(-1, 'SELL')).toBe('hold')
    expect(intentOf(-1, 'BUY')).toBe('close_short')
  })
})

describe('filled', () => {
  it('buys a long above the price and sells it below, a fee on each side', () => {
    const long = filled(FLAT, 'open_long', 100, 1000, costs)
    expect(long).toEqual({ position: 1, entryPrice: 100.05, openedAt: 1000, realised: Math.log(0.999) })
    const out = filled(long, 'close_long', 102, 9000, costs)
    // Sold at 101.949: 101.949 / 100.05 = 1.0189805…, less 0.1 % of it.
    expect(out).toMatchObject({ position: 0, entryPrice: null, openedAt: null })
    expect(Math.exp(out.realised)).toBeCloseTo(0.999 * (101.949 / 100.05) * 0.999, 12)
  })

  it('sells a short below the price and buys it back above', () => {
    const short = filled(FLAT, 'open_short', 100, 0, costs)
    expect(short.entryPrice).toBeCloseTo(99.95, 12)
    const out = filled(short, 'close_short', 98, 0, costs)
    const bought = 98.049
    const left = 2 - bought / 99.95 - (0.001 * bought) / 99.95
    expect(Math.exp(out.realised)).toBeCloseTo(0.999 * left, 12)
  })

  it('needs two orders to turn round', () => {
    const long = filled(FLAT, 'open_long', 100, 0, costs)
    const closed = filled(long, intentOf(long.position, 'SELL'), 100, 0, costs)
    expect(closed.position).toBe(0)
    expect(filled(closed, intentOf(closed.position, 'SELL'), 100, 0, costs).position).toBe(-1)
  })

  it('opens nothing at a price of 0 or below, and closes there at what is left', () => {
    for (const price of [0, -37.63]) {
      expect(filled(FLAT, 'open_long', price, 0, costs)).toEqual(FLAT)
      expect(filled(FLAT, 'open_short', price, 0, costs)).toEqual(FLAT)
    }
    const short = filled(FLAT, 'open_short', 10, 0, { fee: 0, halfSpread: 0 })
    expect(Math.exp(filled(short, 'close_short', -10, 0, { fee: 0, halfSpread: 0 }).realised)).toBeCloseTo(
      3,
      12,
    )
    const long = filled(FLAT, 'open_long', 10, 0, costs)
    expect(filled(long, 'close_long', -10, 0, costs).realised).toBeCloseTo(Math.log(0.999 * 1e-3), 9)
  })

  it('stays finite where a short lost everything', () => {
    const short = filled(FLAT, 'open_short', 100, 0, costs)
    expect(logEquity(short, 500)).toBeCloseTo(Math.log(0.999 * 1e-3), 9)
    expect(Number.isFinite(filled(short, 'close_short', 500, 0, costs).realised)).toBe(true)
  })
})

describe('what a network is told', () => {
  const long: PaperAccount = { position: 1, entryPrice: 100, openedAt: 5000, realised: -0.001 }

  it('is nothing while flat', () => {
    expect(accountRow(FLAT, 120, 0.001, 99_000)).toEqual([0, 0, 0])
  })

  it('is the position, the unrealised profit in volatilities, the seconds held', () => {
    const [position, profit, held] = accountRow(long, 101, 0.002, 65_000)
    expect([position, held]).toEqual([1, 60])
    expect(profit).toBeCloseTo(Math.log(1.01) / 0.002, 12)
    expect(unrealised({ ...long, position: -1 }, 101)).toBeCloseTo(Math.log(0.99), 12)
  })

  it('measures volatility as the mean absolute return, never 0', () => {
    expect(recentVolatility([100, 101, 100])).toBeCloseTo(Math.log(1.01), 12)
    expect(recentVolatility([100, 100, 100])).toBe(1e-5)
  })
})
