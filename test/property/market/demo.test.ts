// Properties of the demo market: every level adds up to the next exactly, from any instant, in any order of asking.
import { assert, constantFrom, integer, nat, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { effort } from '../../long.ts'
import { epochMs } from '../../../src/core/time.ts'
import { createDemoMarket } from '../../../src/market/demo/demo-market.ts'
import { durationOf, lowerOf, type Timeframe } from '../../../src/market/timeframe.ts'
import type { Candle, Trade } from '../../../src/market/types.ts'

const symbols = ['ETH/USDT', 'BTC/USDT', 'XYZ/EUR']
const markets = symbols.map((symbol, seed) => createDemoMarket({ seed, symbol }))
const anyMarket = constantFrom(...markets)
const anyHour = integer({ min: 0, max: 8 * 365 * 24 }).map((hour) => Date.UTC(2020, 0, 1) + hour * 3_600_000)

/** Sums in whole ten-thousandths, apart from the code under test. */
const exactSum = (amounts: readonly number[]): number =>
  Number(amounts.reduce((sum, amount) => sum + BigInt(Math.round(amount * 10_000)), 0n)) / 10_000

function bucketsOf<T>(items: readonly T[], step: number, timeOf: (item: T) => number): Map<number, T[]> {
  const buckets = new Map<number, T[]>()
  for (const item of items) {
    const open = Math.floor(timeOf(item) / step) * step
    buckets.set(open, [...(buckets.get(open) ?? []), item])
  }
  return buckets
}

function fromTrades(trades: readonly Trade[]): Candle[] {
  return [...bucketsOf(trades, 1000, ({ time }) => time)].map(([openTime, some]) => {
    const prices = some.map(({ price }) => price)
    return {
      openTime: epochMs(openTime),
      open: prices[0]!,
      high: Math.max(...prices),
      low: Math.min(...prices),
      close: prices.at(-1)!,
      volume: exactSum(some.map(({ amount }) => amount)),
    }
  })
}

function fromCandles(candles: readonly Candle[], step: number): Candle[] {
  return [...bucketsOf(candles, step, ({ openTime }) => openTime)].map(([openTime, some]) => ({
    openTime: epochMs(openTime),
    open: some[0]!.open,
    high: Math.max(...some.map(({ high }) => high)),
    low: Math.min(...some.map(({ low }) => low)),
    close: some.at(-1)!.close,
    volume: exactSum(some.map(({ volume }) => volume)),
  }))
}

describe('demo market', () => {
  it('the trades of each second make its 1s candle', () => {
    assert(
      property(anyMarket, anyHour, integer({ min: 1, max: 600 }), (market, hour, length) => {
        const range = { from: epochMs(hour), to: epochMs(hour + length * 1000) }
        const trades = market.tradesIn(range)
        expect(fromTrades(trades)).toEqual(market.candles('1s', range))
        const order = trades.map(({ time, sequence }) => [time, sequence] as const)
        expect(order).toEqual(order.toSorted(([t, s], [u, v]) => t - u || s - v))
      }),
      { numRuns: effort(20, 60) },
    )
  })

  it.each<[Timeframe, number, number]>([
    ['1m', 3_600_000, effort(12, 40)],
    ['1h', 24 * 3_600_000, effort(4, 12)],
    ['1d', 5 * 24 * 3_600_000, effort(2, 4)],
  ])('%s candles are made of the timeframe below', (timeframe, span, numRuns) => {
    const step = durationOf(timeframe)
    assert(
      property(anyMarket, anyHour, (market, hour) => {
        const from = Math.ceil(hour / step) * step
        const range = {
          from: epochMs(from),
          to: epochMs(from + Math.max(step, Math.floor(span / step) * step)),
        }
        expect(fromCandles(market.candles(lowerOf(timeframe)!, range), step)).toEqual(
          market.candles(timeframe, range),
        )
      }),
      { numRuns },
    )
  })

  it('a part of a range is that part of the whole, from a market that was asked nothing else', () => {
    assert(
      property(
        nat({ max: 2 }),
        anyHour,
        nat({ max: 3000 }),
        integer({ min: 1, max: 500 }),
        (which, hour, skip, length) => {
          const whole = markets[which]!.candles('1s', { from: epochMs(hour), to: epochMs(hour + 3_600_000) })
          const from = hour + skip * 1000
          const part = { from: epochMs(from), to: epochMs(from + length * 1000) }
          const fresh = createDemoMarket({ seed: which, symbol: symbols[which]! })
          expect(fresh.candles('1s', part)).toEqual(
            whole.filter(({ openTime }) => openTime >= part.from && openTime < part.to),
          )
        },
      ),
      { numRuns: effort(6, 15) },
    )
  })
})
