// Sets of instants as merged, ascending ranges: what coverage is made of.
import { ceilTo, floorTo, toIso, type EpochMs } from '../core/time.ts'
import type { TimeRange } from './types.ts'

/** A range of plain numbers; `from` ≥ `to` is empty. */
export function rangeOf(from: number, to: number): TimeRange {
  return { from: from as EpochMs, to: to as EpochMs }
}

/** As HTTP, the command line and messages write a range: ISO 8601, UTC. */
export function rangeOut({ from, to }: TimeRange): { from: string; to: string } {
  return { from: toIso(from), to: toIso(to) }
}

/** The union of any ranges: merged where they touch, ascending, empty ones dropped. */
export function unionOf(...sets: readonly (readonly TimeRange[])[]): TimeRange[] {
  return joined(sets.flat())
}

/** The same, and ranges `gap` ms or less apart are one, with what lies between. */
export function joined(ranges: readonly TimeRange[], gap = 0): TimeRange[] {
  const sorted = ranges.filter(({ from, to }) => from < to).toSorted((a, b) => a.from - b.from)
  const merged: TimeRange[] = []
  for (const { from, to } of sorted) appendRun(merged, from, to, gap)
  return merged
}

/** From where a merged set begins to where it ends, holes and all; null where it is empty. */
export function hullOf(set: readonly TimeRange[]): TimeRange | null {
  const [first, last] = [set[0], set.at(-1)]
  return first === undefined || last === undefined ? null : rangeOf(first.from, last.to)
}

/** The part of a merged set that lies within `window`. */
export function clip(set: readonly TimeRange[], window: TimeRange): TimeRange[] {
  const parts: TimeRange[] = []
  if (window.from >= window.to) return parts
  for (let index = firstEndingAfter(set, window.from); index < set.length; index += 1) {
    const range = set[index]
    if (range === undefined || range.from >= window.to) break
    parts.push(rangeOf(Math.max(range.from, window.from), Math.min(range.to, window.to)))
  }
  return parts
}

/** What of `window` a merged set leaves out. */
export function missingFrom(set: readonly TimeRange[], window: TimeRange): TimeRange[] {
  const missing: TimeRange[] = []
  let at: number = window.from
  for (const { from, to } of clip(set, window)) {
    if (from > at) missing.push(rangeOf(at, from))
    at = to
  }
  if (at < window.to) missing.push(rangeOf(at, window.to))
  return missing
}

/** The whole slots of `step` ms inside a merged set; a slot that straddles two of its ranges is in neither. */
export function wholeSlots(set: readonly TimeRange[], step: number): TimeRange[] {
  return unionOf(set.map(({ from, to }) => rangeOf(ceilTo(from, step), floorTo(to, step))))
}

/** Merged runs of slots of `step` ms that open at ascending times. */
export function runsOf(opens: Iterable<number>, step: number): TimeRange[] {
  const runs: TimeRange[] = []
  for (const open of opens) appendRun(runs, open, open + step)
  return runs
}

/** The smallest range of whole slots around `range`. */
export function slotsAround({ from, to }: TimeRange, step: number): TimeRange {
  return rangeOf(floorTo(from, step), ceilTo(to, step))
}

/** Index of the first range that ends after `time`. */
export function firstEndingAfter(set: readonly TimeRange[], time: number): number {
  let low = 0
  let high = set.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((set[middle]?.to ?? Number.POSITIVE_INFINITY) <= time) low = middle + 1
    else high = middle
  }
  return low
}

/** Adds [from, to) to ascending runs, joining it to the last where they touch, or lie `gap` ms or less apart. */
export function appendRun(runs: TimeRange[], from: number, to: number, gap = 0): void {
  const last = runs.at(-1)
  if (last !== undefined && from - last.to <= gap) {
    runs[runs.length - 1] = rangeOf(last.from, Math.max(last.to, to))
  } else {
    runs.push(rangeOf(from, to))
  }
}
