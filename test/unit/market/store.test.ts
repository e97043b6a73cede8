import { describe, expect, it } from 'vitest'
import { shift } from '../../../src/core/time.ts'
import { candlesOf } from '../../../src/market/columns.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import {
  at,
  BY_TIME,
  candle,
  MARKET,
  openStore,
  span,
  storeTrades,
  temporaryFolder,
  trade,
} from './fixture.ts'

const T0 = at('2024-01-15T10:00:00Z')

describe('the store', () => {
  it('composes seconds of trades, and longer candles only where the lower ones cover them whole', async () => {
    const store = openStore()
    const reader = createMarketReader(store)
    const trades = [trade(T0 + 100, 10, 1), trade(T0 + 900, 12, 2), trade(T0 + 61_000, 9, 0.5)]
    storeTrades(store, trades, span(T0, T0 + 90_000))
    const asOf = shift(T0, 90_000)
    const read = async (timeframe: '1s' | '1m' | '1h') =>
      reader.candles({ market: MARKET, timeframe, limit: 3, asOf, forming: false, from: T0 })
    expect((await read('1s')).candles).toEqual([
      candle(T0, [10, 12, 10, 12], 3),
      candle(T0 + 1000, [12, 12, 12, 12], 0),
      candle(T0 + 2000, [12, 12, 12, 12], 0),
    ])
    expect((await read('1m')).candles).toEqual([candle(T0, [10, 12, 10, 12], 3)])
    expect((await read('1h')).candles).toEqual([])
    expect(await reader.coverage(MARKET, '1m')).toEqual([span(T0, T0 + 60_000)])
  })

  it('takes the venue’s own candle before the composed one, in whatever order they come', async () => {
    const native = candle(T0, [11, 13, 11, 13], 3)
    for (const nativeFirst of [true, false]) {
      const store = openStore()
      const addNative = (): void => {
        store.addCandles(MARKET, '1m', [native], BY_TIME)
        store.cover(MARKET, '1m', 'candles', [span(T0, T0 + 60_000)])
        store.recompose(MARKET, '1h', span(T0, T0 + 60_000), BY_TIME)
      }
      if (nativeFirst) addNative()
      storeTrades(store, [trade(T0, 10, 1)], span(T0, T0 + 3_600_000))
      if (!nativeFirst) addNative()
      const id = store.open(MARKET)
      expect(candlesOf(store.candles.read(id, '1m', span(T0, T0 + 60_000)))).toEqual([native])
      expect(candlesOf(store.candles.read(id, '1h', span(T0, T0 + 3_600_000)))).toEqual([native])
    }
  })

  it('keeps the fuller of two different rows of the venue, whichever came first, and counts the conflict', () => {
    const fuller = candle(T0, [10, 12, 10, 12], 5)
    const thinner = candle(T0, [10, 11, 10, 11], 4)
    for (const rows of [
      [fuller, thinner],
      [thinner, fuller],
    ]) {
      const store = openStore()
      expect(store.addCandles(MARKET, '1m', [rows[0]!], BY_TIME).conflicts).toBe(0)
      expect(store.addCandles(MARKET, '1m', [rows[1]!], BY_TIME).conflicts).toBe(1)
      expect(candlesOf(store.candles.read(store.open(MARKET), '1m', span(T0, T0 + 60_000)))).toEqual([fuller])
    }
  })

  it('turns a late trade into new versions and still knows the old ones', async () => {
    const store = openStore()
    const reader = createMarketReader(store)
    storeTrades(store, [trade(T0 + 100, 10, 1), trade(T0 + 500, 11, 1)], span(T0, T0 + 3_600_000))
    const late = shift(T0, 3_700_000)
    store.addTrades(MARKET, [{ ...trade(T0 + 700, 20, 1), arrivedAt: late }])
    store.recompose(MARKET, '1s', span(T0, T0 + 1000), { first: late, corrected: late })
    const asOf = span(T0 + 3_600_000, T0 + 3_600_000)
    const now = await reader.slice(MARKET, asOf)
    const then = await reader.slice(MARKET, asOf, { knownAt: shift(late, -1) })
    for (const timeframe of ['1m', '1h'] as const) {
      expect(now.series[timeframe].candles.close.at(-1) ?? null).toBe(20)
      expect(then.series[timeframe].candles.close.at(-1) ?? null).toBe(11)
      expect(candlesOf(then.series[timeframe].candles).at(-1)?.volume).toBe(2)
    }
  })

  it('shows another connection what changed, coarse candles in memory included', async () => {
    const folder = temporaryFolder()
    const [writer, other] = [openStore(folder), openStore(folder)]
    const reader = createMarketReader(other)
    const minutes = (count: number) =>
      Array.from({ length: count }, (_, index) => candle(T0 + index * 60_000, [10, 10, 10, 10], 1))
    const add = (count: number): void => {
      writer.addCandles(MARKET, '1m', minutes(count), BY_TIME)
      writer.cover(MARKET, '1m', 'candles', [span(T0, T0 + count * 60_000)])
      writer.recompose(MARKET, '1h', span(T0, T0 + count * 60_000), BY_TIME)
    }
    const lengths = async (): Promise<number[]> => {
      const slice = await reader.slice(MARKET, span(T0 + 3_600_000, T0 + 3_600_000))
      return [slice.series['1m'].candles.length, slice.series['1h'].candles.length]
    }
    expect(await lengths()).toEqual([0, 0])
    add(30)
    expect(await lengths()).toEqual([30, 0])
    add(60)
    expect(await lengths()).toEqual([60, 1])
  })

  it('takes nothing of a transaction that fails', () => {
    const store = openStore()
    expect(() =>
      store.transaction(() => {
        store.addCandles(MARKET, '1m', [candle(T0, [1, 1, 1, 1], 1)], BY_TIME)
        store.cover(MARKET, '1m', 'candles', [span(T0, T0 + 60_000)])
        throw new Error('planted')
      }),
    ).toThrow('planted')
    expect(store.markets()).toEqual([])
    expect(store.coverage.known(1, '1m')).toEqual([])
  })
})

describe('the reader', () => {
  it('fills a quiet second after a partly covered one with that one’s last price', async () => {
    const store = openStore()
    const reader = createMarketReader(store)
    storeTrades(store, [trade(T0 - 300, 7, 1), trade(T0 + 5000, 8, 1)], span(T0, T0 + 60_000))
    const request = {
      market: MARKET,
      timeframe: '1s',
      limit: 10,
      asOf: shift(T0, 60_000),
      forming: false,
    } as const
    const { candles, gaps } = await reader.candles({ ...request, from: shift(T0, -60_000) })
    expect(candles[0]).toEqual(candle(T0, [7, 7, 7, 7], 0))
    expect(gaps).toEqual([])
    const minutes = await reader.candles({ ...request, timeframe: '1m' })
    expect(minutes.candles).toEqual([candle(T0, [8, 8, 8, 8], 1)])
  })

  it('lists gaps between candles, fills sparse files, and cuts at as-of', async () => {
    const store = openStore()
    const reader = createMarketReader(store)
    const minute = (index: number) => candle(T0 + index * 60_000, [10, 10, 10, 10 + index], 1)
    store.addCandles(MARKET, '1m', [minute(0), minute(3)], BY_TIME)
    store.cover(MARKET, '1m', 'candles', [span(T0, T0 + 60_000), span(T0 + 180_000, T0 + 240_000)])
    const request = {
      market: MARKET,
      timeframe: '1m',
      limit: 10,
      asOf: shift(T0, 240_000),
      forming: false,
    } as const
    const gapped = await reader.candles(request)
    expect(gapped.candles).toEqual([minute(0), minute(3)])
    expect(gapped.gaps).toEqual([{ timeframe: '1m', ...span(T0 + 60_000, T0 + 180_000) }])
    store.cover(MARKET, '1m', 'sparse', [span(T0, T0 + 240_000)])
    const sparse = await reader.candles(request)
    expect(sparse.gaps).toEqual([])
    expect(sparse.candles.map(({ close, volume }) => [close, volume])).toEqual([
      [10, 1],
      [10, 0],
      [10, 0],
      [13, 1],
    ])
    expect((await reader.candles({ ...request, limit: 2 })).candles).toEqual(sparse.candles.slice(2))
    expect((await reader.candles({ ...request, from: T0, limit: 2 })).candles).toEqual(
      sparse.candles.slice(0, 2),
    )
    expect((await reader.candles({ ...request, asOf: shift(T0, 239_000) })).candles).toHaveLength(3)
  })

  it('adds the forming candle of what is known as of an instant', async () => {
    const store = openStore()
    const reader = createMarketReader(store)
    storeTrades(
      store,
      [trade(T0, 10, 1), trade(T0 + 61_000, 12, 2), trade(T0 + 65_000, 1, 9)],
      span(T0, T0 + 120_000),
    )
    const request = { market: MARKET, limit: 10, forming: true, asOf: shift(T0, 65_000) } as const
    const minutes = await reader.candles({ ...request, timeframe: '1m' })
    expect(minutes.candles.at(-1)).toEqual(candle(T0 + 60_000, [12, 12, 12, 12], 2))
    const hours = await reader.candles({ ...request, timeframe: '1h' })
    expect(hours.candles).toEqual([candle(T0, [10, 12, 10, 12], 3)])
    const quiet = await reader.candles({ ...request, timeframe: '1m', asOf: shift(T0, 61_000) })
    expect(quiet.candles.at(-1)).toEqual(candle(T0 + 60_000, [10, 10, 10, 10], 0))
    const unknown = await reader.candles({ ...request, timeframe: '1m', asOf: shift(T0, 86_400_000 + 5_000) })
    expect(unknown.candles.map(({ openTime }) => openTime)).toEqual([T0, T0 + 60_000])
  })
})
