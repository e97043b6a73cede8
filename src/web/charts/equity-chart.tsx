// The added-up net return of a backtest, and under it how far it is below its peak.
import {
  AreaSeries,
  LineSeries,
  createChart,
  createTextWatermark,
  type UTCTimestamp,
} from 'lightweight-charts'
import { useEffect, useRef } from 'react'
import { signedPct } from '../state/format.ts'
import { MINUTE } from '../state/timeframes.ts'
import { chartOptions } from './chart-options.ts'
import { faded, palette } from './palette.ts'

interface Point {
  /** Whole seconds since 1970. */
  readonly time: number
  /** Percent points. */
  readonly value: number
}

interface EquityChartProps {
  /** Both ascending by time. */
  equity: readonly Point[]
  drawdown: readonly Point[]
  /** Written over it, so that it is never read without. */
  mark: string | null
}

const FONT = '"Inter Variable", Inter, system-ui, sans-serif'

const PRICE_FORMAT = {
  type: 'custom' as const,
  minMove: 0.01,
  formatter: (value: number) => signedPct(value),
}

export function EquityChart({ equity, drawdown, mark }: EquityChartProps) {
  const container = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (container.current === null) return
    const { accent, down, line: edge, warn } = palette()
    const options = chartOptions(MINUTE, false)
    const chart = createChart(container.current, {
      ...options,
      layout: { ...options.layout, panes: { separatorColor: edge, enableResize: false } },
      handleScroll: false,
      handleScale: false,
    })
    const quiet = { priceFormat: PRICE_FORMAT, priceLineVisible: false, lastValueVisible: true }
    const line = chart.addSeries(LineSeries, { ...quiet, color: accent, lineWidth: 2 }, 0)
    line.setData(pointsOf(equity))
    line.createPriceLine({ price: 0, color: faded(accent, 0.4), lineWidth: 1, axisLabelVisible: false })
    const fall = {
      ...quiet,
      lastValueVisible: false,
      lineColor: down,
      topColor: faded(down, 0.05),
      bottomColor: faded(down, 0.3),
    }
    chart
      .addSeries(AreaSeries, { ...fall, lineWidth: 1, invertFilledArea: true }, 1)
      .setData(pointsOf(drawdown))
    const [upper, lower] = chart.panes()
    upper?.setStretchFactor(2.4)
    lower?.setStretchFactor(1)
    if (mark !== null && upper !== undefined)
      createTextWatermark(upper, {
        lines: [{ text: mark, color: faded(warn, 0.55), fontSize: 40, fontFamily: FONT }],
      })
    chart.timeScale().applyOptions({ rightOffset: 0, minBarSpacing: 0.1 })
    chart.timeScale().fitContent()
    chart.timeScale().subscribeSizeChange(() => chart.timeScale().fitContent())
    return () => chart.remove()
  }, [equity, drawdown, mark])
  return <div className="equity-chart" ref={container} />
}

function pointsOf(points: readonly Point[]) {
  return points.map(({ time, value }) => ({ time: time as UTCTimestamp, value }))
}
