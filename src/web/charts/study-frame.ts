// What is drawn of a chart's candles is drawn by this: the canvas, where slots and prices lie on it, and the candles that may be seen.
import type { CandleRow } from '../../contract/shapes.ts'
import type { CandleWindow } from './candle-window.ts'

/** Where a chart's candles come from, and as far as they may be seen. */
export interface SeenCandles {
  readonly window: CandleWindow
  /** The slot that the library counts as its first, and the first that may not be seen. */
  readonly start: number
  readonly room: number
  knownRow(slot: number): CandleRow | null
  /** The stored minutes around, for what began before the seconds that are held; null where none are. */
  minutes(): SeenCandles | null
}

/** One drawing of one chart. */
export interface StudyFrame {
  readonly ctx: CanvasRenderingContext2D
  readonly width: number
  readonly height: number
  readonly spacing: number
  /** Slots in view that may be seen, inclusive; none where `last` is below `first`. */
  readonly first: number
  readonly last: number
  readonly candles: SeenCandles
  /** The middle of a slot, CSS pixels. */
  x(slot: number): number
  y(price: number): number | null
}
