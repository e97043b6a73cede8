// Live recording of order books: what a provider stores of what its source sends, and the simulated market's own past.
import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../../src/core/clock.ts'
import { epochMs, MINUTE, shift, type EpochMs } from '../../../src/core/time.ts'
import { openDatabase } from '../../../src/core/database.ts'
import { BookRecorder } from '../../../src/market/book/book-recorder.ts'
import { BookStore } from '../../../src/market/book/book-store.ts'
import { orderBookWindow } from '../../../src/market/book/order-book-window.ts'
import { bookMigrations } from '../../../src/market/book/schema.ts'
import { createDemoMarket } from '../../../src/market/demo/demo-market.ts'
import { demoSnapshots } from '../../../src/market/demo/top-book.ts'
import { createDataProvider } from '../../../src/market/live-provider.ts'
import { rangeOf } from '../../../src/market/ranges.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import { createDemoSource } from '../../../src/market/sources/demo.ts'
import type { MarketEvent } from '../../../src/market/sources/market-event.ts'
import type { MarketSource } from '../../../src/market/sources/source.ts'
import { openMarketStore } from '../../../src/market/store/market-store.ts'
import { marketMigrations } from '../../../src/market/store/schema.ts'
import { BINANCE, openBookStore, START, top } from './book-fixture.ts'
import { temporaryFolder } from './fixture.ts'
import { turns } from '../../patience.ts'

const T0 = epochMs(START)
const endings: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0)) await end()
})

const book = (second: number): MarketEvent => ({ kind: 'book', market: BINANCE, snapshot: top(second) })
const confirmed = (second: number): MarketEvent => ({
  kind: 'confirmed',
  market: BINANCE,
  through: epochMs(START + second * 1000),
})

/** A source that sends `script` and then is silent. */
function scripted(script: readonly MarketEvent[]): MarketSource & { readonly clock: ManualClock } {
  return {
    kind: 'exchange',
    market: BINANCE,
    simulated: false,
    clock: new ManualClock(T0),
    speed: 1,
    grace: 0,
    async *events(signal) {
      yield* script
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    },
  }
}

async function start(source: MarketSource) {
  const { sqlite, close } = openDatabase(`${temporaryFolder()}/annotate.db`, [
    ...marketMigrations,
    ...bookMigrations,
  ])
  const store = openMarketStore(sqlite)
  const books = new BookStore(sqlite)
  const faults: unknown[] = []
  const provider = createDataProvider({
    store,
    books,
    reader: createMarketReader(store),
    source,
    onFault: (error) => faults.push(error),
  })
  endings.push(() => provider.stop().then(close))
  return { provider, books, faults }
}

describe('a live provider', () => {
  it('has stored the book of a second before anyone is told of that second', async () => {
    const { provider, books } = await start(
      scripted([confirmed(0), book(1), confirmed(1), book(2), book(3), confirmed(3)]),
    )
    const seen: [EpochMs, EpochMs[]][] = []
    provider.onSecond(BINANCE, async (second) => {
      seen.push([second, books.before(BINANCE, second).map(({ time }) => time)])
    })
    await provider.start()
    await turns()
    const second = (n: number): number => START + n * 1000
    expect(seen.slice(-3)).toEqual([
      [second(1), [second(1)]],
      [second(2), [second(1), second(2)]],
      [second(3), [second(1), second(2), second(3)]],
    ])
  })

  it('keeps out what comes after its second was decided: the signal of that second did not see it', async () => {
    const { provider, books } = await start(
      scripted([confirmed(0), book(1), confirmed(2), book(2), book(3), confirmed(3)]),
    )
    await provider.start()
    await turns()
    expect(books.range(BINANCE, rangeOf(T0, T0 + MINUTE)).map(({ time }) => time)).toEqual([
      START + 1000,
      START + 3000,
    ])
    expect(provider.status().bookSeconds).toEqual({ recorded: 2, late: 1 })
  })

  it('survives a snapshot that is none, and says so', async () => {
    const crossed: MarketEvent = { kind: 'book', market: BINANCE, snapshot: top(1, 100, { asks: [90, 1] }) }
    const { provider, books, faults } = await start(scripted([confirmed(0), crossed, confirmed(1), book(2)]))
    await provider.start()
    await turns()
    expect(faults).toEqual([expect.objectContaining({ code: 'invalid_book_snapshot' })])
    expect(books.range(BINANCE, rangeOf(T0, T0 + MINUTE)).map(({ time }) => time)).toEqual([START + 2000])
  })
})

describe('the simulated market', () => {
  const market = createDemoMarket({ seed: 7, symbol: 'ETH/USDT' })

  it('has ten levels a side at every second, made of what came before it', () => {
    const snapshots = demoSnapshots(market, rangeOf(T0, T0 + MINUTE))
    expect(snapshots).toHaveLength(60)
    for (const { time, eventTime, bids, asks } of snapshots) {
      expect([bids.length, asks.length]).toEqual([20, 20])
      expect(eventTime).toBeLessThan(time)
      const last = market.tradesIn(rangeOf(time - MINUTE, time)).at(-1)!.price
      expect(Math.abs(bids[0]! - last)).toBeLessThanOrEqual(0.010001)
      expect(asks[0]!).toBeGreaterThan(bids[0]!)
    }
  })

  it('is recorded as it moves, its last minutes filled in before it starts; what a model saw can be read again', async () => {
    const clock = new ManualClock(T0)
    const source = createDemoSource({ seed: 7, symbol: 'ETH/USDT', clock })
    const { provider, books, faults } = await start(source)
    const seen: [EpochMs, Float64Array][] = []
    provider.onSecond(source.market, async (second) => {
      seen.push([second, orderBookWindow(books, source.market, second)])
    })
    await provider.start()
    for (let second = 1; second <= 3; second += 1) {
      clock.moveTo(shift(T0, second * 1000))
      await turns()
    }
    expect(seen).toHaveLength(3)
    for (const [second, window] of seen) expect(orderBookWindow(books, source.market, second)).toEqual(window)
    const wanted = demoSnapshots(market, rangeOf(T0 - 9 * MINUTE, T0 + 3001))
    expect(books.range(source.market, rangeOf(T0 - 9 * MINUTE, T0 + MINUTE))).toEqual(wanted)
    expect(faults).toEqual([])
  })

  it('fills two days, newest first, and leaves alone what is recorded', async () => {
    const store = openBookStore()
    const recorder = new BookRecorder({ store, market: BINANCE })
    store.append(BINANCE, [top(-30, 500)])
    const abort = new AbortController()
    const asked: number[] = []
    const past = (range: { from: EpochMs; to: EpochMs }) => {
      asked.push(range.from)
      if (asked.length === 5) abort.abort()
      return demoSnapshots(market, range)
    }
    await recorder.fill(past, T0, abort.signal)
    expect(asked).toEqual(asked.toSorted((a, b) => b - a))
    const [recorded] = store.recorded(BINANCE)
    expect(recorded).toEqual(rangeOf(asked.at(-1)!, T0 + 1000))
    expect(store.range(BINANCE, rangeOf(T0 - 30_000, T0 - 29_000))).toEqual([top(-30, 500)])
  })
})
