// What every live book of one venue can do, whoever keeps it in step: our own rules, or ccxt.
import type { EpochMs } from '../../core/time.ts'
import type { Market } from '../types.ts'
import type { OrderBook } from './order-book.ts'
import type { Resync } from './synchronizer.ts'

export interface LiveBook {
  readonly market: Market
  readonly book: OrderBook
  /** True while `book` is the venue's book as of its last update. */
  readonly inStep: boolean
  /** Takes the snapshots of all seconds up to `second` that are not taken yet: what a live source calls when a second is decided. */
  tick(second: EpochMs): void
  /** The connection broke: nothing is certain until the book begins anew. */
  reset(why: string): Resync
}
