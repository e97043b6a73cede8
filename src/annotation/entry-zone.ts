// The entry zone of an annotation: how long after the entry BUY or SELL still is the right answer (design, section 5).
import { SECOND } from '../core/time.ts'

const SHORTEST = 3 * SECOND
const LONGEST = 30 * SECOND

/** z in ms: 10 % of the holding time in ms, clamped to 3–30 s. */
export function entryZoneLength(holding: number): number {
  return Math.min(Math.max(holding / 10, SHORTEST), LONGEST)
}
