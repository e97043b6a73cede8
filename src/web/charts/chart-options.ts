// How every chart looks: quiet, in the theme and the zone that are set.
import {
  ColorType,
  CrosshairMode,
  TickMarkType,
  LineStyle,
  type CandlestickSeriesPartialOptions,
  type ChartOptions,
  type DeepPartial,
  type Time,
} from 'lightweight-charts'
import { clock, dateTime, utcDate } from '../state/format.ts'
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
      tickMarkFormatter: (time: Time, kind: TickMarkType) => tickText(Number(time) * 1000, kind, step),
      barSpacing: step % DAY === 0 ? 5 : 6,
      minBarSpacing: 0.5,
      // Of candles that share a pixel one is drawn, from the first's open to the last's close.
      enableConflation: true,
      conflationThresholdFactor: 2,
    },
    localization: {
      timeFormatter: (time: Time) => crosshairTime(Number(time) * 1000, step),
    },
    kineticScroll: { mouse: false, touch: false },
    hoveredSeriesOnTop: false,
  }
}

/**
 * A mark of the time axis in the zone that is shown. The library makes them at UTC's years, months and days: where one is not that in the zone,
 * it is told by its time of day. Candles of whole days are days of UTC.
 */
export function tickText(instant: number, kind: TickMarkType, step: number): string {
  const text = step % DAY === 0 ? `${utcDate(instant)} 00:00:00` : dateTime(instant)
  const time = text.slice(11)
  if (kind === TickMarkType.TimeWithSeconds) return time
  if (kind === TickMarkType.Time || time !== '00:00:00') return time.slice(0, 5)
  if (kind === TickMarkType.DayOfMonth) return String(Number(text.slice(8, 10)))
  if (kind === TickMarkType.Month) return MONTHS[Number(text.slice(5, 7)) - 1] ?? ''
  return text.slice(0, 4)
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

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
  return step % DAY === 0 ? utcDate(ms) : dateTime(ms).slice(0, 16)
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
  const { 'candle-up': up, 'candle-down': down, ground } = palette()
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
