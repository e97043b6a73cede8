// Candles of a stored timeframe folded into longer ones, as they were read and as they arrive. Pure.
import type { CandleRow } from '../../contract/shapes.ts'
import type { Interval } from '../state/interval.ts'
import { openOf } from '../state/timeframes.ts'
import { joinCandles } from './forming.ts'

/** `rows` (ascending) as candles of `step` ms: what lies in one takes part in it, and where nothing does there is none. */
export function foldCandles(rows: readonly CandleRow[], step: number): CandleRow[] {
  const folded: CandleRow[] = []
  for (let first = 0; first < rows.length;) {
    const open = openOf(rows[first]?.[0] ?? 0, step)
    let end = first + 1
    while (end < rows.length && (rows[end]?.[0] ?? Infinity) < open + step) end++
    const candle = joinCandles(open, rows.slice(first, end))
    if (candle !== null) folded.push(candle)
    first = end
  }
  return folded
}

/** What candles that arrive come to: candles to take, or from where on (UTC ms) they have to be read, since what they are made of is not held. */
export type Taken = Joined | { readonly readFrom: number }

interface Joined {
  readonly rows: readonly CandleRow[]
  /** Nothing more will join the last of them. */
  readonly closed: boolean
}

/** The stored candles of the newest folded one, which those that arrive join. */
export class FoldTail {
  private readonly interval: Interval
  private parts: CandleRow[] = []

  constructor(interval: Interval) {
    this.interval = interval
  }

  /** Goes on from `rows` (ascending): those that the newest candle is made of stay. */
  replace(rows: readonly CandleRow[]): void {
    this.parts = []
    this.keep(rows)
  }

  /** Takes candles of the stored timeframe as they arrive, ascending; `closed` where they have ended. */
  take(rows: readonly CandleRow[], closed: boolean): Taken {
    const { count, step } = this.interval
    const [first] = rows
    if (count === 1 || first === undefined) return { rows, closed }
    const open = this.parts[0] === undefined ? openOf(first[0], step) : openOf(this.parts[0][0], step)
    if (first[0] < open) return { readFrom: openOf(first[0], step) }
    if (!this.isNext(first[0])) return { readFrom: open }
    const all = merged(this.parts, rows)
    this.parts = []
    this.keep(all)
    return { rows: foldCandles(all, step), closed: closed && this.isWhole() }
  }

  /** Whether nothing is missing before a candle that opened at `open`. */
  private isNext(open: number): boolean {
    const { step, count } = this.interval
    const last = this.parts.at(-1)
    if (last === undefined) return openOf(open, step) === open
    return open <= last[0] + step / count
  }

  private isWhole(): boolean {
    const { step, count } = this.interval
    const last = this.parts.at(-1)
    return last !== undefined && (last[0] + step / count - openOf(last[0], step)) % step === 0
  }

  private keep(rows: readonly CandleRow[]): void {
    const last = rows.at(-1)
    if (last === undefined || this.interval.count === 1) return
    const open = openOf(last[0], this.interval.step)
    this.parts = rows.filter((row) => row[0] >= open)
  }
}

/** `newer` in place of those of `held` that opened as they did. */
function merged(held: readonly CandleRow[], newer: readonly CandleRow[]): CandleRow[] {
  const byOpen = new Map([...held, ...newer].map((row) => [row[0], row]))
  return [...byOpen.values()].toSorted((a, b) => a[0] - b[0])
}
