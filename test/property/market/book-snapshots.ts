// Series of one-second snapshots: ladders that move, decimals of any number of places or any doubles at all.
import fc from 'fast-check'
import { epochMs } from '../../../src/core/time.ts'
import type { TopSnapshot } from '../../../src/market/book/top-snapshot.ts'

const MINUTE = 1_705_312_800_000

/** Bids below 1,000 ticks and asks above, up to `levels` a side, one side perhaps empty. */
export function ladderPair(levels: number): fc.Arbitrary<{ bids: number[]; asks: number[] }> {
  // Often one of few amounts, so that a price keeps its amount from second to second.
  const amount = fc.oneof(fc.constantFrom(1, 20, 300), fc.integer({ min: 1, max: 99_999 }))
  const side = (min: number, max: number) =>
    fc.uniqueArray(fc.tuple(fc.integer({ min, max }), amount), {
      selector: ([price]) => price,
      maxLength: levels,
      size: 'max',
    })
  return fc
    .record({ bids: side(960, 1000), asks: side(1001, 1040) })
    .filter(({ bids, asks }) => bids.length + asks.length > 0)
    .map(({ bids, asks }) => ({
      bids: bids.toSorted(([a], [b]) => b - a).flatMap(([price, size]) => [price / 100, size / 1000]),
      asks: asks.toSorted(([a], [b]) => a - b).flatMap(([price, size]) => [price / 100, size / 1000]),
    }))
}

/** Seconds of one minute, ascending, some missing. `decimals`: prices and amounts of few places only. */
export function snapshotSeries(options: { decimals?: boolean } = {}): fc.Arbitrary<TopSnapshot[]> {
  const scale = fc.constantFrom(1, 1e-8, 1e6, ...(options.decimals === true ? [] : [Math.PI, 1e-30, 1e200]))
  const one = fc.record({
    keep: fc.boolean(),
    repeat: fc.boolean(),
    ladders: ladderPair(10),
    age: fc.integer({ min: 1, max: 90_000 }),
    delay: fc.integer({ min: -2000, max: 5000 }),
    id: fc.oneof(fc.nat(1000), fc.integer({ min: 0, max: 2 ** 52 - 1 })),
  })
  return fc
    .tuple(fc.array(one, { minLength: 1, maxLength: 60, size: 'max' }), scale, scale)
    .map(([list, priceScale, amountScale]) => {
      const scaled = (flat: readonly number[]): number[] =>
        flat.map((value, index) =>
          Number((value * (index % 2 === 0 ? priceScale : amountScale)).toPrecision(12)),
        )
      let ladders = list[0]!.ladders
      return list.flatMap((item, index): TopSnapshot[] => {
        if (!item.repeat) ladders = item.ladders
        if (!item.keep && index > 0) return []
        const time = MINUTE + 1000 * index
        return [
          {
            time: epochMs(time),
            eventTime: epochMs(time - item.age),
            arrivedAt: epochMs(time - item.age + item.delay),
            lastUpdateId: item.id,
            bids: scaled(ladders.bids),
            asks: scaled(ladders.asks),
          },
        ]
      })
    })
}
