// Law: after an import was taken out, everything is as if it had never been run, whatever came before, after and in between, from whom.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { effort } from '../../long.ts'
import { ManualClock } from '../../../src/core/clock.ts'
import { epochMs, type EpochMs } from '../../../src/core/time.ts'
import { rangeOf, runsOf } from '../../../src/market/ranges.ts'
import { BookStore } from '../../../src/market/book/book-store.ts'
import { forgetImport } from '../../../src/market/store/forget-import.ts'
import type { MarketStore } from '../../../src/market/store/market-store.ts'
import { replaceWithin } from '../../../src/market/store/replace-within.ts'
import { durationOf, TIMEFRAMES } from '../../../src/market/timeframe.ts'
import type { Candle, Market, Trade } from '../../../src/market/types.ts'
import { at, openStore } from '../../unit/market/fixture.ts'

const START = at('2024-08-09T00:00:00Z')
const CLOCK = new ManualClock(at('2024-08-10T00:00:00Z'))
const WHEN = { first: null, corrected: CLOCK.now() }
const MIN = 60_000
const WHOLE = rangeOf(START - MIN, START + 20 * MIN)

interface CandleFile {
  readonly kind: 'candles'
  readonly timeframe: '1s' | '1m'
  readonly candles: readonly Candle[]
}
interface TradeFile {
  readonly kind: 'trades'
  readonly trades: readonly Trade[]
}
type File = CandleFile | TradeFile

/** Live: what a stream brought as it happened. Past: a download. Both are no imports. */
type Way = 'live' | 'past' | 'import' | 'replace'

type Step =
  | { readonly way: Way; readonly file: File }
  /** Of the imports that are not out yet, this one. */
  | { readonly forget: number }
  /** What a stream missed, in seconds. */
  | { readonly missed: number }

/** Prices from a few, so that files agree and contradict each other often. */
const candleFile: fc.Arbitrary<CandleFile> = fc
  .record({
    timeframe: fc.constantFrom('1s' as const, '1m' as const),
    rows: fc.array(fc.record({ slot: fc.nat(11), price: fc.integer({ min: 1, max: 3 }) }), {
      minLength: 1,
      maxLength: 10,
    }),
  })
  .map(({ timeframe, rows }) => {
    const step = durationOf(timeframe)
    const bySlot = new Map(rows.map(({ slot, price }) => [slot, price]))
    const candles = [...bySlot]
      .toSorted(([a], [b]) => a - b)
      .map(([slot, price]) => flat(START + slot * step, 100 + price))
    return { kind: 'candles', timeframe, candles }
  })

/** Of twelve seconds, so that they meet the candles of them. */
const tradeFile: fc.Arbitrary<TradeFile> = fc
  .array(
    fc.record({
      second: fc.nat(11),
      id: fc.nat(1),
      amount: fc.integer({ min: 1, max: 2 }),
      sequence: fc.nat(1),
    }),
    {
      minLength: 2,
      maxLength: 12,
    },
  )
  .map((rows) => {
    const byId = new Map(rows.map((row) => [`${row.second} ${row.id}`, row]))
    const trades = [...byId.values()].map(({ second, id, amount, sequence }): Trade => {
      const time = epochMs(START + second * 1000)
      return { id: String(id), time, sequence, price: 100, amount, side: 'buy', arrivedAt: time }
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
    const seconds = file.kind === 'candles' ? durationOf(file.timeframe) / 1000 : null
    const { lastInsertRowid } = store.sqlite
      .prepare(
        "INSERT INTO import (market, kind, timeframe, file, started_at, replaces) VALUES (?, ?, ?, 'x', 0, ?)",
      )
      .run([store.open(market), file.kind, seconds, replace ? 1 : 0])
    bringRows({ store, market }, file, Number(lastInsertRowid), replace)
    return Number(lastInsertRowid)
  })
  if (replace) await replaceWithin(store, source, CLOCK)
  store.sqlite.prepare('UPDATE import SET finished_at = 1 WHERE id = ?').run([source])
  return source
}

/** `source` null: of a stream or a download. */
function bringRows({ store, market }: Place, file: File, source: number | null, win: boolean): void {
  const by = source === null ? undefined : { source, win }
  if (file.kind === 'candles') {
    const { timeframe, candles } = file
    store.addCandles(market, timeframe, candles, WHEN, by)
    const opens = candles.map(({ openTime }) => openTime)
    store.cover(market, timeframe, 'candles', runsOf(opens, durationOf(timeframe)), null, source ?? 0)
    store.recompose(market, timeframe, WHOLE, WHEN)
    return
  }
  store.addTrades(market, file.trades, by)
  const [first, last] = [file.trades[0]?.time ?? START, file.trades.at(-1)?.time ?? START]
  if (first < last) store.cover(market, '1s', 'trades', [rangeOf(first, last)], null, source ?? 0)
  store.recompose(market, '1s', rangeOf(first, last + 1000), WHEN)
}

/** Live trades arrive later than they happened. */
function asSeen(file: File): File {
  if (file.kind === 'candles') return file
  return {
    kind: 'trades',
    trades: file.trades.map((trade) => ({ ...trade, arrivedAt: epochMs(trade.time + 5) })),
  }
}

/** Which import each step that forgets takes out: the number of the step that brought it. */
function leavingOf(steps: readonly Step[]): Map<number, number> {
  const there: number[] = []
  const leaving = new Map<number, number>()
  for (const [index, step] of steps.entries()) {
    if ('way' in step && (step.way === 'import' || step.way === 'replace')) there.push(index)
    if (!('forget' in step) || there.length === 0) continue
    const [out] = there.splice(step.forget % there.length, 1)
    if (out !== undefined) leaving.set(index, out)
  }
  return leaving
}

/** All steps; or those alone that bring what is not taken out later. */
async function run(place: Place, steps: readonly Step[], asIfNever: boolean): Promise<void> {
  const { store, market } = place
  const leaving = leavingOf(steps)
  const never = new Set(asIfNever ? leaving.values() : [])
  const ids = new Map<number, number>()
  for (const [index, step] of steps.entries()) {
    if ('missed' in step) {
      const from = START + step.missed * 1000
      store.uncover(market, rangeOf(from, from + 3000), CLOCK.now())
    } else if ('forget' in step) {
      const id = ids.get(leaving.get(index) ?? -1)
      if (id !== undefined)
        await forgetImport(id, { store, clock: CLOCK, books: new BookStore(store.sqlite) })
    } else if (step.way === 'live' || step.way === 'past') {
      const file = step.way === 'live' ? asSeen(step.file) : step.file
      store.transaction(() => bringRows(place, file, null, false))
    } else if (!never.has(index)) ids.set(index, await bring(place, step.file, step.way === 'replace'))
  }
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

const brings = fc.record({
  way: fc.constantFrom<Way>('live', 'past', 'import', 'import', 'replace'),
  file: fc.oneof(candleFile, tradeFile),
})
const forgets = fc.record({ forget: fc.nat(5) })
const misses = fc.record({ missed: fc.nat(11) })
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: brings },
    { weight: 3, arbitrary: forgets },
    { weight: 1, arbitrary: misses },
  ),
  { minLength: 2, maxLength: 9 },
)

const minute = (slot: number, price: number): CandleFile => ({
  kind: 'candles',
  timeframe: '1m',
  candles: [flat(START + slot * MIN, price)],
})
/** What a stream gave is said again by an import that replaces; then it is contradicted, or left out by another that replaces. */
const SAID_AGAIN: Step[][] = [
  [
    { way: 'past', file: minute(0, 101) },
    { way: 'replace', file: minute(0, 101) },
    { way: 'import', file: minute(0, 102) },
    { way: 'import', file: minute(1, 101) },
    { forget: 1 },
    { forget: 0 },
    { forget: 0 },
  ],
  [
    { way: 'past', file: minute(0, 101) },
    { way: 'replace', file: minute(0, 101) },
    {
      way: 'replace',
      file: { ...minute(0, 101), candles: [flat(START - MIN, 101), flat(START + MIN, 101)] },
    },
    { forget: 0 },
    { forget: 0 },
  ],
]

const seconds = (...amounts: [second: number, amount: number][]): TradeFile => ({
  kind: 'trades',
  trades: amounts.map(([second, amount]) => {
    const time = epochMs(START + second * 1000)
    return { id: '0', time, sequence: 0, price: 100, amount, side: 'buy', arrivedAt: time }
  }),
})
/** A stream's trade gives way to a fuller one that was put aside, and stands again when that is out, too. */
const GIVES_WAY: Step[] = [
  { way: 'import', file: seconds([2, 2]) },
  { way: 'replace', file: seconds([0, 1], [5, 1]) },
  { way: 'live', file: seconds([2, 1]) },
  { forget: 1 },
  { forget: 0 },
]

describe('imports that are taken out', () => {
  it('leave what all the rest makes, imports, streams and downloads in whatever order', async () => {
    const next = places()
    const law = fc.asyncProperty(steps, async (brought) => {
      const [place, expected] = [next(), next()]
      await run(place, brought, false)
      await run(expected, brought, true)
      expect(content(place)).toEqual(content(expected))
    })
    await fc.assert(law, {
      numRuns: effort(100, 300),
      examples: [...SAID_AGAIN, GIVES_WAY].map((each): [Step[]] => [each]),
    })
  })
})
