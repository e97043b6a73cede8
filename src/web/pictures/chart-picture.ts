// The chart in hand as a file: what is on it as PNG, its candles as SVG, its numbers as CSV. Nothing that may not be seen.
import { sameMarket } from '../../contract/market-name.ts'
import type { MarketOut } from '../../contract/market.ts'
import type { CandleRow } from '../../contract/shapes.ts'
import { board } from '../charts/board.ts'
import { palette } from '../charts/palette.ts'
import type { ChartPane } from '../charts/pane.ts'
import { attempt, say, store } from '../state/app-state.ts'
import { asSeen } from '../state/seen.ts'
import { candlesSvg } from './candles-svg.ts'
import { candlesCsv } from './csv.ts'
import { download, pngOf } from './download.ts'
import { svgText } from './svg.ts'

export type Kind = 'png' | 'svg' | 'csv'

/** What is saved: read once, as the chart goes on with its market meanwhile. */
interface Shown {
  readonly pane: ChartPane
  readonly market: MarketOut
  /** In view and to be seen, ascending, at least one. */
  readonly rows: readonly CandleRow[]
}

/** Says so where the chart shows no candle. */
export async function saveChart(kind: Kind): Promise<void> {
  const { focused, market } = store.get()
  const pane = board.pane(focused)
  const rows = pane?.seenRows() ?? []
  if (pane === null || market === null || rows.length === 0) return say('This chart shows no candle to save.')
  const shown = { pane, market, rows }
  await attempt(async () => download(`${nameOf(shown)}.${kind}`, await fileOf(kind, shown)))
}

async function fileOf(kind: Kind, shown: Shown): Promise<Blob> {
  if (kind === 'png') return pngOf(shown.pane.picture())
  if (kind === 'csv') return new Blob([candlesCsv(shown.rows)], { type: 'text/csv' })
  return new Blob([svgText(svgOf(shown))], { type: 'image/svg+xml' })
}

function svgOf({ pane, market, rows }: Shown): SVGElement {
  const { annotations, digits } = asSeen(store.get())
  const { name, step } = pane.window.interval
  return candlesSvg({
    rows,
    step,
    annotations: annotations.filter((one) => sameMarket(one, market)),
    title: `${market.symbol} ${market.venue} ${name}`,
    digits,
    colours: palette(),
  })
}

/** `BTC-USDT-binance-1m-2026-11-29T18-44-00Z`: by the last candle's open time. */
function nameOf({ pane, market: { symbol, venue }, rows }: Shown): string {
  const last = rows.at(-1)?.[0] ?? 0
  const time = new Date(last).toISOString().replace(/\.\d+/, '')
  return `${symbol}-${venue}-${pane.window.interval.name}-${time}`.replaceAll(/[^A-Za-z0-9.-]+/g, '-')
}
