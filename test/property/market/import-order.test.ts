// Files of trades and candles that overlap and contradict each other, imported in any order, leave the same market.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { effort } from '../../long.ts'
import { candlesOf } from '../../../src/market/columns.ts'
import { importCandles } from '../../../src/market/importing/candles/import-candles.ts'
import { importTrades } from '../../../src/market/importing/trades/import-trades.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import { TIMEFRAMES, type Timeframe } from '../../../src/market/timeframe.ts'
import { at, MARKET, openStore, span, temporaryFolder } from '../../unit/market/fixture.ts'

const T0 = at('2024-01-15T22:30:00Z')
const HOURS = 3

interface File {
  readonly timeframe: Timeframe | null
  readonly sparse: boolean
  readonly lines: readonly string[]
}

const price = fc.integer({ min: 95, max: 105 })

/** One tape of trades; files are stretches of it, cut anywhere, the middle of a millisecond too. */
const tradeFiles = fc
  .tuple(
    fc.array(fc.tuple(fc.nat(HOURS * 3600 * 4), price, fc.integer({ min: 1, max: 3 })), {
      minLength: 4,
      maxLength: 80,
    }),
    fc.array(fc.tuple(fc.nat(79), fc.integer({ min: 2, max: 60 })), { minLength: 1, maxLength: 3 }),
  )
  .map(([rows, cuts]): File[] => {
    const tape = rows
      .toSorted(([a], [b]) => a - b)
      .map(([quarter, ticks, amount]) => `${T0 + quarter * 250},${ticks / 10},0.${amount},buy`)
    const files = cuts.map(([from, length]) => tape.slice(from % tape.length, (from % tape.length) + length))
    return files.map((lines) => ({ timeframe: null, sparse: false, lines }))
  })

const candleFile = fc
  .record({
    timeframe: fc.constantFrom<Timeframe>('1s', '1m', '1h'),
    sparse: fc.boolean(),
    start: fc.nat(100),
    rows: fc.array(fc.tuple(fc.nat(20), price, price, fc.nat(3)), { minLength: 1, maxLength: 12 }),
  })
  .map(({ timeframe, sparse, start, rows }): File => {
    const step = { '1s': 1000, '1m': 60_000, '1h': 3_600_000, '1d': 0 }[timeframe]
    const first = T0 - (T0 % step)
    const offset = timeframe === '1h' ? 0 : start
    const lines = rows.map(([slot, open, close, volume]) => {
      const values = [open, Math.max(open, close), Math.min(open, close), close, volume]
      return `${first + (offset + (timeframe === '1h' ? slot % 3 : slot)) * step},${values.join(',')}`
    })
    return { timeframe, sparse, lines }
  })

async function marketOf(files: readonly File[]): Promise<unknown> {
  const store = openStore()
  const folder = temporaryFolder()
  for (const [index, { timeframe, sparse, lines }] of files.entries()) {
    const path = join(folder, `${index}.csv`)
    writeFileSync(path, lines.join('\n'))
    if (timeframe === null) await importTrades({ path, market: MARKET, store })
    else await importCandles({ path, market: MARKET, store, timeframe, sparse })
  }
  const reader = createMarketReader(store)
  const id = store.open(MARKET)
  const read = async (timeframe: Timeframe) => ({
    rows: candlesOf(store.candles.read(id, timeframe, span(0, 1e14))),
    natives: store.candles.nativeOpens(id, timeframe, span(0, 1e14)),
    coverage: await reader.coverage(MARKET, timeframe),
  })
  const trades = await reader.trades(MARKET, span(0, 1e14))
  return { trades, timeframes: await Promise.all(TIMEFRAMES.map(read)) }
}

it('gives the same market in whatever order the files come, and however often', async () => {
  const files = fc
    .tuple(tradeFiles, fc.array(candleFile, { maxLength: 3 }))
    .map(([trades, candles]) => [...trades, ...candles])
  const orders = files.chain((all) =>
    fc.tuple(
      fc.constant(all),
      fc.shuffledSubarray(all, { minLength: all.length }),
      fc.shuffledSubarray(all, { minLength: 0 }),
    ),
  )
  await fc.assert(
    fc.asyncProperty(orders, async ([all, shuffled, again]) => {
      const market = await marketOf(all)
      expect(await marketOf(shuffled)).toEqual(market)
      expect(await marketOf([...shuffled, ...again])).toEqual(market)
    }),
    { numRuns: effort(15, 40) },
  )
})
