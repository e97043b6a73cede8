// The chart in hand as a file: what is on it as PNG, its candles as SVG, its numbers as CSV. Nothing that may not be seen.
import type { MarketOut } from '../../contract/market.ts'
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

/** Says so where the chart shows no candle. */
export async function saveChart(kind: Kind): Promise<void> {
  const { focused, market } = store.get()
  const pane = board.pane(focused)
  if (pane === null || market === null || pane.seenRows().length === 0)
    return say('This chart shows no candle to save.')
  await attempt(async () => download(`${nameOf(pane, market)}.${kind}`, await fileOf(kind, pane, market)))
}

async function fileOf(kind: Kind, pane: ChartPane, market: MarketOut): Promise<Blob> {
  if (kind === 'png') return pngOf(pane.picture())
  if (kind === 'csv') return new Blob([candlesCsv(pane.seenRows())], { type: 'text/csv' })
  const { annotations, digits } = asSeen(store.get())
  const { name, step } = pane.window.interval
  const svg = candlesSvg({
    rows: pane.seenRows(),
    step,
    annotations: annotations.filter(
      ({ symbol, venue }) => symbol === market.symbol && venue === market.venue,
    ),
    title: `${market.symbol} ${market.venue} ${name}`,
    digits,
    colours: palette(),
  })
  return new Blob([svgText(svg)], { type: 'image/svg+xml' })
}

/** `BTC-USDT-binance-1m-2026-11-29T18-44-00Z`: by the last candle's open time. */
function nameOf(pane: ChartPane, { symbol, venue }: MarketOut): string {
  const last = pane.seenRows().at(-1)?.[0] ?? 0
  const time = new Date(last).toISOString().replace(/\.\d+/, '')
  return `${symbol}-${venue}-${pane.window.interval.name}-${time}`.replaceAll(/[^A-Za-z0-9.-]+/g, '-')
}
