// A call that came shortly before the trader's own entry, in the same move: early, not false. Pure.
import type { AnnotationOut } from '../../contract/annotations.ts'
import { duration } from '../state/format.ts'
import { MINUTE, SECOND } from '../state/timeframes.ts'

export interface EarlyCall {
  /** Its as-of second, UTC ms. */
  readonly time: number
  readonly action: 'BUY' | 'SELL' | 'HOLD'
  /** Null where it is not known. */
  readonly price: number | null
}

export interface Early {
  readonly annotation: AnnotationOut
  /** From the call to the entry. */
  readonly seconds: number
}

/** As long as a call may last; a mark that is held for longer was under way for as long before it, up to five minutes. */
const LEAST = MINUTE
const MOST = 5 * MINUTE

/**
 * The mark that the call was early for: the next entry of its direction, no further away than the mark is held (a minute to five). Where the call's
 * price is known, leaving at the mark's exit would have gained: else it was another move. Null where there is none.
 */
export function earlyOf(call: EarlyCall, annotations: readonly AnnotationOut[]): Early | null {
  if (call.action === 'HOLD') return null
  let nearest: Early | null = null
  for (const annotation of annotations) {
    const ahead = Date.parse(annotation.entry.timestamp) - call.time
    if (ahead <= 0 || ahead > reachOf(annotation) || !isSameMove(call, annotation)) continue
    const seconds = Math.round(ahead / SECOND)
    if (nearest === null || seconds < nearest.seconds) nearest = { annotation, seconds }
  }
  return nearest
}

function reachOf({ holding_period_seconds: held }: AnnotationOut): number {
  return Math.min(Math.max(held * SECOND, LEAST), MOST)
}

function isSameMove({ action, price }: EarlyCall, { direction, exit }: AnnotationOut): boolean {
  if ((action === 'BUY') !== (direction === 'LONG')) return false
  return price === null || (direction === 'LONG' ? exit.price > price : exit.price < price)
}

/** In words. */
export function earlyText({ seconds, annotation }: Early): string {
  const entry = annotation.entry.timestamp.slice(11, 19)
  return `Early by ${duration(seconds)}: you entered this move at ${entry}.`
}
