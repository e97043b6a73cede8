// One of a test case's four small charts: its 100 candles and nothing else, the entry price as a line.
import {
  CandlestickSeries,
  LineStyle,
  createChart,
  type CandlestickData,
  type UTCTimestamp,
} from 'lightweight-charts'
import { useEffect, useRef } from 'react'
import type { TestCaseFile } from '../../contract/annotations.ts'
import { decimalsOf, price } from '../state/format.ts'
import { durationOf, type Timeframe } from '../state/timeframes.ts'
import { seriesOptions, chartOptions } from './chart-options.ts'
import { faded, palette } from './palette.ts'

type Columns = TestCaseFile['market_state']['ohlcv_1s']

interface CaseChartProps {
  timeframe: Timeframe
  columns: Columns
  gaps: TestCaseFile['gaps']
  entry: number
  action: string
}

export function CaseChart({ timeframe, columns, gaps, entry, action }: CaseChartProps) {
  const container = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (container.current === null) return
    const chart = createChart(container.current, {
      ...chartOptions(durationOf(timeframe), false),
      handleScroll: false,
      handleScale: false,
    })
    const precision = decimalsOf(columns.close)
    const series = chart.addSeries(CandlestickSeries, {
      ...seriesOptions(),
      priceLineVisible: false,
      lastValueVisible: false,
      priceFormat: {
        type: 'custom',
        minMove: 10 ** -precision,
        formatter: (value: number) => price(value, precision),
      },
    })
    series.setData(candlesOf(columns, gaps))
    series.createPriceLine({
      price: entry,
      color: action === 'BUY' ? palette().up : palette().down,
      lineStyle: LineStyle.Dashed,
      lineWidth: 1,
      title: action,
    })
    chart.timeScale().applyOptions({ rightOffset: 2 })
    chart.timeScale().fitContent()
    return () => chart.remove()
  }, [timeframe, columns, gaps, entry, action])
  return <div className="case-chart" ref={container} />
}

/** Filled gaps are drawn faint: their prices are the last close, not trades. */
function candlesOf(columns: Columns, gaps: TestCaseFile['gaps']): CandlestickData[] {
  const faint = faded(palette().warn, 0.5)
  return columns.timestamps.map((timestamp, i) => {
    const time = Date.parse(timestamp)
    const isGap = gaps.some((gap) => time >= Date.parse(gap.from) && time < Date.parse(gap.to))
    return {
      time: (time / 1000) as UTCTimestamp,
      open: columns.open[i] ?? Number.NaN,
      high: columns.high[i] ?? Number.NaN,
      low: columns.low[i] ?? Number.NaN,
      close: columns.close[i] ?? Number.NaN,
      ...(isGap ? { color: faint, borderColor: faint, wickColor: faint } : {}),
    }
  })
}
