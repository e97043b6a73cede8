// The demo market: what it promises about time, determinism, liveliness and its breakouts.
import { describe, expect, it } from 'vitest'
import { DAY, HOUR, SECOND, epochMs, shift } from '../../../src/core/time.ts'
import { DEMO_ORIGIN, createDemoMarket } from '../../../src/market/demo/demo-market.ts'
import { createGroundTruth, type Breakout } from '../../../src/market/demo/ground-truth.ts'

const options = { seed: 5, symbol: 'ETH/USDT' }
const FROM = epochMs(Date.parse('2025-05-05T00:00:00Z'))
const market = createDemoMarket(options)
const hours = (n: number) => ({ from: FROM, to: shift(FROM, n * HOUR) })

describe('demo market', () => {
  it('gives only candles wholly inside the range', () => {
    const range = { from: shift(FROM, 1), to: shift(FROM, 10 * 60 * SECOND + 59 * SECOND) }
    const times = market.candles('1m', range).map(({ openTime }) => openTime - FROM)
    expect(times).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((minute) => minute * 60_000))
    expect(market.candles('1h', range)).toEqual([])
  })

  it('has nothing before its origin and no book there', () => {
    const before = { from: shift(DEMO_ORIGIN, -3_600_000), to: DEMO_ORIGIN }
    expect(market.candles('1s', before)).toEqual([])
    expect(market.tradesIn(before)).toEqual([])
    expect(() => market.book(DEMO_ORIGIN)).toThrow('no order book')
    expect(market.candles('1m', { from: before.from, to: shift(DEMO_ORIGIN, HOUR) })).toHaveLength(60)
  })

  it('finds the same past whatever was asked before', () => {
    const fresh = createDemoMarket(options)
    const late = { from: shift(FROM, 5 * HOUR), to: shift(FROM, 5 * HOUR + 30 * SECOND) }
    const trades = fresh.tradesIn(late)
    market.columns('1s', hours(6))
    for (let i = 0; i < 40; i++)
      market.tradesIn({ from: shift(FROM, i * HOUR), to: shift(FROM, i * HOUR + 900) })
    expect(market.tradesIn(late)).toEqual(trades)
    expect(market.book(late.to)).toEqual(fresh.book(late.to))
  })

  it('differs by seed and by symbol', () => {
    const others = [
      createDemoMarket({ ...options, seed: 6 }),
      createDemoMarket({ ...options, symbol: 'BTC/USDT' }),
      createDemoMarket({ ...options, symbol: 'NEW/USDT' }),
    ]
    const first = [market, ...others].map((one) => one.candles('1h', hours(1))[0]!.close)
    expect(new Set(first).size).toBe(4)
  })

  it('keeps ETH/USDT between 1,500 and 5,500 over years and seeds', () => {
    for (const seed of [1, 2, 3]) {
      const one = createDemoMarket({ seed, symbol: 'ETH/USDT' })
      for (let day = 0; day < 2400; day += 200) {
        const from = shift(DEMO_ORIGIN, day * DAY)
        const [candle] = one.candles('1h', { from, to: shift(from, HOUR) })
        expect(candle!.low).toBeGreaterThan(1500)
        expect(candle!.high).toBeLessThan(5500)
      }
    }
  })

  it('has quiet seconds, bursts, both sides, and prices and amounts on their grids', () => {
    const trades = market.tradesIn(hours(6))
    const perSecond = new Map<number, number>()
    for (const { time } of trades) {
      const second = Math.floor(time / 1000)
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1)
    }
    expect(trades.length / 21_600).toBeGreaterThan(1)
    expect(trades.length / 21_600).toBeLessThan(6)
    expect(perSecond.size / 21_600).toBeLessThan(0.98)
    expect(Math.max(...perSecond.values())).toBeGreaterThan(15)
    const buys = trades.filter(({ side }) => side === 'buy').length / trades.length
    expect(buys).toBeGreaterThan(0.4)
    expect(buys).toBeLessThan(0.6)
    for (const { price, amount } of trades) {
      expect(Number(price.toFixed(2))).toBe(price)
      expect(Number(amount.toFixed(4))).toBe(amount)
    }
    expect(new Set(trades.map(({ id }) => id)).size).toBe(trades.length)
  })

  it('quotes a book around the last trade, best first, never crossed', () => {
    for (let i = 1; i <= 200; i++) {
      const instant = shift(FROM, i * 37_123)
      const { bids, asks } = market.book(instant)
      expect(bids.length).toBeGreaterThanOrEqual(10)
      expect(asks.length).toBe(bids.length)
      const spread = Math.round((asks[0]![0] - bids[0]![0]) * 100)
      expect(spread).toBeGreaterThanOrEqual(1)
      expect(spread).toBeLessThanOrEqual(3)
      expect(bids.every(([price], k) => k === 0 || price < bids[k - 1]![0])).toBe(true)
      expect(asks.every(([price], k) => k === 0 || price > asks[k - 1]![0])).toBe(true)
      expect([...bids, ...asks].every(([, amount]) => amount > 0)).toBe(true)
      const last = market.tradesIn({ from: shift(instant, -60_000), to: instant }).at(-1)!
      expect(Math.abs(bids[0]![0] - last.price)).toBeLessThan(0.015)
    }
  })
})

describe('its breakouts', () => {
  const range = { from: FROM, to: shift(FROM, 10 * DAY) }
  const breakouts = createGroundTruth(options).breakouts(range)

  it('come one to two and a half an hour, half of them genuine, half of them up', () => {
    expect(breakouts.length / 240).toBeGreaterThan(1)
    expect(breakouts.length / 240).toBeLessThan(2.5)
    const share = (of: (breakout: Breakout) => boolean) => breakouts.filter(of).length / breakouts.length
    expect(Math.abs(share(({ genuine }) => genuine) - 0.5)).toBeLessThan(0.08)
    expect(Math.abs(share(({ direction }) => direction === 'UP') - 0.5)).toBeLessThan(0.08)
  })

  it('start with the first trade beyond the high or low of at least ten minutes', () => {
    for (const { start, direction, rangeFrom, rangeHigh, rangeLow } of breakouts.slice(0, 60)) {
      expect(start - rangeFrom).toBeGreaterThanOrEqual(600_000)
      const trades = market.tradesIn({ from: rangeFrom, to: shift(start, 1) })
      const inside = trades.filter(({ time }) => time < start).map(({ price }) => price)
      expect(Math.max(...inside)).toBe(rangeHigh)
      expect(Math.min(...inside)).toBe(rangeLow)
      const first = trades.filter(({ time }) => time === start).map(({ price }) => price)
      expect(first.some((price) => (direction === 'UP' ? price > rangeHigh : price < rangeLow))).toBe(true)
    }
  })

  const directionOf = ({ direction }: Breakout) => (direction === 'UP' ? 1 : -1)
  const edgeOf = ({ direction, rangeHigh, rangeLow }: Breakout) => (direction === 'UP' ? rangeHigh : rangeLow)
  const closeAt = (second: number) =>
    market.candles('1s', { from: epochMs((second - 60) * 1000), to: epochMs(second * 1000) }).at(-1)!.close

  it('travel on when genuine, enough to pay after fees for who is 20 s late', () => {
    for (const breakout of breakouts.slice(0, 150).filter(({ genuine }) => genuine)) {
      const { start, end, target } = breakout
      const entry = closeAt(Math.floor(start / 1000) + 20)
      const exit = closeAt(end / 1000)
      expect((directionOf(breakout) * (exit - entry)) / entry).toBeGreaterThan(0.002)
      const travel = (directionOf(breakout) * (target - edgeOf(breakout))) / edgeOf(breakout)
      expect(travel).toBeGreaterThan(0.0035)
      expect(travel).toBeLessThan(0.013)
      expect(end - start).toBeGreaterThan(180_000)
      expect(end - start).toBeLessThanOrEqual(600_000)
    }
  })

  it('fail within two minutes when false, and stay inside', () => {
    for (const breakout of breakouts.slice(0, 150).filter(({ genuine }) => !genuine)) {
      const { start, end } = breakout
      expect(end - start).toBeLessThanOrEqual(120_000)
      expect(end - start).toBeGreaterThan(20_000)
      for (const later of [15, 30, 45]) {
        const beyond = directionOf(breakout) * (closeAt(end / 1000 + later) - edgeOf(breakout))
        expect(beyond).toBeLessThanOrEqual(0)
      }
    }
  })

  it('favour no second of the minute and no minute of the hour', () => {
    const many = [21, 22, 23, 24].flatMap((seed) => createGroundTruth({ ...options, seed }).breakouts(range))
    for (const phase of [
      (ms: number) => (ms % 60_000) / 60_000,
      (ms: number) => (ms % 3_600_000) / 3_600_000,
    ]) {
      for (const genuine of [true, false]) {
        const bins = Array.from({ length: 12 }, () => 0)
        const chosen = many.filter((breakout) => breakout.genuine === genuine)
        for (const { start } of chosen) bins[Math.floor(phase(start) * 12)]!++
        const expected = chosen.length / 12
        const chiSquare = bins.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
        // The 99.9 % quantile with 11 degrees of freedom.
        expect(chiSquare).toBeLessThan(31.3)
      }
    }
  })

  it('are all false in the control market and all genuine when asked so', () => {
    const of = (genuineShare: number) => createGroundTruth({ ...options, genuineShare }).breakouts(hours(48))
    expect(of(0).length).toBeGreaterThan(40)
    expect(of(0).some(({ genuine }) => genuine)).toBe(false)
    expect(of(1).every(({ genuine }) => genuine)).toBe(true)
  })
})
