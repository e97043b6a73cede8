// How every chart looks: dark, quiet, UTC.
import {
  ColorType,
  CrosshairMode,
  LineStyle,
  type CandlestickSeriesPartialOptions,
  type ChartOptions,
  type DeepPartial,
  type Time,
} from 'lightweight-charts'
import { clock, dateTime } from '../state/format.ts'
import { DAY, MINUTE } from '../state/timeframes.ts'
import { faded, palette } from './palette.ts'

/** Options of one chart of candles of `step` ms; `logo` on one chart of the page is the library's attribution. */
export function chartOptions(step: number, logo: boolean): DeepPartial<ChartOptions> {
  const colours = palette()
  return {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: colours.ground },
      textColor: colours.dim,
      fontSize: 11,
      fontFamily: '"Inter Variable", Inter, system-ui, sans-serif',
      attributionLogo: logo,
    },
    grid: {
      vertLines: { color: faded(colours['line-soft'], 0.6) },
      horzLines: { color: faded(colours['line-soft'], 0.6) },
    },
    crosshair: {
      mode: CrosshairMode.Normal,
      vertLine: crosshairLine(),
      horzLine: crosshairLine(),
    },
    rightPriceScale: {
      borderVisible: false,
      scaleMargins: { top: 0.1, bottom: 0.18 },
      minimumWidth: 66,
    },
    timeScale: {
      borderVisible: false,
      timeVisible: step % DAY !== 0,
      secondsVisible: step < MINUTE,
      rightOffset: 8,
      barSpacing: step % DAY === 0 ? 5 : 6,
      minBarSpacing: 0.5,
    },
    localization: {
      timeFormatter: (time: Time) => crosshairTime(Number(time) * 1000, step),
    },
    kineticScroll: { mouse: false, touch: false },
    hoveredSeriesOnTop: false,
  }
}

function crosshairLine() {
  const colours = palette()
  return {
    color: faded(colours.dim, 0.55),
    width: 1 as const,
    style: LineStyle.Dotted,
    labelBackgroundColor: colours.line,
  }
}

function crosshairTime(ms: number, step: number): string {
  if (step < MINUTE) return clock(ms)
  return step % DAY === 0 ? dateTime(ms).slice(0, 10) : dateTime(ms).slice(0, 16)
}

/** What does not depend on the candles' width. */
export function seriesOptions(): CandlestickSeriesPartialOptions {
  return {
    ...candleColours(true),
    priceLineVisible: true,
    priceLineStyle: LineStyle.Dotted,
    priceLineColor: faded(palette().dim, 0.6),
  }
}

/** Wide candles: hollow and filled tell up from down besides the colour. Narrow ones have no room to be hollow. */
export function candleColours(isWide: boolean): CandlestickSeriesPartialOptions {
  const { up, down, ground } = palette()
  return {
    upColor: isWide ? ground : up,
    downColor: down,
    borderVisible: isWide,
    borderUpColor: up,
    borderDownColor: down,
    wickUpColor: faded(up, 0.8),
    wickDownColor: faded(down, 0.8),
  }
}
