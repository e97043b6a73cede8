// After rows of trades or candles could not be saved: what is missing now is a gap and never taken for quiet.
import type { LostRange } from '../../core/salvage.ts'
import { SECOND, type EpochMs } from '../../core/time.ts'
import { rangeOf } from '../ranges.ts'
import { durationOf, TIMEFRAMES } from '../timeframe.ts'
import type { Market, TimeRange } from '../types.ts'
import type { MarketStore } from './market-store.ts'

/**
 * Takes back that lost stretches are known, and what follows up to the next row: quiet there would be at the price of a row that is lost.
 * Those of tables that are not the market's are passed over.
 */
export function uncoverLost(store: MarketStore, lost: readonly LostRange[], now: EpochMs): void {
  const markets = new Map(store.markets().map((market) => [store.find(market), market]))
  for (const { table, group, from, to } of lost) {
    const market = markets.get(group['market'] ?? -1)
    if (market === undefined) continue
    const [id, end] = [group['market'] ?? -1, Math.min(to, FAR) + SECOND]
    const first = Math.floor(from / SECOND) * SECOND
    if (table === 'trade') {
      const next = Math.min(store.trades.next(id, end), FAR)
      store.uncover(market, rangeOf(first, Math.max(end, Math.floor(next / SECOND) * SECOND)), now)
    }
    if (table === 'candle') {
      const seconds = group['timeframe'] ?? 0
      const next = Math.min(nextOpen(store, id, seconds, end), FAR)
      uncoverCandles(store, market, seconds, rangeOf(first, Math.max(end, next)), now)
    }
  }
}

/** Open time of the first candle at or after `from`; infinite where there is none. */
function nextOpen({ sqlite }: MarketStore, market: number, seconds: number, from: number): number {
  const next = sqlite.prepare(
    'SELECT min(open_time) FROM candle WHERE market = ? AND timeframe = ? AND open_time >= ?',
  )
  const [row] = next.raw().all([market, seconds, from]) as [number | null][]
  return row?.[0] ?? Number.POSITIVE_INFINITY
}

/** 1s candles whose trades are there are composed anew. */
function uncoverCandles(
  store: MarketStore,
  market: Market,
  seconds: number,
  range: TimeRange,
  now: EpochMs,
): void {
  const timeframe = TIMEFRAMES.find((name) => durationOf(name) === seconds * SECOND)
  if (timeframe === undefined) return
  store.transaction(() => {
    const id = store.open(market)
    for (const kind of ['candles', 'sparse'] as const) store.coverage.remove(id, timeframe, kind, range)
    store.recompose(market, timeframe, range, { first: now, corrected: now })
  })
}

/** The year 2255: no market's time lies beyond, and what a range is rounded by still counts. */
const FAR = 9_000_000_000_000
