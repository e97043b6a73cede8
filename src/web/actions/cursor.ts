// Moving the as-of cursor: by steps, to an instant, with the newest second; hiding the future.
import { SECOND, openOf } from '../state/timeframes.ts'
import { attempt, say, store } from '../state/app-state.ts'
import { focusOn } from '../state/focus.ts'
import { horizonOf, isBlind } from '../state/horizon.ts'
import { board } from '../charts/board.ts'

/** Puts the as-of cursor at `time` (whole seconds) and brings it into view. */
export async function moveCursor(time: number, reveal = true): Promise<void> {
  const at = openOf(time, SECOND)
  const { cursor } = store.get()
  store.set({ cursor: { ...cursor, time: at, follows: false } })
  if (reveal) await board.reveal(at)
}

/** Steps the cursor by `delta` ms; never beyond the newest second. */
export async function stepCursor(delta: number): Promise<void> {
  const { cursor } = store.get()
  const from = cursor.time ?? board.live
  if (from === 0) return
  await moveCursor(board.latest > 0 ? Math.min(from + delta, board.latest) : from + delta)
}

/**
 * Puts the cursor at what is looked at. With the future hidden it only goes on, never back: that would hide what was seen already, and what
 * is looked at with it.
 */
export async function standAt(time: number, reveal = true): Promise<void> {
  const { cursor } = store.get()
  if (!isBlind(cursor) || time > horizonOf(cursor)) return moveCursor(time, reveal)
  if (reveal) await board.reveal(time)
}

/** The latest instant that may be looked at, UTC ms: the newest there is, or the cursor with the future hidden; 0 before the first data. */
export function knownUntil(): number {
  return Math.min(board.latest, horizonOf(store.get().cursor))
}

/** Back to the newest second, and along with it. Ends hiding the future: there is none. */
export async function goLive(): Promise<void> {
  store.set({ call: null, cursor: { time: board.live || null, follows: true, hidesFuture: false } })
  await attempt(() => board.goLive())
}

/** The first second that a test case can stand on. */
export async function goToFirst(): Promise<void> {
  const first = store.get().market?.test_case_spans[0]
  if (first !== undefined) await moveCursor(Date.parse(first.from))
}

/** H: hides everything at or after the as-of cursor on all four charts, or shows it again. */
export function toggleFuture(): void {
  const { cursor } = store.get()
  const hidesFuture = !cursor.hidesFuture
  const time = cursor.time ?? (board.live || null)
  store.set({ cursor: { time, hidesFuture, follows: hidesFuture ? false : cursor.follows } })
  // Keys are the charts' from here on: Space plays, where a button that was clicked would be pressed again.
  if (hidesFuture) focusOn(`chart-${store.get().focused}`)
}

/** L: whether moving one chart moves the others. */
export function toggleLink(): void {
  const linked = !store.get().linked
  board.isLinked = linked
  store.set({ linked })
  say(linked ? 'Charts move together in time.' : 'Charts move on their own; the cursor stays shared.')
}
