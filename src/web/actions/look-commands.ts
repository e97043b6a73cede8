// The commands of looking: markets, the future hidden, which chart is in hand and how close.
import { always, type Command } from '../state/command.ts'
import { store } from '../state/app-state.ts'
import type { Timeframe } from '../state/timeframes.ts'
import { togglePreview } from './preview.ts'
import { toggleFuture, toggleLink } from './cursor.ts'
import { focusChart, toggleMaximised, turnLayout, zoomFocused } from './view.ts'

const group = 'Look'

export const chooseMarket: Command = {
  id: 'markets',
  group,
  label: 'Another market, another exchange',
  key: { key: 'k', ctrl: true },
  when: always,
  run: () => store.set({ dialog: 'markets' }),
}
export const hideFuture: Command = {
  id: 'hide',
  group,
  label: 'Hide or show the future',
  key: { key: 'h' },
  when: always,
  run: toggleFuture,
}
export const showPreview: Command = {
  id: 'preview',
  group,
  label: 'Show or hide what instant has learnt',
  key: { key: 'k' },
  when: always,
  run: togglePreview,
}

const CHARTS: readonly (readonly [key: string, timeframe: Timeframe])[] = [
  ['1', '1s'],
  ['2', '1m'],
  ['3', '1h'],
  ['4', '1d'],
]
const PLACES: Readonly<Record<Timeframe, string>> = {
  '1s': '1s chart',
  '1m': '1m chart',
  '1h': 'Third chart (1h)',
  '1d': 'Fourth chart (1d)',
}
const charts = CHARTS.map(([key, timeframe]): Command => ({
  id: `chart-${timeframe}`,
  group,
  label: PLACES[timeframe],
  key: { key },
  when: always,
  run: () => focusChart(timeframe),
}))
const maximise: Command = {
  id: 'maximise',
  group,
  label: 'One chart large, or all four',
  key: { key: 'f' },
  when: always,
  run: toggleMaximised,
}
export const turnLayouts: Command = {
  id: 'layout',
  group,
  label: 'Another layout: stacked, 1+3, 2×2',
  key: { key: 'l', shift: true },
  when: always,
  run: turnLayout,
}
export const chooseThird: Command = {
  id: 'third',
  group,
  label: 'Timeframe of the third chart (5m, 15m, 4h …)',
  key: { key: '5' },
  when: always,
  run: () => store.set({ dialog: 'third' }),
}
export const chooseFourth: Command = {
  id: 'fourth',
  group,
  label: 'Timeframe of the fourth chart',
  key: { key: '6' },
  when: always,
  run: () => store.set({ dialog: 'fourth' }),
}
export const changeLook: Command = {
  id: 'look',
  group,
  label: 'How charts look: layout, overlays, time zone, theme',
  key: { key: 'c', shift: true },
  when: always,
  run: () => store.set({ dialog: 'look' }),
}
const zoomIn: Command = {
  id: 'zoom-in',
  group,
  label: 'Zoom in',
  key: { key: '+', anyShift: true },
  when: always,
  run: () => zoomFocused(0.75),
}
const zoomOut: Command = {
  id: 'zoom-out',
  group,
  label: 'Zoom out',
  key: { key: '-' },
  when: always,
  run: () => zoomFocused(1 / 0.75),
}
export const linkCharts: Command = {
  id: 'link',
  group,
  label: 'Charts move together, or alone',
  key: { key: 'l' },
  when: always,
  run: toggleLink,
}

export const MARKET_COMMANDS: readonly Command[] = [chooseMarket]
export const CHART_COMMANDS: readonly Command[] = [
  hideFuture,
  showPreview,
  ...charts,
  maximise,
  turnLayouts,
  chooseThird,
  chooseFourth,
  changeLook,
  zoomIn,
  zoomOut,
]
export const LINK_COMMANDS: readonly Command[] = [linkCharts]
