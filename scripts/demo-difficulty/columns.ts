// A stretch of the demo market second by second, quiet seconds filled, with trades counted.
import type { DemoMarket } from '../../src/market/demo/demo-market.ts'
import type { TimeRange } from '../../src/market/types.ts'

/** One value per second from `from` (seconds since the epoch). */
export interface SecondColumns {
  readonly market: DemoMarket
  readonly from: number
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
}

export function loadSeconds(market: DemoMarket, range: TimeRange): SecondColumns {
  const raw = market.columns('1s', range)
  const from = range.from / 1000
  const length = (range.to - range.from) / 1000
  const column = (): Float64Array => new Float64Array(length)
  const filled = { market, from, high: column(), low: column(), close: column(), volume: column() }
  let last = raw.open[0]!
  for (let i = 0, k = 0; i < length; i++) {
    const quiet = raw.openTime[k] !== (from + i) * 1000
    filled.high[i] = quiet ? last : raw.high[k]!
    filled.low[i] = quiet ? last : raw.low[k]!
    last = filled.close[i] = quiet ? last : raw.close[k]!
    filled.volume[i] = quiet ? 0 : raw.volume[k]!
    if (!quiet) k++
  }
  return filled
}
