// The stretch of candles that one chart holds: slots one timeframe apart, gaps as empty slots, and time ↔ place.
import type { CandleRow } from '../../contract/shapes.ts'
import type { Interval } from '../state/interval.ts'

export interface Span {
  /** UTC ms, inclusive. */
  readonly from: number
  /** UTC ms, exclusive. */
  readonly to: number
}

/** Empty slots that one gap is drawn with at most; a longer gap is shortened to this. */
const LONGEST_GAP = 120

/**
 * Candles in ascending order, dense but for shortened gaps. A *place* counts slots: slot i spans [i, i + 1), so that an
 * instant inside a candle has a fraction. Places before the first and after the last slot go on at the same pace.
 */
export class CandleWindow {
  readonly interval: Interval
  readonly step: number
  /** Open times, UTC ms. */
  opens: number[] = []
  /** The candle of each slot; null inside a gap. */
  rows: (CandleRow | null)[] = []

  constructor(interval: Interval) {
    this.interval = interval
    this.step = interval.step
  }

  get size(): number {
    return this.opens.length
  }

  /** Open time of a slot; NaN outside. */
  openAt(slot: number): number {
    return this.opens[slot] ?? Number.NaN
  }

  /** First open; NaN while empty. */
  get from(): number {
    return this.opens[0] ?? Number.NaN
  }

  /** End of the last slot; NaN while empty. */
  get to(): number {
    return (this.opens.at(-1) ?? Number.NaN) + this.step
  }

  /** Forgets everything and holds `rows` (ascending); rows inside `gaps` are empty. */
  replace(rows: readonly CandleRow[], gaps: readonly Span[] = []): void {
    this.opens = []
    this.rows = []
    this.append(rows, gaps)
  }

  /** Adds newer candles; those already held are replaced. */
  append(rows: readonly CandleRow[], gaps: readonly Span[] = []): void {
    for (const row of rows) this.put(row, isInside(gaps, row[0]))
  }

  /** Adds older candles before the first; those already held are left alone. */
  prepend(rows: readonly CandleRow[], gaps: readonly Span[] = []): void {
    const older = new CandleWindow(this.interval)
    older.append(
      rows.filter((row) => !(row[0] >= this.from)),
      gaps,
    )
    const [opens, kept] = [this.opens, this.rows]
    this.opens = older.opens
    this.rows = older.rows
    const [first] = opens
    if (first !== undefined) this.bridgeTo(first)
    for (const open of opens) this.opens.push(open)
    for (const row of kept) this.rows.push(row)
  }

  /** Keeps at most `most` slots: the newest, or the oldest. */
  trim(most: number, keep: 'newest' | 'oldest'): void {
    const excess = this.size - most
    if (excess <= 0) return
    const start = keep === 'newest' ? excess : most
    this.opens.splice(keep === 'newest' ? 0 : start, excess)
    this.rows.splice(keep === 'newest' ? 0 : start, excess)
  }

  private put(row: CandleRow, isGap: boolean): void {
    const open = row[0]
    const last = this.opens.at(-1)
    const value = isGap ? null : row
    if (last === undefined || open > last) {
      if (last !== undefined) this.bridgeTo(open)
      this.opens.push(open)
      this.rows.push(value)
      return
    }
    const slot = this.slotAt(open)
    if (slot >= 0 && this.opens[slot] === open) this.rows[slot] = value
  }

  /** Empty slots up to (not including) `open`; a long gap keeps its first slots only. */
  private bridgeTo(open: number): void {
    const last = this.opens.at(-1)
    if (last === undefined) return
    const missing = Math.min(Math.round((open - last) / this.step) - 1, LONGEST_GAP)
    for (let i = 1; i <= missing; i++) {
      this.opens.push(last + i * this.step)
      this.rows.push(null)
    }
  }

  /** The slot whose candle opened last at or before `instant`; −1 before the first. */
  slotAt(instant: number): number {
    // Where no gap was shortened it is where it would be counted to: marks are looked for by the thousand each frame.
    const counted = Math.floor((instant - this.from) / this.step)
    if (this.openAt(counted) <= instant && instant < (this.opens[counted + 1] ?? -Infinity)) return counted
    let low = 0
    let high = this.opens.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.openAt(middle) <= instant) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  /** The candle that holds `instant`; null in a gap and outside. */
  rowAt(instant: number): CandleRow | null {
    const slot = this.slotAt(instant)
    if (slot < 0 || instant >= this.openAt(slot) + this.step) return null
    return this.rows[slot] ?? null
  }

  /** The last candle that had closed by `instant` (open + step ≤ instant), gaps skipped; null if none is held. */
  closedBefore(instant: number): CandleRow | null {
    for (let slot = this.slotAt(instant - this.step); slot >= 0; slot--) {
      const row = this.rows[slot]
      if (row) return row
    }
    return null
  }

  /** The candles with from ≤ open < to, gaps left out. */
  rowsBetween(from: number, to: number): CandleRow[] {
    const rows: CandleRow[] = []
    for (let slot = this.slotAt(from - 1) + 1; slot < this.size && this.openAt(slot) < to; slot++) {
      const row = this.rows[slot]
      if (row) rows.push(row)
    }
    return rows
  }

  /** Time → place. NaN while empty. */
  placeOf(instant: number): number {
    const slot = this.slotAt(instant)
    if (slot < 0) return (instant - this.from) / this.step
    const inside = (instant - this.openAt(slot)) / this.step
    return slot + (slot === this.size - 1 ? inside : Math.min(inside, 1))
  }

  /** Place → time, the inverse of `placeOf`. NaN while empty. */
  instantAt(place: number): number {
    if (place < 0) return this.from + place * this.step
    const slot = Math.min(Math.floor(place), this.size - 1)
    return (this.opens[slot] ?? Number.NaN) + (place - slot) * this.step
  }

  /** Whether `instant` lies between the first open and the last end. */
  covers(instant: number): boolean {
    return instant >= this.from && instant <= this.to
  }

  /** The runs of empty slots that touch [first, last] slots, as time. */
  gapsBetween(first: number, last: number): Span[] {
    const gaps: Span[] = []
    const end = Math.min(last, this.size - 1)
    for (let slot = Math.max(first, 0); slot <= end; slot++) {
      if (this.rows[slot] !== null) continue
      const start = slot
      while (slot < this.size - 1 && this.rows[slot + 1] === null) slot++
      gaps.push({ from: this.openAt(start), to: this.opens[slot + 1] ?? this.openAt(slot) + this.step })
    }
    return gaps
  }
}

function isInside(spans: readonly Span[], instant: number): boolean {
  return spans.some((span) => instant >= span.from && instant < span.to)
}
