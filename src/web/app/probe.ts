// What the browser tests and the bench may ask the page: where an instant and a price lie on the screen, what is drawn.
import { board } from '../charts/board.ts'
import { store, type AppState } from '../state/app-state.ts'
import type { Measure } from '../charts/draw-measure.ts'
import type { Fed } from '../charts/feed.ts'
import type { Part } from '../state/mark.ts'
import type { Scene } from '../charts/scene.ts'
import type { Timeframe } from '../state/timeframes.ts'

export interface Probe {
  /** Client coordinates of an instant (centre of the candle that holds it) and a price; null while out of view. */
  pointOf(timeframe: Timeframe, instant: number, price: number): { x: number; y: number } | null
  /** The candle drawn at `instant` as the library holds it, [open, high, low, close]; null where it draws none. */
  drawn(timeframe: Timeframe, instant: number): number[] | null
  /** All that the library holds of a chart: open times of its slots and of its candles, UTC ms, and whether it scales to them by itself. */
  fed(timeframe: Timeframe): Fed
  /** What is given to a chart to be drawn over its candles. */
  scene(timeframe: Timeframe): Scene | null
  /** What can be taken hold of, by client coordinates: of a line towards its end. `id` is null of the mark in hand. */
  grips(timeframe: Timeframe): { id: string | null; part: Part; x: number; y: number }[]
  /** What is said beside the finger on a chart, line by line; empty where none is. */
  saidOfFinger(timeframe: Timeframe): readonly string[]
  /** CSS pixels from candle to candle. */
  spacing(timeframe: Timeframe): number
  /** What was measured by dragging on a chart; null while nothing is. */
  measured(timeframe: Timeframe): Measure | null
  /** Visible times, UTC ms. */
  visible(timeframe: Timeframe): { from: number; to: number } | null
  /** Slots held and the newest instant. */
  held(timeframe: Timeframe): { size: number; from: number; to: number }
  /** Fetches older candles, once. */
  older(timeframe: Timeframe): Promise<void>
  /** Shows [from, to). */
  show(timeframe: Timeframe, from: number, to: number): void
  state(): AppState
}

declare global {
  interface Window {
    annotate?: Probe
  }
}

/** Puts the probe on `window.annotate`. It reads; only `older` and `show` act, as scrolling would. */
export function offerProbe(): void {
  window.annotate = {
    pointOf: (timeframe, instant, price) => {
      const pane = board.pane(timeframe)
      if (pane === null) return null
      const slot = pane.window.slotAt(instant)
      const x = pane.overlay.xOf((pane.window.opens[slot] ?? Number.NaN) + pane.window.step / 2)
      const y = pane.series.priceToCoordinate(price)
      const box = pane.chart.chartElement().getBoundingClientRect()
      const isInView = x >= 0 && x <= pane.chart.timeScale().width()
      return y === null || !isInView ? null : { x: box.left + x, y: box.top + y }
    },
    drawn: (timeframe, instant) => {
      const row = board.pane(timeframe)?.drawnAt(instant)
      return row ?? null
    },
    fed: (timeframe) => board.pane(timeframe)?.fed() ?? { slots: [], candles: [], isAutoScaled: true },
    scene: (timeframe) => board.pane(timeframe)?.overlay.shown ?? null,
    grips: (timeframe) => {
      const pane = board.pane(timeframe)
      if (pane === null) return []
      const box = pane.chart.chartElement().getBoundingClientRect()
      return pane.overlay.grips.map(({ id, part, from, to }) => ({
        id,
        part,
        x: box.left + from.x + (to.x - from.x) * 0.8,
        y: box.top + from.y + (to.y - from.y) * 0.8,
      }))
    },
    saidOfFinger: (timeframe) => board.pane(timeframe)?.overlay.saidOfFinger ?? [],
    spacing: (timeframe) => {
      const pane = board.pane(timeframe)
      return pane === null
        ? Number.NaN
        : pane.overlay.xOf(pane.window.openAt(1)) - pane.overlay.xOf(pane.window.openAt(0))
    },
    measured: (timeframe) => board.pane(timeframe)?.measured ?? null,
    visible: (timeframe) => board.pane(timeframe)?.visible() ?? null,
    held: (timeframe) => {
      const { size = 0, from = Number.NaN, to = Number.NaN } = board.pane(timeframe)?.window ?? {}
      return { size, from, to }
    },
    older: (timeframe) => board.loadOlder(timeframe),
    show: (timeframe, from, to) => board.show(timeframe, { from, to }),
    state: () => store.get(),
  }
}
