// Which trades a stream or a download gave is known without a second copy of what stands by itself.
import { expect, it } from 'vitest'
import { rangeOf } from '../../../src/market/ranges.ts'
import type { MarketStore } from '../../../src/market/store/market-store.ts'
import type { Trade } from '../../../src/market/types.ts'
import { MARKET, openStore, trade } from './fixture.ts'

const TRADES = [trade(1000, 100, 1), trade(2000, 101, 2)]

function importing(store: MarketStore, trades: readonly Trade[]): number {
  const { lastInsertRowid } = store.sqlite
    .prepare("INSERT INTO import (market, kind, file, started_at) VALUES (?, 'trades', 'x', 0)")
    .run([store.open(MARKET)])
  store.addTrades(MARKET, trades, { source: Number(lastInsertRowid) })
  return Number(lastInsertRowid)
}

const sources = (store: MarketStore): number[] =>
  store.trades.claims(store.open(MARKET), rangeOf(0, 10_000)).map(({ source }) => source)
const aside = (store: MarketStore): Trade[] =>
  store.aside.trades(store.open(MARKET), rangeOf(0, 10_000)).map(({ row }) => row)

it('says who gave each: an import by its number, all else by the last import there was, negative', () => {
  const store = openStore()
  store.addTrades(MARKET, TRADES.slice(0, 1))
  expect(importing(store, TRADES)).toBe(1)
  store.addTrades(MARKET, [trade(3000, 102, 1)])
  expect(sources(store)).toEqual([0, 1, -1])
})

it('takes over what an import gave the same, and puts aside what differs from it', () => {
  const store = openStore()
  importing(store, TRADES)
  store.addTrades(MARKET, TRADES)
  expect(sources(store)).toEqual([-1, -1])
  expect(aside(store)).toEqual([])

  const fuller = TRADES.map((one) => ({ ...one, amount: 5 }))
  importing(store, fuller)
  expect(sources(store)).toEqual([2, 2])
  expect(aside(store)).toEqual(TRADES)
})
