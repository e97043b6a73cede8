// Law: importing files and taking one out again leaves exactly what the others alone would have made.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../src/core/clock.ts'
import { epochMs, type EpochMs } from '../../../src/core/time.ts'
import { rangeOf, runsOf } from '../../../src/market/ranges.ts'
import { forgetImport } from '../../../src/market/store/forget-import.ts'
import type { MarketStore } from '../../../src/market/store/market-store.ts'
import { replaceWithin } from '../../../src/market/store/replace-within.ts'
import { TIMEFRAMES } from '../../../src/market/timeframe.ts'
import type { Candle, Market, Trade } from '../../../src/market/types.ts'
import { at, openStore } from '../../unit/market/fixture.ts'

const START = at('2024-08-09T00:00:00Z')
const CLOCK = new ManualClock(at('2024-08-10T00:00:00Z'))
const WHEN = { first: null, corrected: CLOCK.now() }
const MIN = 60_000

interface CandleFile {
  readonly kind: 'candles'
  readonly candles: readonly Candle[]
}
interface TradeFile {
  readonly kind: 'trades'
  readonly trades: readonly Trade[]
}
type File = CandleFile | TradeFile

/** Prices and volumes from a few, so that files agree and contradict each other often. */
const candleFile: fc.Arbitrary<CandleFile> = fc
  .array(fc.record({ slot: fc.integer({ min: 0, max: 14 }), price: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((rows) => {
    const bySlot = new Map(rows.map(({ slot, price }) => [slot, price]))
    const candles = [...bySlot]
      .toSorted(([a], [b]) => a - b)
      .map(([slot, price]) => flat(START + slot * MIN, 100 + price))
    return { kind: 'candles', candles }
  })

const tradeFile: fc.Arbitrary<TradeFile> = fc
  .array(
    fc.record({
      ms: fc.integer({ min: 0, max: 240_000 }),
      id: fc.integer({ min: 0, max: 3 }),
      amount: fc.integer({ min: 1, max: 2 }),
    }),
    { minLength: 2, maxLength: 12 },
  )
  .map((rows) => {
    const byId = new Map(rows.map((row) => [`${Math.floor(row.ms / 20_000)} ${row.id}`, row]))
    const trades = [...byId.values()].map(({ ms, id, amount }, sequence): Trade => {
      const time = epochMs(START + Math.floor(ms / 20_000) * 20_000)
      return {
        id: String(id),
        time,
        sequence: sequence % 2,
        price: 100,
        amount,
        side: 'buy',
        arrivedAt: time,
      }
    })
    return { kind: 'trades', trades: trades.toSorted((a, b) => a.time - b.time) }
  })

function flat(openTime: number, price: number): Candle {
  return { openTime: openTime as EpochMs, open: price, high: price, low: price, close: price, volume: price }
}

interface Place {
  readonly store: MarketStore
  readonly market: Market
}

/** Markets of one store, each new: what one property run does is nothing to the next. */
function places(): () => Place {
  const store = openStore()
  store.sqlite.exec('PRAGMA synchronous = OFF')
  let number = 0
  return () => {
    const market = { venue: 'test', symbol: `M${(number += 1)}/USDT` }
    store.open(market)
    return { store, market }
  }
}

/** As the importer does it; the import's number. */
async function bring({ store, market }: Place, file: File, replace: boolean): Promise<number> {
  const source = store.transaction(() => {
    const seconds = file.kind === 'candles' ? 60 : null
    const { lastInsertRowid } = store.sqlite
      .prepare(
        "INSERT INTO import (market, kind, timeframe, file, started_at, replaces) VALUES (?, ?, ?, 'x', 0, ?)",
      )
      .run([store.open(market), file.kind, seconds, replace ? 1 : 0])
    bringRows({ store, market }, file, Number(lastInsertRowid), replace)
    return Number(lastInsertRowid)
  })
  if (replace) await replaceWithin(store, source, CLOCK)
  return source
}

/** `source` null: of a stream or a download. */
function bringRows({ store, market }: Place, file: File, source: number | null, win: boolean): void {
  const by = source === null ? undefined : { source, win }
  if (file.kind === 'candles') {
    store.addCandles(market, '1m', file.candles, WHEN, by)
    const opens = file.candles.map(({ openTime }) => openTime)
    store.cover(market, '1m', 'candles', runsOf(opens, MIN), null, source ?? 0)
    store.recompose(market, '1m', rangeOf(START, START + 15 * MIN), WHEN)
    return
  }
  store.addTrades(market, file.trades, by)
  const [first, last] = [file.trades[0]?.time ?? START, file.trades.at(-1)?.time ?? START]
  if (first < last) store.cover(market, '1s', 'trades', [rangeOf(first, last)], null, source ?? 0)
  store.recompose(market, '1s', rangeOf(first, last + 1000), WHEN)
}

/** Everything that can be read back. */
function content({ store, market }: Place): unknown {
  const id = store.find(market)
  if (id === null) return null
  const all = rangeOf(0, 1e15)
  return {
    trades: store.trades.read(id, all),
    candles: TIMEFRAMES.map((timeframe) => {
      const { openTime, ...columns } = store.candles.read(id, timeframe, all)
      return { timeframe, openTime: [...openTime], columns: JSON.stringify(columns) }
    }),
    natives: TIMEFRAMES.map((timeframe) => store.candles.nativeOpens(id, timeframe, all)),
    known: TIMEFRAMES.map((timeframe) => store.coverage.known(id, timeframe)),
    byTrades: store.coverage.byTrades(id),
  }
}

const MINUTE_OF_A_STREAM: CandleFile = { kind: 'candles', candles: [flat(START, 101)] }
const minute = (slot: number, price: number): CandleFile => ({
  kind: 'candles',
  candles: [flat(START + slot * MIN, price)],
})
/** What the stream gave is said again by an import that replaces; then it is contradicted, or left out by another that replaces. */
const SAID_AGAIN = [
  [
    { file: MINUTE_OF_A_STREAM, replace: true },
    { file: minute(0, 102), replace: false },
    { file: minute(1, 101), replace: false },
  ],
  [
    { file: MINUTE_OF_A_STREAM, replace: true },
    {
      file: { kind: 'candles' as const, candles: [flat(START - MIN, 101), flat(START + MIN, 101)] },
      replace: true,
    },
  ],
]

const files = fc.array(fc.record({ file: fc.oneof(candleFile, tradeFile), replace: fc.boolean() }), {
  minLength: 1,
  maxLength: 4,
})
/** Null: what a stream or a download brought, which is no import. */
const streamed = fc.option(fc.oneof(candleFile, tradeFile))

describe('an import that is taken out', () => {
  it('leaves what the others alone make, whichever it was', async () => {
    const next = places()
    await fc.assert(
      fc.asyncProperty(files, fc.nat(), async (brought, pick) => {
        const leaving = pick % brought.length
        const [place, expected] = [next(), next()]
        const ids: number[] = []
        for (const { file, replace } of brought) ids.push(await bring(place, file, replace))
        await forgetImport(ids[leaving] ?? 0, { store: place.store, clock: CLOCK })
        for (const [index, { file, replace }] of brought.entries())
          if (index !== leaving) await bring(expected, file, replace)
        expect(content(place)).toEqual(content(expected))
      }),
      { numRuns: 100 },
    )
  })

  it('leaves what a stream had brought before, once all are out in whatever order', async () => {
    const next = places()
    await fc.assert(
      fc.asyncProperty(
        streamed,
        files,
        fc.array(fc.nat(), { maxLength: 4 }),
        async (first, brought, order) => {
          const [place, expected] = [next(), next()]
          for (const each of [place, expected])
            if (first !== null) each.store.transaction(() => bringRows(each, first, null, false))
          const ids: number[] = []
          for (const { file, replace } of brought) ids.push(await bring(place, file, replace))
          for (const pick of [...order, 0, 0, 0, 0]) {
            const [id] = ids.splice(pick % Math.max(1, ids.length), 1)
            if (id !== undefined) await forgetImport(id, { store: place.store, clock: CLOCK })
          }
          // A trade in a second that the stream covers stays, and is counted.
          if (first?.kind !== 'trades') expect(content(place)).toEqual(content(expected))
        },
      ),
      {
        numRuns: 60,
        examples: SAID_AGAIN.map((each): [File, typeof each, number[]] => [MINUTE_OF_A_STREAM, each, []]),
      },
    )
  })
})
