// What is kept in memory of candles and order books says the same as what is stored, whoever wrote it and however it ended; and a live second reads little.
import { describe, expect, it } from 'vitest'
import { MINUTE, SECOND, epochMs, shift, type EpochMs } from '../../../src/core/time.ts'
import { BookStore } from '../../../src/market/book/book-store.ts'
import { encodeBlock } from '../../../src/market/book/snapshot-codec.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import type { MarketReader } from '../../../src/market/provider.ts'
import { rangeOf } from '../../../src/market/ranges.ts'
import type { MarketStore } from '../../../src/market/store/market-store.ts'
import { replaceWithin } from '../../../src/market/store/replace-within.ts'
import { StreamWriter } from '../../../src/market/streams/stream-writer.ts'
import { ManualClock } from '../../../src/core/clock.ts'
import { BINANCE, START, openBookStore, top } from './book-fixture.ts'
import { at, BY_TIME, candle, MARKET, openStore, temporaryFolder, trade } from './fixture.ts'

const T0 = at('2024-01-15T10:00:00Z')
const second = (n: number): EpochMs => shift(T0, n * SECOND)

/** Every timeframe as of an instant, by a reader and by one that has read nothing before. */
async function both(reader: MarketReader, store: MarketStore, asOf: EpochMs) {
  const range = { from: asOf, to: asOf }
  return [await reader.slice(MARKET, range), await createMarketReader(store).slice(MARKET, range)] as const
}

async function expectSame(reader: MarketReader, store: MarketStore, asOf: EpochMs): Promise<void> {
  const [kept, fresh] = await both(reader, store, asOf)
  expect(kept).toEqual(fresh)
}

/** A trade in two of three seconds. */
function step(writer: StreamWriter, n: number): void {
  if (n % 3 !== 0) writer.add(trade(second(n) + 400, 100 + (n % 7), 1, n))
  writer.confirm(second(n + 1), second(n), second(n + 1))
}

function moving(store: MarketStore) {
  store.cover(MARKET, '1s', 'trades', [rangeOf(T0 - MINUTE, T0)])
  return new StreamWriter(store, MARKET, T0, 0)
}

describe('candles in memory', () => {
  it('are those of the store each second, over minutes, late trades, other writers and what failed', async () => {
    const folder = temporaryFolder()
    const store = openStore(folder)
    const [reader, writer] = [createMarketReader(store), moving(store)]
    for (let n = 0; n < 400; n += 1) {
      step(writer, n)
      if (n === 150) writer.add(trade(second(20) + 10, 90, 2, 1000))
      if (n === 200) {
        const other = openStore(folder)
        other.addTrades(MARKET, [trade(second(120) + 5, 300, 1, 2000)])
        other.recompose(MARKET, '1s', rangeOf(second(120), second(121)), BY_TIME)
      }
      if (n === 250)
        expect(() =>
          store.transaction(() => {
            store.addTrades(MARKET, [trade(second(240) + 5, 500, 1, 3000)])
            store.recompose(MARKET, '1s', rangeOf(second(240), second(241)), BY_TIME)
            throw new Error('planted')
          }),
        ).toThrow('planted')
      await expectSame(reader, store, second(n + 1))
      if (n % 50 === 0) await expectSame(reader, store, second(Math.floor(n / 2)))
    }
  })

  it('that somebody holds stay as they were', async () => {
    const store = openStore()
    const [reader, writer] = [createMarketReader(store), moving(store)]
    for (let n = 0; n < 40; n += 1) step(writer, n)
    const [held] = await both(reader, store, second(40))
    const before = structuredClone(held)
    writer.add(trade(second(30) + 10, 1, 2, 1000))
    for (let n = 40; n < 60; n += 1) {
      step(writer, n)
      await reader.slice(MARKET, { from: second(n + 1), to: second(n + 1) })
    }
    expect(held).toEqual(before)
  })

  it('cost a live second a row or two of the database, not a window', async () => {
    const store = openStore()
    const [reader, writer] = [createMarketReader(store), moving(store)]
    let rows = 0
    const { read } = store.candles
    store.candles.read = (...args) => {
      const found = read.apply(store.candles, args)
      rows += found.length
      return found
    }
    const seconds = async (from: number, to: number): Promise<void> => {
      for (let n = from; n < to; n += 1) {
        step(writer, n)
        await reader.slice(MARKET, { from: second(n + 1), to: second(n + 1) })
      }
    }
    await seconds(0, 130)
    rows = 0
    await seconds(130, 170)
    // Composing the two minutes that end reads their seconds.
    expect(rows).toBeLessThan(40 + 2 * 60)
  })

  it('are read again where a newer file leaves some out, also by who looked while it was put', async () => {
    const store = openStore()
    const source = await imported(store)
    const reader = createMarketReader(store)
    /** Who looks whenever it is asked what time it is. */
    class Looking extends ManualClock {
      override now(): EpochMs {
        void reader.slice(MARKET, { from: second(30), to: second(30) })
        return super.now()
      }
    }
    expect(await replaceWithin(store, source, new Looking(shift(T0, MINUTE)))).toBe(1)
    await expectSame(reader, store, second(30))
  })
})

/** Ten seconds of the venue's own, and a newer file, which wins and lacks one of them: its number. */
async function imported(store: MarketStore): Promise<number> {
  const rows = Array.from({ length: 10 }, (_, n) => candle(second(n), [10, 11, 9, 10], 1))
  store.addCandles(MARKET, '1s', rows, BY_TIME)
  store.cover(MARKET, '1s', 'candles', [rangeOf(T0, second(10))])
  const { lastInsertRowid } = store.sqlite
    .prepare(
      "INSERT INTO import (market, kind, timeframe, file, started_at, from_time, to_time, replaces) VALUES (?, 'candles', 1, 'new.csv', 0, ?, ?, 1)",
    )
    .run([store.open(MARKET), T0, second(10)])
  const source = Number(lastInsertRowid)
  store.addCandles(MARKET, '1s', rows.toSpliced(4, 1), BY_TIME, { source, win: true })
  return source
}

describe('order books in memory', () => {
  const all = rangeOf(START - MINUTE, START + 10 * MINUTE)
  const expectStored = (store: BookStore, folder: string): void =>
    expect(store.range(BINANCE, all)).toEqual(openBookStore(folder).range(BINANCE, all))

  it('are those of the store, in the bytes of a minute that was put at once', () => {
    const folder = temporaryFolder()
    const store = openBookStore(folder)
    const rows = Array.from({ length: 150 }, (_, n) => top(n, 100 + (n === 90 ? 0.125 : n / 100)))
    for (const row of rows) store.append(BINANCE, [row])
    expect(store.range(BINANCE, all)).toEqual(rows)
    expectStored(store, folder)
    for (const { start, data } of store.blocks(BINANCE, all))
      expect(new Uint8Array(data)).toEqual(
        encodeBlock(rows.filter(({ time }) => time >= start && time < start + MINUTE)),
      )
  })

  it('come after what another put between, what was put before them, and what was taken out', () => {
    const folder = temporaryFolder()
    const store = openBookStore(folder)
    for (let n = 0; n < 10; n += 1) store.append(BINANCE, [top(n)])
    openBookStore(folder).append(BINANCE, [top(12, 200)])
    store.append(BINANCE, [top(14)])
    store.append(BINANCE, [top(11), top(13)])
    expectStored(store, folder)
    store.remove(BINANCE, rangeOf(START + 3000, START + 5000))
    store.append(BINANCE, [top(15)])
    expectStored(store, folder)
    expect(store.range(BINANCE, all).map(({ time }) => (time - START) / 1000)).toEqual([
      0, 1, 2, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15,
    ])
  })

  it('of a transaction that failed are not there', () => {
    const market = openStore()
    const store = new BookStore(market.sqlite)
    store.append(BINANCE, [top(0), top(1)])
    expect(() =>
      market.transaction(() => {
        store.append(BINANCE, [top(2)])
        throw new Error('planted')
      }),
    ).toThrow('planted')
    expect(store.range(BINANCE, all)).toEqual([top(0), top(1)])
    store.append(BINANCE, [top(3)])
    expect(store.range(BINANCE, all)).toEqual([top(0), top(1), top(3)])
    expect(store.range(BINANCE, all)[2]?.time).toBe(epochMs(START + 3000))
  })
})
