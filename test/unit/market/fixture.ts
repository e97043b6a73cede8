// A store in a real database in a temporary folder, and trades made by hand.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openDatabase } from '../../../src/core/database.ts'
import { epochMs, type EpochMs } from '../../../src/core/time.ts'
import { bookMigrations } from '../../../src/market/book/schema.ts'
import { marketMigrations } from '../../../src/market/store/schema.ts'
import { openMarketStore, type MarketStore } from '../../../src/market/store/market-store.ts'
import type { Candle, Market, TimeRange, Trade } from '../../../src/market/types.ts'

export const MARKET: Market = { venue: 'test', symbol: 'ETH/USDT' }

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-market-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Opens a new store, or another connection to the one in `folder`. */
export function openStore(folder = temporaryFolder()): MarketStore {
  const path = join(folder, 'annotate.db')
  const { sqlite, close } = openDatabase(path, [...marketMigrations, ...bookMigrations])
  onTestFinished(close)
  return openMarketStore(sqlite)
}

export const at = (iso: string): EpochMs => epochMs(Date.parse(iso))

export const span = (from: number, to: number): TimeRange => ({ from: epochMs(from), to: epochMs(to) })

export function trade(time: number, price: number, amount: number, sequence = 0): Trade {
  const id = `${price}|${amount}|buy|${sequence}`
  return { id, time: epochMs(time), sequence, price, amount, side: 'buy', arrivedAt: epochMs(time) }
}

export function candle(
  openTime: number,
  prices: readonly [number, number, number, number],
  volume: number,
): Candle {
  const [open, high, low, close] = prices
  return { openTime: epochMs(openTime), open, high, low, close, volume }
}

/** Known by their own time; corrections at a time long after. */
export const BY_TIME = { first: null, corrected: at('2030-01-01T00:00:00Z') }

/** As an import of a trade file does it. */
export function storeTrades(
  store: MarketStore,
  trades: readonly Trade[],
  covered: TimeRange,
  market = MARKET,
): void {
  store.addTrades(market, trades)
  store.cover(market, '1s', 'trades', [covered])
  store.recompose(
    market,
    '1s',
    span(trades[0]?.time ?? covered.from, (trades.at(-1)?.time ?? covered.to) + 1),
    BY_TIME,
  )
  store.recompose(market, '1s', covered, BY_TIME)
}
