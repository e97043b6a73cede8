// Turning the wheel with Shift held moves a chart by most of what it shows.

/** Pixels of the wheel that make one step: a notch of most mice is a hundred. */
const STEP = 60
/** What comes so soon after a step, ms, belongs to it: trackpads go on by themselves. */
const REST = 120

/** Listens before the library does, which would move the chart by little. `page`: 1 on, −1 back. */
export function listenToPaging(
  container: HTMLElement,
  page: (direction: 1 | -1) => void,
  signal: AbortSignal,
): void {
  let turned = 0
  let steppedAt = Number.NEGATIVE_INFINITY
  const turn = (event: WheelEvent) => {
    if (!event.shiftKey || event.ctrlKey) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (event.timeStamp - steppedAt < REST) return
    // With Shift most browsers say that it is turned sideways.
    turned += pixelsOf(event)
    if (Math.abs(turned) < STEP) return
    page(turned > 0 ? 1 : -1)
    turned = 0
    steppedAt = event.timeStamp
  }
  container.addEventListener('wheel', turn, { signal, passive: false, capture: true })
}

function pixelsOf({ deltaX, deltaY, deltaMode }: WheelEvent): number {
  const delta = Math.abs(deltaX) > Math.abs(deltaY) ? deltaX : deltaY
  return deltaMode === WheelEvent.DOM_DELTA_PIXEL ? delta : delta * STEP
}
