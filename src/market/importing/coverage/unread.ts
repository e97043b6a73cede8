// Where rows of a file could not be read: those slots are not known, whatever else the file covers.
import { floorTo } from '../../../core/time.ts'
import { unionOf, rangeOf } from '../../ranges.ts'
import type { TimeRange } from '../../types.ts'

/** Ranges are merged as their number doubles. */
const MERGE_AT = 1000

/** Told of a file's rows one after the other. */
export class Unread {
  readonly #step: number
  #holes: TimeRange[] = []
  #mergeAt = MERGE_AT
  /** Time of the last row that could be read; null before the first. */
  #last: number | null = null
  /** True where a row whose time is not known came since. */
  #open = false

  /** `step`: ms of the slots that are known or not. */
  constructor(step: number) {
    this.#step = step
  }

  /** A row was read, of that time. */
  read(time: number): void {
    if (this.#open) this.#add(Math.min(this.#last ?? time, time), Math.max(this.#last ?? time, time))
    this.#open = false
    this.#last = time
  }

  /** A row could not be used. Where not even its time is known, it lies somewhere between the rows beside it. */
  refused(time: number | null): void {
    if (time === null) this.#open = true
    else this.#add(time, time)
  }

  /** A row could not be used that stood between rows of these times; null where none stood there. */
  between(before: number | null, after: number | null): void {
    const [first, last] = [before ?? after, after ?? before]
    if (first !== null && last !== null) this.#add(Math.min(first, last), Math.max(first, last))
  }

  /** Merged, ascending, in whole slots. */
  holes(): TimeRange[] {
    if (this.#open && this.#last !== null) this.#add(this.#last, this.#last)
    return (this.#holes = unionOf(this.#holes))
  }

  #add(first: number, last: number): void {
    this.#holes.push(rangeOf(floorTo(first, this.#step), floorTo(last, this.#step) + this.#step))
    if (this.#holes.length < this.#mergeAt) return
    this.#holes = unionOf(this.#holes)
    this.#mergeAt = Math.max(MERGE_AT, 2 * this.#holes.length)
  }
}
