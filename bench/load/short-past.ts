// A past for many simulated markets in seconds: that of one, no longer than a market state is, under the names of all.
import { openDatabase } from '../../src/core/database.ts'
import { DAY, floorTo, HOUR, MINUTE, SECOND, type EpochMs } from '../../src/core/time.ts'
import type { Workspace } from '../../src/core/workspace.ts'
import { createDemoMarket } from '../../src/market/demo/demo-market.ts'
import { bookMigrations } from '../../src/market/book/schema.ts'
import { rangeOf } from '../../src/market/ranges.ts'
import { demoMarketOf } from '../../src/market/sources/demo.ts'
import { openMarketStore } from '../../src/market/store/market-store.ts'
import { marketMigrations } from '../../src/market/store/schema.ts'
import { durationOf, TIMEFRAMES, type Timeframe } from '../../src/market/timeframe.ts'

/** What the source would make, which takes seconds a market; what is not written of it is said to be quiet. */
const COVERED: Readonly<Record<Timeframe, number>> = {
  '1s': 3 * DAY,
  '1m': 106 * DAY,
  '1h': 106 * DAY,
  '1d': 106 * DAY,
}
/** More than the 100 candles of a state, and whole longer ones where these form. */
const WRITTEN: Readonly<Record<Timeframe, number>> = {
  '1s': 10 * MINUTE,
  '1m': 4 * HOUR,
  '1h': 7 * DAY,
  '1d': 106 * DAY,
}

/** Before a server is started on the workspace; it goes on from `now` by itself. */
export function storeShortPast(
  workspace: Workspace,
  symbols: readonly string[],
  seed: number,
  now: EpochMs,
): void {
  const database = openDatabase(workspace.database, [...marketMigrations, ...bookMigrations])
  const store = openMarketStore(database.sqlite)
  const demo = createDemoMarket({ seed, symbol: symbols[0] ?? '' })
  const when = { first: null, corrected: now }
  try {
    for (const timeframe of TIMEFRAMES) {
      const end = floorTo(now, Math.max(SECOND, durationOf(timeframe)))
      const candles = demo.candles(timeframe, rangeOf(end - WRITTEN[timeframe], end))
      for (const symbol of symbols)
        store.transaction(() => {
          const market = demoMarketOf(seed, symbol)
          store.addCandles(market, timeframe, candles, when)
          store.cover(market, timeframe, timeframe === '1s' ? 'candles' : 'sparse', [
            rangeOf(end - COVERED[timeframe], end),
          ])
        })
    }
  } finally {
    void database.close()
  }
}
