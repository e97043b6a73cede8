// What is shown: which chart is in hand, which is large, dialogs.
import { attempt, store } from '../state/app-state.ts'
import { focusOn } from '../state/focus.ts'
import { forgetWaiting } from '../state/in-order.ts'
import { intervalIn, type FreePlace } from '../state/interval.ts'
import { nextLayout, type Layout } from '../state/layout.ts'
import type { Timeframe } from '../state/timeframes.ts'
import { board } from '../charts/board.ts'
import { letGo } from './drag-mark.ts'
import { dropStroke, stopDrawing } from './draw-mark.ts'
import { cancelMark } from './place-mark.ts'

export function focusChart(timeframe: Timeframe): void {
  const { maximised } = store.get()
  store.set({ focused: timeframe, maximised: maximised === null ? null : timeframe })
  focusOn(`chart-${timeframe}`)
}

/** Another layout; its large chart is the one in hand. */
export function changeLayout(layout: Layout): void {
  store.set({ layout, maximised: null })
}

/** Shift L: the next layout in turn. */
export function turnLayout(): void {
  const { layout, focused } = store.get()
  changeLayout(nextLayout(layout, focused))
}

/** Another length of candles on the third or the fourth chart, as typed. Why not, in words; null when it is shown. */
export function chooseInterval(place: FreePlace, text: string): string | null {
  const interval = intervalIn(text)
  if ('refusal' in interval) return interval.refusal
  const { intervals } = store.get()
  if (interval.name !== intervals[place].name) store.set({ intervals: { ...intervals, [place]: interval } })
  return null
}

/** F: the chart in hand alone, or all four. */
export function toggleMaximised(): void {
  const { maximised, focused } = store.get()
  store.set({ maximised: maximised === null ? focused : null })
}

export function zoomFocused(factor: number): void {
  board.zoom(store.get().focused, factor)
}

/** Shift Page: the chart in hand by most of what it shows; the cursor stays. */
export function turnPage(direction: 1 | -1): void {
  void attempt(() => board.page(store.get().focused, direction))
}

/** V: the test case of the selected annotation. */
export function showCase(): void {
  store.set({ dialog: 'case' })
}

/** The pointer may still be down: what it does from here on is nobody's. */
function release(): void {
  board.endDrag()
  if (!dropStroke()) letGo()
}

/** Esc: lets go of what is dragged, else closes what is open, else drops the mark, else leaves the field, else lets the selection go. */
export function escape(): void {
  if (store.get().held !== null) return release()
  const { dialog, maximised } = store.get()
  if (dialog !== null) return store.set({ dialog: null })
  const field = document.activeElement
  if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) return field.blur()
  const waited = forgetWaiting()
  if (cancelMark() || waited || stopDrawing()) return
  if (maximised !== null) return store.set({ maximised: null })
  store.set({ selected: null, call: null })
}
