// What lies over the candles of all four charts: one description, in time and price, drawn by each chart on its own scale.
import type { Direction } from '../../contract/direction.ts'
import type { Span } from './candle-window.ts'

export interface Shape {
  readonly id: string
  readonly direction: Direction
  /** UTC ms. */
  readonly from: number
  readonly to: number
  readonly entry: number
  readonly exit: number
  readonly stop: number | null
  readonly target: number | null
}

/** A call of a model: the decision that counts. */
export interface CallShape {
  readonly time: number
  readonly action: 'BUY' | 'SELL'
  readonly price: number
  /** 0–100; null while not calibrated. */
  readonly confidence: number | null
  /** What it came to, and when that was known, UTC ms; null while open. */
  readonly outcome: { readonly kind: 'right' | 'wrong' | 'expired'; readonly at: number } | null
}

/** One second's signal, for the ribbon under the 1s chart. */
export interface Tick {
  readonly time: number
  readonly action: 'BUY' | 'SELL' | 'HOLD'
  /** The winning class's probability 0–1; null where the model abstained. */
  readonly score: number | null
}

export interface MissShape {
  readonly time: number
  readonly kind: 'missed_annotation' | 'false_call'
  readonly isDone: boolean
  readonly isCurrent: boolean
}

export interface MarkShape {
  readonly entry: { readonly time: number; readonly price: number }
  readonly exit: { readonly time: number; readonly price: number } | null
  readonly direction: Direction | null
  readonly isPreview: boolean
  /** What the arrow keys or the pointer move. */
  readonly active: 'entry' | 'exit' | 'whole'
  readonly stop: number | null
  readonly target: number | null
  /** What it would give, said beside it while it is dragged. */
  readonly words: string | null
}

/** What the instant model would call or miss, out of fold, or what is asked now: never a call that was made. */
export interface PreviewShape {
  readonly time: number
  readonly action: 'BUY' | 'SELL'
  readonly price: number
  readonly kind: 'hit' | 'false_call' | 'missed' | 'asked'
}

/** A call of a backtest, which nobody was there to hear. */
export interface TestedShape {
  readonly time: number
  readonly action: 'BUY' | 'SELL'
  readonly price: number
  /** Its second is one that the checkpoint was trained on. */
  readonly wasTrained: boolean
}

export interface Scene {
  /** The as-of cursor, UTC ms; null before the first data. */
  readonly asOf: number | null
  readonly follows: boolean
  readonly hidesFuture: boolean
  /** A drag over the candles draws a mark. */
  readonly draws: boolean
  /** Ascending by `from`. */
  readonly shapes: readonly Shape[]
  readonly longestShape: number
  readonly selected: string | null
  readonly mark: MarkShape | null
  readonly reviewed: readonly Span[]
  readonly draft: Span | null
  /** Where no test case can stand. */
  readonly barred: readonly Span[]
  /** Ascending by time. */
  readonly calls: readonly CallShape[]
  readonly ticks: readonly Tick[]
  /** Ascending by time. */
  readonly preview: readonly PreviewShape[]
  /** Ascending by time. */
  readonly tested: readonly TestedShape[]
  readonly misses: readonly MissShape[]
}

export const EMPTY_SCENE: Scene = {
  asOf: null,
  follows: true,
  hidesFuture: false,
  draws: false,
  shapes: [],
  longestShape: 0,
  selected: null,
  mark: null,
  reviewed: [],
  draft: null,
  barred: [],
  calls: [],
  ticks: [],
  preview: [],
  tested: [],
  misses: [],
}

/** The first index of ascending `items`, from `from` on, whose time is at least `time`. */
export function firstAt<T>(items: readonly T[], time: number, timeOf: (item: T) => number, from = 0): number {
  let low = from
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const item = items[middle]
    if (item !== undefined && timeOf(item) < time) low = middle + 1
    else high = middle
  }
  return low
}

/** Of ascending `items` those from `from` to `to`, both inclusive, UTC ms. */
export function between<T extends { readonly time: number }>(
  items: readonly T[],
  from: number,
  to: number,
): T[] {
  const start = firstAt(items, from, (item) => item.time)
  const found: T[] = []
  for (let i = start; i < items.length; i++) {
    const item = items[i]
    if (item === undefined || item.time > to) break
    found.push(item)
  }
  return found
}

/** The complement of `spans` (ascending, apart) on the whole time line. */
export function outside(spans: readonly Span[]): Span[] {
  const out: Span[] = []
  let from = Number.NEGATIVE_INFINITY
  for (const span of spans) {
    if (span.from > from) out.push({ from, to: span.from })
    from = Math.max(from, span.to)
  }
  if (from < Number.POSITIVE_INFINITY) out.push({ from, to: Number.POSITIVE_INFINITY })
  return out
}
