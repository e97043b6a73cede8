// Raw markets in the real store, in memory: imported at once, or in any order.
import { openDatabase } from '../../../src/core/database.ts'
import { epochMs } from '../../../src/core/time.ts'
import type { MarketReader } from '../../../src/market/provider.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import { openMarketStore, type MarketStore } from '../../../src/market/store/market-store.ts'
import { marketMigrations } from '../../../src/market/store/schema.ts'
import type { Candle, Market, TimeRange, Trade } from '../../../src/market/types.ts'
import type { RawMarket, RawTrade, Row, Span } from './naive-state.ts'

export const MARKET: Market = { venue: 'test', symbol: 'ETH/USDT' }
const STEPS = { '1m': 60_000, '1h': 3_600_000, '1d': 86_400_000 } as const
export const BY_TIME = { first: null, corrected: epochMs(Date.UTC(2030, 0)) }

export interface Opened {
  readonly store: MarketStore
  readonly reader: MarketReader
  close(): void
}

export function openMemory(): Opened {
  const { sqlite, close } = openDatabase(':memory:', marketMigrations)
  const store = openMarketStore(sqlite)
  return { store, reader: createMarketReader(store), close: () => void close() }
}

export const rangeOf = ({ from, to }: Span): TimeRange => ({ from: epochMs(from), to: epochMs(to) })

/** `order` names the parts: trades and candles come in any order. */
export function storeOf(
  raw: RawMarket,
  order: readonly ('trades' | '1m' | '1h' | '1d')[] = ['1d', '1h', '1m', 'trades'],
): Opened {
  const opened = openMemory()
  opened.store.transaction(() => {
    for (const part of order) {
      if (part === 'trades') addTrades(opened.store, tradesOf(raw.trades), raw.covered)
      else addNative(opened.store, raw, part)
    }
  })
  return opened
}

/** Trades and what they cover, then the candles they make. */
export function addTrades(store: MarketStore, trades: readonly Trade[], covered: readonly Span[]): void {
  store.addTrades(MARKET, trades)
  store.cover(MARKET, '1s', 'trades', covered.map(rangeOf))
  const times = [...trades.map(({ time }) => time), ...covered.flatMap(({ from, to }) => [from, to])]
  if (times.length === 0) return
  store.recompose(MARKET, '1s', rangeOf({ from: Math.min(...times), to: Math.max(...times) + 1 }), BY_TIME)
}

export function addNative(store: MarketStore, raw: RawMarket, timeframe: '1m' | '1h' | '1d'): void {
  const rows = raw.native[timeframe]
  if (rows.length === 0) return
  store.addCandles(MARKET, timeframe, rows.map(candleOf), BY_TIME)
  const step = STEPS[timeframe]
  store.cover(
    MARKET,
    timeframe,
    'candles',
    rows.map(([open]) => rangeOf({ from: open, to: open + step })),
  )
  if (raw.sparse[timeframe].length > 0)
    store.cover(MARKET, timeframe, 'sparse', raw.sparse[timeframe].map(rangeOf))
  const longer = timeframe === '1m' ? '1h' : '1d'
  if (timeframe !== '1d') {
    store.recompose(MARKET, longer, rangeOf({ from: rows[0]![0], to: rows.at(-1)![0] + step }), BY_TIME)
  }
}

export function tradesOf(raw: readonly RawTrade[]): Trade[] {
  return raw.map(({ time, price, amount }, index) => ({
    id: String(index),
    time: epochMs(time),
    sequence: index,
    price,
    amount: Number(amount),
    side: 'buy',
    arrivedAt: epochMs(time),
  }))
}

function candleOf([openTime, open, high, low, close, volume]: Row): Candle {
  return { openTime: epochMs(openTime), open, high, low, close, volume: Number(volume) }
}
