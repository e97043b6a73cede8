// A workspace on disk with a market made by hand: price 100 + n / 100 in the n-th second from 23:55:00Z on, one trade of 0.5 a second.
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { Annotations, type AnnotationEvent } from '../../../src/annotation/annotations.ts'
import { ReviewedSpans } from '../../../src/annotation/reviewed-spans.ts'
import { annotationMigrations } from '../../../src/annotation/schema.ts'
import { TestCases } from '../../../src/annotation/test-cases.ts'
import type { AnnotationBody } from '../../../src/contract/annotations.ts'
import { Bus } from '../../../src/core/bus.ts'
import { ManualClock } from '../../../src/core/clock.ts'
import { openDatabase } from '../../../src/core/database.ts'
import { epochMs, shift, type EpochMs } from '../../../src/core/time.ts'
import { workspaceAt } from '../../../src/core/workspace.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import { openMarketStore, type MarketStore } from '../../../src/market/store/market-store.ts'
import { marketMigrations } from '../../../src/market/store/schema.ts'
import type { Candle, Market, TimeRange } from '../../../src/market/types.ts'

export const MARKET: Market = { venue: 'test', symbol: 'ETH/USDT' }
export const at = (iso: string): EpochMs => epochMs(Date.parse(iso))
export const START = at('2024-08-08T23:55:00Z')
/** Seconds with a trade each; the second from QUIET on has none for a while. */
export const SECONDS = 900
export const QUIET = { from: 500, to: 520 }
const BY_TIME = { first: null, corrected: at('2030-01-01T00:00:00Z') }

/** Price of the n-th second; n ≥ 0. */
export const priceAt = (n: number): number => Math.round(10_000 + n) / 100

/** As of this instant the first n seconds are known. */
export const second = (n: number): EpochMs => shift(START, n * 1000)

export function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-marks-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Everything of the annotation room over the workspace in `folder`. */
export function openRoom(folder = openFolder()) {
  const workspace = workspaceAt(folder)
  const database = openDatabase(workspace.database, [...marketMigrations, ...annotationMigrations])
  const { sqlite, close } = database
  onTestFinished(close)
  const store = openMarketStore(sqlite)
  const reader = createMarketReader(store)
  const clock = new ManualClock(at('2024-08-10T12:00:00Z'))
  const bus = new Bus<{ annotation: AnnotationEvent }>()
  return {
    workspace,
    database,
    sqlite,
    store,
    clock,
    bus,
    close,
    annotations: new Annotations({ database, workspace, reader, clock, bus }),
    testCases: new TestCases({ database, workspace, reader }),
    reviewedSpans: new ReviewedSpans({ database, clock }),
    text: async (testCaseId: string): Promise<string> =>
      readFile(join(workspace.testCases, `${testCaseId}.json`), 'utf8'),
  }
}

export type Room = ReturnType<typeof openRoom>

/** The room with the market in it. */
export function openFilledRoom(folder?: string): Room {
  const room = openRoom(folder)
  fill(room.store)
  return room
}

export function fill(store: MarketStore): void {
  store.transaction(() => {
    for (const [timeframe, step, count] of [
      ['1d', 86_400_000, 150],
      ['1h', 3_600_000, 150],
      ['1m', 60_000, 150],
    ] as const) {
      const end = Math.floor(START / step) * step
      const candles = Array.from({ length: count }, (_, n) => flat(end - (count - n) * step, 90 + n / 100))
      store.addCandles(MARKET, timeframe, candles, BY_TIME)
      store.cover(MARKET, timeframe, 'candles', [range(end - count * step, end)])
    }
    tradeSeconds(store, 0, SECONDS)
  })
}

/** One trade in each of the seconds [from, to), and their coverage. */
export function tradeSeconds(store: MarketStore, from: number, to: number): void {
  const seconds = Array.from({ length: to - from }, (_, n) => from + n)
  const busy = seconds.filter((n) => n < QUIET.from || n >= QUIET.to)
  store.addTrades(
    MARKET,
    busy.map((n) => ({
      id: String(n),
      time: shift(second(n), 250),
      sequence: 0,
      price: priceAt(n),
      amount: 0.5,
      side: 'buy',
      arrivedAt: shift(second(n), 250),
    })),
  )
  store.cover(MARKET, '1s', 'trades', [range(second(from), second(to))])
  store.recompose(MARKET, '1s', range(second(from), second(to)), BY_TIME)
}

export function flat(openTime: number, price: number): Candle {
  return { openTime: epochMs(openTime), open: price, high: price, low: price, close: price, volume: 10 }
}

export function range(from: number, to: number): TimeRange {
  return { from: epochMs(from), to: epochMs(to) }
}

/** A mark that enters as of the first `entry` seconds at their last close, and leaves `holding` seconds later. */
export function markAt(entry: number, holding = 60, changes: Partial<AnnotationBody> = {}): AnnotationBody {
  return {
    symbol: MARKET.symbol,
    direction: 'LONG',
    entry: { timestamp: second(entry), price: priceAt(entry - 1) },
    exit: { timestamp: second(entry + holding), price: priceAt(entry + holding - 1) },
    ...changes,
  }
}
