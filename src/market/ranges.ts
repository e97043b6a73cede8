// Sets of instants as merged, ascending ranges: what coverage is made of.
import { ceilTo, floorTo, type EpochMs } from '../core/time.ts'
import type { TimeRange } from './types.ts'

/** A range of plain numbers; `from` ≥ `to` is empty. */
export function rangeOf(from: number, to: number): TimeRange {
  return { from: from as EpochMs, to: to as EpochMs }
}

/** The union of any ranges: merged where they touch, ascending, empty ones dropped. */
export function unionOf(...sets: readonly (readonly TimeRange[])[]): TimeRange[] {
  const sorted = sets
    .flat()
    .filter(({ from, to }) => from < to)
    .toSorted((a, b) => a.from - b.from)
  const merged: TimeRange[] = []
  for (const { from, to } of sorted) appendRun(merged, from, to)
  return merged
}

/** The part of a merged set that lies within `window`. */
export function clip(set: readonly TimeRange[], window: TimeRange): TimeRange[] {
  const parts: TimeRange[] = []
  if (window.from >= window.to) return parts
  for (let index = firstEndingAfter(set, window.from); index < set.length; index += 1) {
    const { from, to } = set[index]!
    if (from >= window.to) break
    parts.push(rangeOf(Math.max(from, window.from), Math.min(to, window.to)))
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
    if (set[middle]!.to <= time) low = middle + 1
    else high = middle
  }
  return low
}

/** Adds [from, to) to ascending runs, joining it to the last where they touch. */
export function appendRun(runs: TimeRange[], from: number, to: number): void {
  const last = runs.at(-1)
  if (last !== undefined && last.to >= from) {
    runs[runs.length - 1] = rangeOf(last.from, Math.max(last.to, to))
  } else {
    runs.push(rangeOf(from, to))
  }
}
