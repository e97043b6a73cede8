// Which days a file has trades of, and from when to when: what follows for the seconds that are known, however long the file claims to reach.
import { ceilTo, DAY, floorTo, HOUR, MINUTE, SECOND } from '../../../core/time.ts'
import { clip, missingFrom, rangeOf, unionOf } from '../../ranges.ts'
import type { TimeRange } from '../../types.ts'
import { LONGEST_QUIET } from './far-rows.ts'

interface Span {
  first: number
  last: number
}

export interface Extent {
  /** From the first whole second after the first row to the last whole second; null where there is none. */
  readonly coverage: TimeRange | null
  /** What of it is known: merged, ascending, as are the gaps, which are the rest. */
  readonly known: readonly TimeRange[]
  readonly gaps: readonly TimeRange[]
}

/** Lengths of what is composed at a time. */
const PIECES = [DAY, HOUR, 10 * MINUTE, MINUTE] as const

export class DaySpans {
  readonly #days = new Map<number, Span>()
  #rows = 0

  add(time: number): void {
    this.#rows += 1
    const number = Math.floor(time / DAY)
    const day = this.#days.get(number)
    if (day === undefined) this.#days.set(number, { first: time, last: time })
    else if (time > day.last) day.last = time
    else if (time < day.first) day.first = time
  }

  /** `holes`: seconds whose rows could not be read. Nobody trading for very long is not believed either. */
  extent(holes: readonly TimeRange[]): Extent {
    const days = this.#ascending()
    const coverage = rangeOf(ceilTo(days[0]?.first ?? 0, SECOND), floorTo(days.at(-1)?.last ?? 0, SECOND))
    if (coverage.from >= coverage.to) return { coverage: null, known: [], gaps: [] }
    const unknown = clip(unionOf(holes, silencesOf(days)), coverage)
    return { coverage, known: missingFrom(unknown, coverage), gaps: unknown }
  }

  /**
   * All from the first to the last row, in whole seconds and ascending: pieces that hold about `batch` rows, none longer than a day; an empty
   * stretch belongs to the piece before it, so that nothing grows with its length.
   */
  pieces(batch: number): TimeRange[] {
    const days = this.#ascending()
    const rowsAMs = this.#rows / (days.length * DAY)
    const step = PIECES.find((each) => each * rowsAMs <= batch) ?? MINUTE
    return days.flatMap(({ first, last }, index) => {
      const next = days[index + 1]?.first
      const from = index === 0 ? floorTo(first, SECOND) : floorTo(first, DAY)
      const to = next === undefined ? floorTo(last, SECOND) + SECOND : floorTo(next, DAY)
      return partedAt(step, from, Math.min(to, floorTo(first, DAY) + DAY), to)
    })
  }

  #ascending(): Span[] {
    return [...this.#days].toSorted(([a], [b]) => a - b).map(([, day]) => day)
  }
}

/** Stretches between days with rows that are too long to be taken for quiet. */
function silencesOf(days: readonly Span[]): TimeRange[] {
  return days.slice(1).flatMap(({ first }, index) => {
    const before = days[index]?.last ?? first
    if (first - before <= LONGEST_QUIET) return []
    return [rangeOf(floorTo(before, SECOND), ceilTo(first, SECOND))]
  })
}

/** [from, until) parted at multiples of `step`, the last part reaching to `to`. */
function partedAt(step: number, from: number, until: number, to: number): TimeRange[] {
  const parts: TimeRange[] = []
  for (let start = from; start < until; start = floorTo(start, step) + step) {
    const end = floorTo(start, step) + step
    parts.push(rangeOf(start, end < until ? end : to))
  }
  return parts
}
