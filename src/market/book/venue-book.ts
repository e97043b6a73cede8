// One venue's live book of one symbol: messages in, a book that is right or says that it is not, a snapshot a second out.
import type { EpochMs } from '../../core/time.ts'
import type { Market } from '../types.ts'
import { BookSampler, type SamplerOptions } from './book-sampler.ts'
import type { LiveBook } from './live-book.ts'
import type { BookMessage } from './message.ts'
import { OrderBook } from './order-book.ts'
import {
  createSynchronizer,
  type BookSynchronizer,
  type Resync,
  type SequenceRule,
  type SyncOutcome,
} from './synchronizer.ts'
import type { TopSnapshot } from './top-snapshot.ts'

export interface VenueBookOptions extends SamplerOptions {
  readonly market: Market
  readonly rule: SequenceRule
  /** Called once for every whole second of the venue's time, in order. */
  readonly onSecond?: (snapshot: TopSnapshot) => void
  /** Fewer certain levels a side than this and a new snapshot is asked for; default: the levels that are recorded. */
  readonly minDepth?: number
}

export type FeedOutcome =
  | { readonly kind: 'applied'; readonly diffs: number; readonly dropped: number }
  | Exclude<SyncOutcome, { kind: 'apply' }>

/** What came and what became of it. */
export interface VenueBookCounts {
  applied: number
  dropped: number
  duplicates: number
  oldSnapshots: number
  resyncs: number
  crossed: number
}

/**
 * After `resync` the book is out of step (`inStep` false): fetch the venue's snapshot and feed it, with a pause that grows where it happens
 * again. Diffs that come meanwhile are kept and joined.
 */
export class VenueBook implements LiveBook {
  readonly market: Market
  readonly book = new OrderBook()
  readonly counts: VenueBookCounts = {
    applied: 0,
    dropped: 0,
    duplicates: 0,
    oldSnapshots: 0,
    resyncs: 0,
    crossed: 0,
  }
  readonly #sync: BookSynchronizer
  readonly #sampler: BookSampler
  readonly #minDepth: number
  #needed = 0

  constructor({ market, rule, onSecond, minDepth, ...sampling }: VenueBookOptions) {
    this.market = market
    this.#sync = createSynchronizer(rule)
    this.#minDepth = minDepth ?? sampling.levels ?? 10
    this.#sampler = new BookSampler(this.book, onSecond ?? (() => {}), sampling)
  }

  /** True while `book` is the venue's book as of its last update. */
  get inStep(): boolean {
    return this.#sync.inStep
  }

  /** Takes one message, in order of arrival. */
  feed(message: BookMessage): FeedOutcome {
    const outcome = this.#sync.feed(message)
    if (outcome.kind === 'apply') return this.#apply(outcome.messages, outcome.dropped)
    if (outcome.kind === 'resync') return this.#outOfStep(outcome)
    if (outcome.kind === 'ignored') this.#ignored(outcome.reason)
    return outcome
  }

  /** The connection broke: nothing is certain until the next snapshot. */
  reset(why: string): Resync {
    this.#sync.reset()
    return this.#outOfStep({ kind: 'resync', reason: 'reset', message: why })
  }

  /** Takes the snapshots of all seconds up to `second` that are not taken yet: what a live source calls when a second is decided. */
  tick(second: EpochMs): void {
    if (this.inStep) this.#sampler.tick(second)
  }

  #apply(messages: readonly BookMessage[], dropped: number): FeedOutcome {
    this.counts.dropped += dropped
    let diffs = 0
    for (const message of messages) {
      this.#sampler.before(message)
      if (message.kind === 'snapshot') {
        this.book.load(message)
        this.#needed = Math.min(this.#minDepth, this.book.knownDepth)
      } else {
        this.book.apply(message)
        this.counts.applied += 1
        diffs += 1
      }
      const fault = this.#fault()
      if (fault !== null) {
        this.#sync.reset()
        return this.#outOfStep(fault)
      }
      this.#sampler.after()
    }
    return { kind: 'applied', diffs, dropped }
  }

  /** What is wrong with the book now, though every message was in its place. */
  #fault(): Resync | null {
    const { crossing } = this.book
    if (crossing !== null) {
      this.counts.crossed += 1
      const message = `Best bid ${crossing.bid} is not below best ask ${crossing.ask} after update ${this.book.lastUpdateId}.`
      return { kind: 'resync', reason: 'crossed', message }
    }
    const { knownDepth } = this.book
    if (knownDepth >= this.#needed) return null
    const message = `Only ${knownDepth} levels are certain after update ${this.book.lastUpdateId}; ${this.#needed} are needed.`
    return { kind: 'resync', reason: 'depth_exhausted', message }
  }

  #outOfStep(resync: Resync): Resync {
    this.counts.resyncs += 1
    this.#sampler.reset()
    return resync
  }

  #ignored(reason: 'before_snapshot' | 'duplicate' | 'old_snapshot'): void {
    if (reason === 'before_snapshot') this.counts.dropped += 1
    else if (reason === 'duplicate') this.counts.duplicates += 1
    else this.counts.oldSnapshots += 1
  }
}
