// One venue's live book that someone else (ccxt) keeps in step: its best levels after each message, checked, sampled once a second.
import type { EpochMs } from '../../core/time.ts'
import type { Market } from '../types.ts'
import { BookSampler, type SamplerOptions } from './book-sampler.ts'
import type { LiveBook } from './live-book.ts'
import type { FlatLevels } from './message.ts'
import { OrderBook } from './order-book.ts'
import type { Resync } from './synchronizer.ts'
import type { TopSnapshot } from './top-snapshot.ts'

/** A book's best levels right after a message. */
export interface BookState {
  /** The exchange's time of the message; null where it sends none. */
  readonly eventTime: EpochMs | null
  readonly arrivedAt: EpochMs
  /** The venue's number of the update; 0 where it has none. */
  readonly lastUpdateId: number
  /** Best first; at least as many as are recorded, where the venue has them. */
  readonly bids: FlatLevels
  readonly asks: FlatLevels
}

export interface MirroredBookOptions extends SamplerOptions {
  readonly market: Market
  /** Called once for every whole second of the venue's time, in order. */
  readonly onSecond: (snapshot: TopSnapshot) => void
}

/** Shows a book message by message: after `reset` and until the next `see` it is out of step. */
export class MirroredBook implements LiveBook {
  readonly market: Market
  readonly book = new OrderBook()
  readonly counts = { applied: 0, resyncs: 0, crossed: 0 }
  readonly #sampler: BookSampler
  #inStep = false

  constructor({ market, onSecond, ...sampling }: MirroredBookOptions) {
    this.market = market
    this.#sampler = new BookSampler(this.book, onSecond, sampling)
  }

  get inStep(): boolean {
    return this.#inStep
  }

  /** The book after one more message, which proves that it stood as it was until then. A crossed one is out of step. */
  see({ bids, asks, eventTime, arrivedAt, lastUpdateId }: BookState): Resync | null {
    const known = this.#inStep ? this.book.eventTime : null
    if (this.#inStep && eventTime !== null) this.#sampler.tick(eventTime)
    const latest = eventTime === null || known === null ? (eventTime ?? known) : Math.max(eventTime, known)
    this.book.load({
      kind: 'snapshot',
      lastUpdateId,
      eventTime: latest as EpochMs | null,
      arrivedAt,
      bids,
      asks,
      bidsCut: false,
      asksCut: false,
    })
    this.#inStep = true
    this.counts.applied += 1
    const { crossing } = this.book
    if (crossing !== null) return this.#crossed(crossing.bid, crossing.ask)
    this.#sampler.after()
    return null
  }

  tick(second: EpochMs): void {
    if (this.#inStep) this.#sampler.tick(second)
  }

  reset(why: string): Resync {
    return this.#outOfStep({ kind: 'resync', reason: 'reset', message: why })
  }

  #crossed(bid: number, ask: number): Resync {
    this.counts.crossed += 1
    const message = `Best bid ${bid} is not below best ask ${ask}.`
    return this.#outOfStep({ kind: 'resync', reason: 'crossed', message })
  }

  #outOfStep(resync: Resync): Resync {
    this.counts.resyncs += 1
    this.#inStep = false
    this.#sampler.reset()
    return resync
  }
}
