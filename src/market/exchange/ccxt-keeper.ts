// A book that ccxt keeps by the exchange's rules, checked here: never crossed, and by the exchange's checksum where there is one.
import type { EpochMs } from '../../core/time.ts'
import { MirroredBook } from '../book/mirrored-book.ts'
import type { Resync } from '../book/synchronizer.ts'
import { LEVELS } from '../book/top-snapshot.ts'
import type { CcxtOrderBook } from './ccxt.ts'
import { flatOf, type BookKeeper, type KeeperCounts, type KeeperParts } from './order-book-keeper.ts'
import type { BookCheck } from './profile.ts'
import { profileOf } from './profiles.ts'
import { tapBook } from './tap-book.ts'

export class CcxtKeeper implements BookKeeper {
  readonly book: MirroredBook
  readonly counts: KeeperCounts = { snapshots: 0, duplicates: 0, malformed: 0 }
  readonly #parts: KeeperParts
  readonly #check: BookCheck | null

  constructor(parts: KeeperParts) {
    const { market, onSecond, streaming, facts } = parts
    this.#parts = parts
    this.#check = profileOf(streaming.id).bookCheck?.(parts) ?? null
    this.book = new MirroredBook({ market, onSecond })
    tapBook(streaming, facts.symbol, (book) => this.#see(book))
  }

  /** ccxt gives up its book with an error, and a new subscription begins a new one: on a new connection, which cannot hold messages of the old. */
  broke(words: string, lost: boolean): void {
    const wasInStep = this.book.inStep
    this.#told(this.book.reset(words), wasInStep)
    if (!lost) this.#parts.onUseless(words)
  }

  run(): Promise<void> {
    return Promise.resolve()
  }

  isBehind(): Promise<null> {
    return Promise.resolve(null)
  }

  #see(book: CcxtOrderBook): void {
    const { facts } = this.#parts
    const arrivedAt = this.#parts.now()
    const wasInStep = this.book.inStep
    const check = this.#check?.(book) ?? null
    const resync =
      check !== null && check.expected !== check.found
        ? this.book.reset(`The exchange's checksum ${check.expected} is not the book's, ${check.found}.`)
        : this.book.see({
            eventTime: (book.timestamp ?? (wasInStep ? arrivedAt : null)) as EpochMs | null,
            arrivedAt,
            lastUpdateId: updateIdOf(book.nonce),
            bids: flatOf(book.bids, facts, LEVELS),
            asks: flatOf(book.asks, facts, LEVELS),
          })
    if (resync === null) {
      if (!wasInStep) this.counts.snapshots += 1
      return
    }
    this.#told(resync, wasInStep)
    this.#parts.onUseless(resync.message)
  }

  #told(resync: Resync, wasInStep: boolean): void {
    if (wasInStep) this.#parts.onResync(resync)
  }
}

/** 0 where the exchange numbers no updates. */
function updateIdOf(nonce: number | undefined): number {
  return nonce !== undefined && Number.isSafeInteger(nonce) ? Math.max(0, nonce) : 0
}
