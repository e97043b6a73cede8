// The equity of a backtest as points to draw, evenly apart in time, and how far it is below its peak. Pure.
import type { BacktestDetail } from '../../contract/backtests.ts'

/** `time` in whole seconds since 1970, as the chart library counts; percent points. */
export interface CurvePoint {
  readonly time: number
  readonly value: number
}

export interface Curve {
  readonly equity: readonly CurvePoint[]
  /** 0 at a peak, below it otherwise. */
  readonly drawdown: readonly CurvePoint[]
}

/** As many as a chart has pixels for: the library puts points side by side, however far apart they are. */
const MOST_POINTS = 800

type Told = Pick<BacktestDetail, 'equity' | 'from' | 'to'>

/** The sum at each instant, and the deepest below the peak since the one before. From the span's beginning to its end, or its last trade's. */
export function curveOf({ equity, from, to }: Told): Curve {
  const trades = equity.map(({ timestamp, net_return_pct: sum }) => ({ at: secondOf(timestamp), sum }))
  const begin = secondOf(from)
  const end = Math.max(secondOf(to), trades.at(-1)?.at ?? 0)
  const step = Math.max(1, Math.ceil((end - begin) / MOST_POINTS))
  const curve: { equity: CurvePoint[]; drawdown: CurvePoint[] } = { equity: [], drawdown: [] }
  let [place, sum, peak] = [0, 0, 0]
  for (let time = begin; time < end + step; time += step) {
    let deepest = sum - peak
    for (let next = trades[place]; next !== undefined && next.at <= time; next = trades[++place]) {
      sum = next.sum
      peak = Math.max(peak, sum)
      deepest = Math.min(deepest, sum - peak)
    }
    curve.equity.push({ time, value: sum })
    curve.drawdown.push({ time, value: deepest })
  }
  return curve
}

function secondOf(instant: string): number {
  return Math.floor(Date.parse(instant) / 1000)
}
