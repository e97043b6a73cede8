// A venue's order book in memory (L2: one amount a price), built from a snapshot and the diffs that follow it.
import type { EpochMs } from '../../core/time.ts'
import type { BookLevel } from '../types.ts'
import { BookSide } from './book-side.ts'
import type { BookDiff, BookSnapshot } from './message.ts'

/** Best bid at or above best ask: something a venue's book never is, so the data is wrong. */
export interface Crossing {
  readonly bid: number
  readonly ask: number
}

/** Applies what it is told; whether a message may be applied is the synchronizer's question. */
export class OrderBook {
  readonly bids = new BookSide('bids')
  readonly asks = new BookSide('asks')
  /** Messages applied since the beginning: changes whenever the book may have. */
  version = 0
  /** The venue's number of the last update in the book. */
  lastUpdateId = 0
  /** The latest exchange time in the book; null until a message has brought one. */
  eventTime: EpochMs | null = null
  /** When the last applied message reached us. */
  arrivedAt: EpochMs | null = null

  get bestBid(): BookLevel | null {
    return this.bids.top(1)[0] ?? null
  }

  get bestAsk(): BookLevel | null {
    return this.asks.top(1)[0] ?? null
  }

  /** Null in any honest book. Locked (bid equal to ask) counts: a matching engine would have traded. */
  get crossing(): Crossing | null {
    const bid = this.bids.best
    const ask = this.asks.best
    return bid >= ask ? { bid, ask } : null
  }

  /** The best `count` levels a side, best first. */
  top(count: number): { bids: BookLevel[]; asks: BookLevel[] } {
    return { bids: this.bids.top(count), asks: this.asks.top(count) }
  }

  /**
   * Levels a side, best first, that are certainly complete. A snapshot of 1,000 levels says nothing of the 1,001st: as the price moves, the
   * book's far end comes near.
   */
  get knownDepth(): number {
    const depth = (side: BookSide): number => (side.cut ? side.known : Number.POSITIVE_INFINITY)
    return Math.min(depth(this.bids), depth(this.asks))
  }

  /** Becomes what the snapshot says. */
  load(snapshot: BookSnapshot): void {
    this.bids.load(snapshot.bids, snapshot.bidsCut)
    this.asks.load(snapshot.asks, snapshot.asksCut)
    this.version += 1
    this.lastUpdateId = snapshot.lastUpdateId
    this.eventTime = snapshot.eventTime
    this.arrivedAt = snapshot.arrivedAt
  }

  /** Changes the levels that the diff names. */
  apply(diff: BookDiff): void {
    this.bids.apply(diff.bids)
    this.asks.apply(diff.asks)
    this.version += 1
    this.lastUpdateId = diff.lastUpdateId
    if (this.eventTime === null || diff.eventTime > this.eventTime) this.eventTime = diff.eventTime
    this.arrivedAt = diff.arrivedAt
  }
}
