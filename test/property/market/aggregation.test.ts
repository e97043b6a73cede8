import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { epochMs } from '../../../src/core/time.ts'
import { composeAll, TradeAggregator } from '../../../src/market/aggregation.ts'
import { sumDecimals } from '../../../src/market/decimal-sum.ts'
import type { Timeframe } from '../../../src/market/timeframe.ts'
import type { Candle, Trade } from '../../../src/market/types.ts'

const DAY = 86_400_000

/** Trades of a few days that crowd in few milliseconds, with distinct keys, prices on a tick, amounts with up to 8 decimals. */
const someTrades = fc
  .array(
    fc.record({
      time: fc.oneof(fc.integer({ min: 0, max: 3 * DAY }), fc.integer({ min: DAY - 3000, max: DAY + 3000 })),
      sequence: fc.integer({ min: 0, max: 3 }),
      price: fc.integer({ min: 1, max: 200 }).map((ticks) => ticks / 100),
      amount: fc.integer({ min: 1, max: 1e12 }).map((units) => units / 1e8),
    }),
    { maxLength: 60 },
  )
  .map((rows) =>
    rows.map((row, index): Trade => {
      const time = epochMs(row.time)
      return { ...row, time, id: String(index), side: null, arrivedAt: time }
    }),
  )

const withOrder = fc
  .tuple(someTrades, fc.infiniteStream(fc.nat()))
  .map(([trades, keys]): [Trade[], Trade[]] => {
    const shuffled = trades.map((trade) => ({ trade, key: keys.next().value as number }))
    return [trades, shuffled.toSorted((a, b) => a.key - b.key).map(({ trade }) => trade)]
  })

function aggregate(trades: readonly Trade[], timeframe: Timeframe = '1s'): Candle[] {
  const aggregator = new TradeAggregator(timeframe)
  for (const trade of trades) aggregator.add(trade)
  return aggregator.candles()
}

describe('aggregation', () => {
  it('gives the same candles for any order of the same trades', () => {
    fc.assert(
      fc.property(withOrder, ([trades, shuffled]) => {
        expect(aggregate(shuffled)).toEqual(aggregate(trades))
      }),
    )
  })

  it('gives the same candles for any split of the same trades, merged in any order', () => {
    fc.assert(
      fc.property(withOrder, fc.nat(60), fc.boolean(), ([trades, shuffled], cut, swap) => {
        const parts = [shuffled.slice(0, cut), shuffled.slice(cut)].map((part) => {
          const aggregator = new TradeAggregator()
          for (const trade of part) aggregator.add(trade)
          return aggregator
        })
        const [into, from] = swap ? parts.toReversed() : parts
        into!.merge(from!)
        expect(into!.candles()).toEqual(aggregate(trades))
      }),
    )
  })

  it('goes on after its candles were asked for', () => {
    fc.assert(
      fc.property(withOrder, fc.nat(60), ([trades, shuffled], cut) => {
        const aggregator = new TradeAggregator('1m')
        for (const trade of shuffled.slice(0, cut)) aggregator.add(trade)
        aggregator.candles()
        for (const trade of shuffled.slice(cut)) aggregator.add(trade)
        expect(aggregator.candles()).toEqual(aggregate(trades, '1m'))
      }),
    )
  })

  it('gives the same longer candles by way of shorter ones as straight from the trades', () => {
    fc.assert(
      fc.property(someTrades, (trades) => {
        const minutes = composeAll('1m', aggregate(trades))
        const hours = composeAll('1h', minutes)
        expect(minutes).toEqual(aggregate(trades, '1m'))
        expect(hours).toEqual(aggregate(trades, '1h'))
        expect(composeAll('1d', hours)).toEqual(aggregate(trades, '1d'))
        expect(composeAll('1d', aggregate(trades))).toEqual(aggregate(trades, '1d'))
      }),
    )
  })

  it('is what a plain computation says', () => {
    fc.assert(
      fc.property(someTrades, (trades) => {
        const ordered = trades.toSorted(
          (a, b) => a.time - b.time || a.sequence - b.sequence || (a.id < b.id ? -1 : 1),
        )
        const bySecond = grouped(ordered)
        const expected = [...bySecond].map(([second, group]) => ({
          openTime: second * 1000,
          open: group[0]!.price,
          high: Math.max(...group.map(({ price }) => price)),
          low: Math.min(...group.map(({ price }) => price)),
          close: group.at(-1)!.price,
          volume: exact(group.map(({ amount }) => amount)),
        }))
        expect(aggregate(trades)).toEqual(expected)
      }),
    )
  })
})

describe('decimal sums', () => {
  it('are exact, whatever the order and the grouping', () => {
    const values = fc.array(
      fc.integer({ min: 1, max: 1e13 }).map((units) => units / 1e8),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(values, fc.nat(40), (list, cut) => {
        const sum = sumDecimals(list)
        expect(sum).toBe(exact(list))
        expect(sumDecimals(list.toReversed())).toBe(sum)
        expect(sumDecimals([sumDecimals(list.slice(0, cut)), sumDecimals(list.slice(cut))])).toBe(sum)
      }),
    )
  })

  it('are exact for any doubles', () => {
    const values = fc.array(fc.double({ min: 0, max: 1e25, noNaN: true }), { maxLength: 10 })
    fc.assert(
      fc.property(values, (list) => {
        expect(sumDecimals(list)).toBe(exact(list))
        expect(sumDecimals(list.toReversed())).toBe(sumDecimals(list))
      }),
    )
  })
})

/** By whole numbers of 10^-340. */
function exact(values: readonly number[]): number {
  const units = values.map((value) => {
    const [, whole = '', fraction = '', exponent = '0'] = /^(\d+)\.?(\d*)(?:e([+-]\d+))?$/.exec(
      String(value),
    )!
    return BigInt(whole + fraction) * 10n ** BigInt(340 - fraction.length + Number(exponent))
  })
  return Number(`${units.reduce((sum, unit) => sum + unit, 0n)}e-340`)
}

function grouped(trades: readonly Trade[]): Map<number, Trade[]> {
  const groups = new Map<number, Trade[]>()
  for (const trade of trades) {
    const second = Math.floor(trade.time / 1000)
    groups.set(second, [...(groups.get(second) ?? []), trade])
  }
  return groups
}
