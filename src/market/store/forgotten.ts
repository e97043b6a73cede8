// What taking data out of the store is given, and what it says of what went.
import type { Clock } from '../../core/clock.ts'
import type { BookStore } from '../book/book-store.ts'
import type { Timeframe } from '../timeframe.ts'
import type { TimeRange } from '../types.ts'
import type { MarketStore } from './market-store.ts'

/** A stretch in which rows of a timeframe changed. */
export interface Touched extends TimeRange {
  readonly timeframe: Timeframe
}

export interface Forgotten {
  readonly removed: number
  /** Rows that others gave differently, and that stand again. */
  readonly restored: number
  /** Rows that stay, since a stream or a download gave them too. */
  readonly kept: number
  readonly touched: readonly Touched[]
  /** Seconds of order books that go, and where they lay; null where none do. */
  readonly books: { readonly seconds: number; readonly range: TimeRange } | null
}

export interface ForgetOptions {
  readonly store: MarketStore
  readonly clock: Clock
  readonly books: BookStore
  /** Nothing is changed. */
  readonly dryRun?: boolean
  readonly onProgress?: (share: number) => void
}
