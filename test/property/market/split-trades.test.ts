// A file of trades in parts, however it is cut and in whatever order they come: the same candles to the last digit as from the whole.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { candlesOf } from '../../../src/market/columns.ts'
import { importTrades } from '../../../src/market/importing/trades/import-trades.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import { TIMEFRAMES } from '../../../src/market/timeframe.ts'
import type { Candle } from '../../../src/market/types.ts'
import { at, MARKET, openStore, span, temporaryFolder } from '../../unit/market/fixture.ts'

const T0 = at('2024-01-15T23:58:00Z')
const HEADER = 'timestamp,price,amount,side,id'

/** Ties within a millisecond, prices and amounts whose sums a double would round; a whole day's end in between. */
const print = fc.tuple(
  fc.nat(240),
  fc.constantFrom(0, 0, 1, 250, 999),
  fc.integer({ min: 1, max: 999_999 }),
  fc.integer({ min: 1, max: 99_999_999 }),
  fc.constantFrom('buy', 'sell', ''),
)

const tape = fc.array(print, { minLength: 4, maxLength: 80 }).map((rows) =>
  rows
    .map(([second, ms, price, amount, side]) => ({
      time: T0 + second * 1000 + ms,
      rest: `${price / 100},0.${String(amount).padStart(8, '0')},${side}`,
    }))
    .toSorted((a, b) => a.time - b.time)
    .map(({ time, rest }, id) => `${time},${rest},${id + 1}`),
)

/** The tape's rows, each of one part: in stretches, or dealt out; every part in the tape's order or newest first. */
const split = tape.chain((rows) =>
  fc.record({
    rows: fc.constant(rows),
    dealt: fc.oneof(
      fc
        .array(fc.nat(rows.length), { maxLength: 5 })
        .map((cuts) => rows.map((_, n) => cuts.filter((cut) => cut <= n).length)),
      fc.array(fc.nat(3), { minLength: rows.length, maxLength: rows.length }),
    ),
    order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }),
    newestFirst: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  }),
)

/** Candles of all timeframes and trades, after these files in this order. */
async function marketOf(files: readonly (readonly string[])[]) {
  const store = openStore()
  const folder = temporaryFolder()
  for (const [n, lines] of files.entries()) {
    const path = join(folder, `${n}.csv`)
    writeFileSync(path, [HEADER, ...lines].join('\n'))
    expect(await importTrades({ path, market: MARKET, store })).toMatchObject({
      refused_count: 0,
      conflicts: 0,
    })
  }
  const id = store.open(MARKET)
  const trades = await createMarketReader(store).trades(MARKET, span(0, 1e14))
  const candles = TIMEFRAMES.map((timeframe) => candlesOf(store.candles.read(id, timeframe, span(0, 1e14))))
  return { trades, candles, known: store.coverage.known(id, '1s') }
}

it('any split of a file of trades, in any order, gives the same trades and candles', async () => {
  await fc.assert(
    fc.asyncProperty(split, async ({ rows, dealt, order, newestFirst }) => {
      const parts = order
        .map((part) => rows.filter((_, n) => dealt[n] === part))
        .map((part, n) => (newestFirst[n] === true ? part.toReversed() : part))
        .filter((part) => part.length > 0)
      const whole = await marketOf([rows])
      const apart = await marketOf(parts)
      expect(apart.trades).toEqual(whole.trades)
      // Where a part ends, its last second is not known to be over: what is known is the same.
      const isKnown = ({ openTime }: Candle): boolean =>
        apart.known.some(({ from, to }) => from <= openTime && openTime < to)
      expect(apart.candles[0]?.filter(isKnown)).toEqual(whole.candles[0]?.filter(isKnown))
      expect(await marketOf([...parts, rows])).toEqual(whole)
    }),
    { numRuns: 25 },
  )
})
