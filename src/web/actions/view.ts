// What is shown: which chart is in hand, which is large, dialogs.
import { store } from '../state/app-state.ts'
import { focusOn } from '../state/focus.ts'
import type { Timeframe } from '../state/timeframes.ts'
import { board } from '../charts/board.ts'
import { cancelMark } from './marking.ts'

export function focusChart(timeframe: Timeframe): void {
  const { maximised } = store.get()
  store.set({ focused: timeframe, maximised: maximised === null ? null : timeframe })
  focusOn(`chart-${timeframe}`)
}

/** F: the chart in hand alone, or all four. */
export function toggleMaximised(): void {
  const { maximised, focused } = store.get()
  store.set({ maximised: maximised === null ? focused : null })
}

export function zoomFocused(factor: number): void {
  board.zoom(store.get().focused, factor)
}

/** V: the test case of the selected annotation. */
export function showCase(): void {
  store.set({ dialog: 'case' })
}

/** Esc: closes what is open, else drops the mark, else leaves the field, else lets the selection go. */
export function escape(): void {
  const { dialog, maximised } = store.get()
  if (dialog !== null) return store.set({ dialog: null })
  const field = document.activeElement
  if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) return field.blur()
  if (cancelMark()) return
  if (maximised !== null) return store.set({ maximised: null })
  store.set({ selected: null, call: null })
}
