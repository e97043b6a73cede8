// The ledger of what is held: the same content has the same hash however it came, gaps and origins are named.
import { describe, expect, it } from 'vitest'
import { contentHash, ledgerOf } from '../../../src/market/ledger.ts'
import { rangeOf } from '../../../src/market/ranges.ts'
import { StreamLedger } from '../../../src/market/streams/stream-ledger.ts'
import { epochMs } from '../../../src/core/time.ts'
import { noteDownload } from '../../../src/market/exchange/download-ledger.ts'
import type { MarketStore } from '../../../src/market/store/market-store.ts'
import { at, MARKET, openStore, trade } from './fixture.ts'

const T0 = at('2024-01-15T10:00:00Z')
const BY_TIME = { first: null, corrected: T0 }

/** Trades of `seconds`, one each, in pieces of `step`. */
function fill(store: MarketStore, seconds: readonly number[], step: number): void {
  for (let from = 0; from < seconds.length; from += step) {
    const piece = seconds.slice(from, from + step)
    store.addTrades(
      MARKET,
      piece.map((n) => trade(T0 + n * 1000 + 10, 100 + n, 0.5)),
    )
  }
  for (const n of seconds) {
    store.cover(MARKET, '1s', 'trades', [rangeOf(T0 + n * 1000, T0 + n * 1000 + 1000)])
    store.recompose(MARKET, '1s', rangeOf(T0 + n * 1000, T0 + n * 1000 + 1000), BY_TIME)
  }
}

const count = (n: number): number[] => Array.from({ length: n }, (_, k) => k)
const held = (store: MarketStore, holds: string) =>
  ledgerOf(store, MARKET).find((entry) => entry.holds === holds)

describe('the ledger', () => {
  it('says span, rows and gaps of each timeframe and of trades', () => {
    const store = openStore()
    fill(store, [...count(120), ...count(60).map((n) => n + 125)], 50)
    expect(held(store, 'trades')).toMatchObject({
      span: { from: T0, to: T0 + 185_000 },
      rows: 180,
      gaps: [{ from: T0 + 120_000, to: T0 + 125_000 }],
    })
    expect(held(store, '1s')).toMatchObject({
      rows: 180,
      ownRows: 0,
      gaps: [{ from: T0 + 120_000, to: T0 + 125_000 }],
    })
    expect(held(store, '1m')).toMatchObject({ span: { from: T0, to: T0 + 120_000 }, rows: 2, gaps: [] })
    expect(held(store, '1h')).toBeUndefined()
  })

  it('has the same hash for the same content, in whatever order it came, and another for other content', async () => {
    const [one, two, three] = [openStore(), openStore(), openStore()]
    fill(one, count(90), 90)
    fill(two, count(90).toReversed(), 7)
    fill(three, count(90), 90)
    three.addTrades(MARKET, [trade(T0 + 89_500, 7, 0.1)])
    three.recompose(MARKET, '1s', rangeOf(T0, T0 + 90_000), BY_TIME)
    for (const holds of ['trades', '1s'] as const) {
      const hashes = await Promise.all([one, two, three].map((store) => contentHash(store, MARKET, holds)))
      expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/)
      expect(hashes[1]).toBe(hashes[0])
      expect(hashes[2]).not.toBe(hashes[0])
    }
    expect(await contentHash(one, MARKET, '1d')).toBeNull()
  })

  it('goes by pieces past their bounds', async () => {
    const store = openStore()
    const rows = Array.from({ length: 45_000 }, (_, n) => {
      const price = 100 + (n % 7)
      return {
        openTime: epochMs(T0 + n * 60_000),
        open: price,
        high: price,
        low: price,
        close: price,
        volume: 1,
      }
    })
    store.addCandles(MARKET, '1m', rows, BY_TIME)
    const before = await contentHash(store, MARKET, '1m')
    store.addCandles(MARKET, '1m', [{ ...rows[20_000]!, volume: 2 }], BY_TIME)
    expect(await contentHash(store, MARKET, '1m')).not.toBe(before)
  })

  it('names where rows came from: files, dumps, an exchange in all its pieces, the stream', async () => {
    const store = openStore()
    fill(store, count(60), 60)
    const note = (rows: number): Promise<void> =>
      noteDownload(store, MARKET, null, { rows, added: rows, sha256: 'ab', begun: T0, ended: T0 })
    await note(10)
    await note(20)
    const stream = new StreamLedger(store, MARKET)
    stream.stage(5, T0)()
    stream.stage(6, epochMs(T0 + 61_000))()
    stream.stage(7, epochMs(T0 + 62_000))()
    // Of what was rolled back nothing is counted.
    stream.stage(100, epochMs(T0 + 62_500))
    stream.stage(0, epochMs(T0 + 63_000), true)()
    for (const file of ['ETHUSDT-aggTrades-2024-08.zip', 'mine.csv'])
      store.sqlite
        .prepare(
          "INSERT INTO import (market, kind, file, rows, added, started_at, finished_at) VALUES (?, 'trades', ?, 1, 1, 0, 1)",
        )
        .run([store.open(MARKET), file])
    expect(held(store, 'trades')!.origins.map(({ kind, name, rows }) => [kind, name, rows])).toEqual([
      ['exchange', MARKET.venue, 30],
      ['stream', MARKET.venue, 18],
      ['dump', 'ETHUSDT-aggTrades-2024-08.zip', 1],
      ['file', 'mine.csv', 1],
    ])
  })
})
