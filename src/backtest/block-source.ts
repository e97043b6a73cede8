// Where a backtest gets what is known of the seconds it goes through, and the blocks it asks for.
import { SECOND, epochMs } from '../core/time.ts'
import type { TimeRange } from '../market/types.ts'
import type { KnownParts } from './known-parts.ts'

export interface BlockSource {
  /** In the order in which they are gone through. */
  take(block: TimeRange): Promise<KnownParts>
  /** More is known now of the block that was taken last. */
  keep(known: KnownParts): void
}

/** Seconds whose market is read at once. */
const BLOCK = 600 * SECOND

/** Whole seconds [from, to), one after the other, each of at most `length` ms. */
export function blocksOf({ from, to }: TimeRange, length = BLOCK): TimeRange[] {
  const count = Math.ceil((to - from) / length)
  return Array.from({ length: count }, (_, i) => ({
    from: epochMs(from + i * length),
    to: epochMs(Math.min(to, from + (i + 1) * length)),
  }))
}
