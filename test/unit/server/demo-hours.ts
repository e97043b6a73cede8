// The last hours of the demo market as an imported one: for tests of what looks at every stored second, of which the demo market has two days.
import { openDatabase } from '../../../src/core/database.ts'
import { DAY, HOUR, epochMs, floorTo } from '../../../src/core/time.ts'
import type { Workspace } from '../../../src/core/workspace.ts'
import { createDemoMarket } from '../../../src/market/demo/demo-market.ts'
import { rangeOf } from '../../../src/market/ranges.ts'
import { openMarketStore } from '../../../src/market/store/market-store.ts'
import { TIMEFRAMES, durationOf } from '../../../src/market/timeframe.ts'
import { SCHEMAS } from '../../../src/server/schemas.ts'
import { NOW } from './harness.ts'
import { ETH } from './small-market.ts'

/** So many hours of seconds that end at `NOW`, and of longer candles what their states look back on. */
export function fillHours(hours: number): (workspace: Workspace) => void {
  return ({ database }) => {
    const { sqlite, close } = openDatabase(database, SCHEMAS.market)
    const store = openMarketStore(sqlite)
    const demo = createDemoMarket({ seed: 1, symbol: ETH.symbol })
    for (const timeframe of TIMEFRAMES) {
      const step = durationOf(timeframe)
      const back = hours * HOUR + (timeframe === '1s' ? 0 : 130 * step + (timeframe === '1d' ? 0 : DAY))
      const range = rangeOf(floorTo(epochMs(NOW - back), step), floorTo(NOW, step))
      store.addCandles(ETH, timeframe, demo.candles(timeframe, range), { first: null, corrected: range.to })
      store.cover(ETH, timeframe, 'sparse', [range])
    }
    void close()
  }
}
