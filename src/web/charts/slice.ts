// Which part of a chart's candles the library is given: it copies all it has at every tick, so it gets the view and some more.

export interface Slice {
  /** First slot, inclusive. */
  readonly start: number
  /** Last slot, exclusive. */
  readonly end: number
}

const LEAST = 1500

function marginOf(first: number, last: number): number {
  return Math.max(LEAST, Math.ceil((last - first) * 2))
}

/** The slots to draw while [first, last] are in view of `size`: two screens more on each side. */
export function sliceFor(first: number, last: number, size: number): Slice {
  const margin = marginOf(first, last)
  const start = Math.min(Math.max(Math.floor(first) - margin, 0), Math.max(size - LEAST, 0))
  const end = Math.max(Math.min(Math.ceil(last) + margin, size), Math.min(start + LEAST, size))
  return { start, end }
}

/** Whether the view has come near an end of the slice beyond which there is more. */
export function isTight(slice: Slice, first: number, last: number, size: number): boolean {
  const margin = marginOf(first, last) / 3
  return (slice.start > 0 && first - slice.start < margin) || (slice.end < size && slice.end - last < margin)
}

/** Whether the slice is twice what would be given now: candles that arrive make it longer and longer, and all of it is copied for each. */
export function isLong(slice: Slice, first: number, last: number, size: number): boolean {
  const fit = sliceFor(first, last, size)
  return slice.end - slice.start > 2 * (fit.end - fit.start)
}
