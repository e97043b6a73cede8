// Under a chart's legend: what a gap or a shaded stretch under the pointer means.
import { useApp } from '../state/app-state.ts'
import { horizonOf } from '../state/horizon.ts'
import type { Timeframe } from '../state/timeframes.ts'
import { board } from '../charts/board.ts'
import { useCharts } from '../charts/chart-state.ts'
import { hintOf } from './hints.ts'

export function ChartHint({ timeframe }: { timeframe: Timeframe }) {
  const pointer = useCharts((state) => (state.pointed === timeframe ? state.pointer : null))
  const market = useApp((state) => state.market)
  const horizon = useApp((state) => horizonOf(state.cursor))
  const window = board.pane(timeframe)?.window
  if (pointer === null || market === null || window === undefined || pointer >= horizon) return null
  const hint = hintOf(window, pointer, market, Math.min(board.live, horizon), horizon)
  return hint === null ? null : <p className="chart-hint">{hint}</p>
}
