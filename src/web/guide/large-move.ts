// The largest move among candles of one minute that no mark stands in yet: somewhere to begin looking. Pure.
import type { CandleRow } from '../../contract/shapes.ts'

const MINUTE = 60_000
/** Minutes that a move may take. */
const LONGEST = 5
/** Of the market after it, ms: an exit can still be looked for there. */
const AFTER = 3 * MINUTE
/** Around a mark nothing more is looked for, ms. */
const AROUND = 10 * MINUTE

export interface Move {
  /** Open time of its first minute, UTC ms. */
  readonly from: number
  /** End of its last minute, UTC ms. */
  readonly to: number
}

/** Where to look. */
export interface Ground {
  /** In which the whole move lies, UTC ms: where a test case can stand. */
  readonly spans: readonly { readonly from: number; readonly to: number }[]
  /** Instants of marks, UTC ms. */
  readonly taken: readonly number[]
  /** Nothing later is known, UTC ms: a move and three minutes after it lie before. */
  readonly known: number
}

/** @param rows ascending; null inside a gap, over which no move goes */
export function largestMove(rows: readonly (CandleRow | null)[], ground: Ground): Move | null {
  let best: Sized | null = null
  for (const [i, first] of rows.entries()) {
    if (first === null) continue
    for (const last of rows.slice(i, i + LONGEST)) {
      if (last === null) break
      const move = { from: first[0], to: last[0] + MINUTE, size: Math.abs(Math.log(last[4] / first[1])) }
      if (isOpen(move, ground) && (best === null || isLarger(move, best))) best = move
    }
  }
  return best === null ? null : { from: best.from, to: best.to }
}

function isOpen(move: Move, { spans, taken, known }: Ground): boolean {
  const isInside = spans.some(({ from, to }) => move.from >= from && move.to <= to)
  return move.to + AFTER <= known && isInside && !isNear(taken, move)
}

type Sized = Move & { readonly size: number }

/** Of two of one size the shorter is the larger. */
function isLarger(a: Sized, b: Sized): boolean {
  return a.size > b.size || (a.size === b.size && a.to - a.from < b.to - b.from)
}

function isNear(taken: readonly number[], { from, to }: Move): boolean {
  return taken.some((instant) => instant > from - AROUND && instant < to + AROUND)
}
