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
