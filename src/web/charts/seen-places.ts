// Slots and instants as far as candles may be seen: after the last of them both go on at the same pace. Pure.
import type { CandleWindow } from './candle-window.ts'

/** The open of `slot`, UTC ms, where `room` slots may be seen. */
export function instantAt(window: CandleWindow, room: number, slot: number): number {
  const last = room - 1
  return slot <= last ? window.instantAt(slot) : window.openAt(last) + (slot - last) * window.step
}

/** The slot of `instant`, UTC ms, where `room` slots may be seen. */
export function slotAt(window: CandleWindow, room: number, instant: number): number {
  const last = room - 1
  const after = instant - window.openAt(last)
  return after > 0 ? last + Math.round(after / window.step) : Math.round(window.placeOf(instant))
}
