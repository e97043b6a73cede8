// Takes a book's best levels once a second of exchange time: as of second S, with every event before S and none later.
import type { EpochMs } from '../../core/time.ts'
import type { BookMessage } from './message.ts'
import type { OrderBook } from './order-book.ts'
import { LEVELS, topSnapshotOf, type TopSnapshot } from './top-snapshot.ts'

export interface SamplerOptions {
  /** Levels a side; default 10. */
  readonly levels?: number
  /** Seconds are recorded for this long, in ms, after the venue's last event; then they are missing. Default one minute. */
  readonly quietLimit?: number
}

/** Told of every message before and after it is applied, and, live, of every second that has come. */
export class BookSampler {
  readonly #book: OrderBook
  readonly #emit: (snapshot: TopSnapshot) => void
  readonly #levels: number
  readonly #quietLimit: number
  /** The next second to be taken: later than every event in the book. Null while the time of what is in the book is not known. */
  #next: number | null = null

  constructor(book: OrderBook, emit: (snapshot: TopSnapshot) => void, options: SamplerOptions = {}) {
    this.#book = book
    this.#emit = emit
    this.#levels = options.levels ?? LEVELS
    this.#quietLimit = options.quietLimit ?? 60_000
  }

  /** A message that joins or follows the book proves that the book held until then. A new snapshot proves nothing of the time before. */
  before(message: BookMessage): void {
    if (message.kind === 'diff') this.tick(message.eventTime)
    else this.#next = null
  }

  after(): void {
    const { eventTime } = this.#book
    if (this.#next === null && eventTime !== null) this.#next = Math.floor(eventTime / 1000) * 1000 + 1000
  }

  /** Takes every second up to `instant` that is not taken yet. Live, call it at S + grace with S: what comes later is in later seconds. */
  tick(instant: EpochMs): void {
    if (this.#next === null || this.#next > instant) return
    const last = Math.floor(instant / 1000) * 1000
    const known = (this.#book.eventTime ?? Number.NEGATIVE_INFINITY) + this.#quietLimit
    for (let second = this.#next; second <= Math.min(last, known); second += 1000) {
      const snapshot = topSnapshotOf(this.#book, second as EpochMs, this.#levels)
      if (snapshot !== null) this.#emit(snapshot)
    }
    this.#next = last + 1000
  }

  /** The book is out of step: no second more until it is back. */
  reset(): void {
    this.#next = null
  }
}
