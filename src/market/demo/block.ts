// A block: the seconds of one segment as columns of whole ticks and volume units, so that sums are exact.
import type { Segment } from './timeline.ts'

/** Longest segment, in seconds. */
const LONGEST = 6000

/** The columns of a segment; where `count` is 0 the second is quiet and its other columns mean nothing. */
export interface Block {
  segment: Segment
  readonly open: Int32Array
  readonly high: Int32Array
  readonly low: Int32Array
  readonly close: Int32Array
  /** In volume units. */
  readonly volume: Int32Array
  /** Number of trades. */
  readonly count: Uint8Array
}

/** Scratch columns of a segment's drawing. */
export interface Course {
  /** Middle price at each second's end, above the segment's base price in the episode's direction, as a fraction of it. */
  readonly middle: Float64Array
  /** How actively people trade; 1 is usual. */
  readonly activity: Float64Array
}

export function emptyCourse(): Course {
  return { middle: new Float64Array(LONGEST), activity: new Float64Array(LONGEST) }
}

export function emptyBlock(segment: Segment): Block {
  const column = (): Int32Array => new Int32Array(LONGEST)
  const count = new Uint8Array(LONGEST)
  return { segment, open: column(), high: column(), low: column(), close: column(), volume: column(), count }
}
