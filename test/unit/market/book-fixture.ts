// Order-book messages and snapshots made by hand, and a store for them in a real database.
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openDatabase } from '../../../src/core/database.ts'
import { epochMs } from '../../../src/core/time.ts'
import { BookStore } from '../../../src/market/book/book-store.ts'
import type { BookDiff, BookSnapshot, FlatLevels } from '../../../src/market/book/message.ts'
import { bookMigrations } from '../../../src/market/book/schema.ts'
import type { TopSnapshot } from '../../../src/market/book/top-snapshot.ts'
import { marketMigrations } from '../../../src/market/store/schema.ts'
import type { Market } from '../../../src/market/types.ts'
import { temporaryFolder } from './fixture.ts'

export const BINANCE: Market = { venue: 'binance', symbol: 'ETH/USDT' }

/** 2024-01-15T10:00:00Z, a whole minute. */
export const START = 1_705_312_800_000

export function openBookStore(folder = temporaryFolder()): BookStore {
  const { sqlite, close } = openDatabase(join(folder, 'annotate.db'), [
    ...marketMigrations,
    ...bookMigrations,
  ])
  onTestFinished(close)
  return new BookStore(sqlite)
}

export function diff(
  [firstUpdateId, lastUpdateId]: readonly [number, number],
  changes: { bids?: FlatLevels; asks?: FlatLevels; pu?: number; time?: number } = {},
): BookDiff {
  const eventTime = epochMs(changes.time ?? START + lastUpdateId)
  return {
    kind: 'diff',
    firstUpdateId,
    lastUpdateId,
    previousUpdateId: changes.pu ?? null,
    eventTime,
    arrivedAt: eventTime,
    bids: changes.bids ?? [],
    asks: changes.asks ?? [],
  }
}

export function snapshot(
  lastUpdateId: number,
  levels: { bids?: FlatLevels; asks?: FlatLevels; cut?: boolean; time?: number; arrived?: number } = {},
): BookSnapshot {
  return {
    kind: 'snapshot',
    lastUpdateId,
    eventTime: levels.time === undefined ? null : epochMs(levels.time),
    arrivedAt: epochMs(levels.arrived ?? START + lastUpdateId),
    bids: levels.bids ?? [99, 1, 98, 2],
    asks: levels.asks ?? [101, 1, 102, 2],
    bidsCut: levels.cut ?? false,
    asksCut: levels.cut ?? false,
  }
}

/** The book of second START + `second` s, bid and ask around `middle`. */
export function top(second: number, middle = 100, more: Partial<TopSnapshot> = {}): TopSnapshot {
  const time = START + second * 1000
  return {
    time: epochMs(time),
    eventTime: epochMs(time - 40),
    arrivedAt: epochMs(time - 25),
    lastUpdateId: 1000 + second,
    bids: [middle - 0.5, 1.5, middle - 1, 2],
    asks: [middle + 0.5, 0.25, middle + 1, 4],
    ...more,
  }
}
