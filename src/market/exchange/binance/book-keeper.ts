// A book kept by the exchange's own rules (Binance): diffs as they come, a snapshot by REST, another one whenever the chain breaks.
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../../core/errors.ts'
import { bookMessageOf } from './book-messages.ts'
import type { BookDiff, BookSnapshot, FlatLevels } from '../../book/message.ts'
import type { Resync, SequenceRule } from '../../book/synchronizer.ts'
import { VenueBook } from '../../book/venue-book.ts'
import { RefusedRow } from '../../importing/fields.ts'
import type { BookKeeper, KeeperCounts, KeeperParts } from '../order-book-keeper.ts'
import { flatOf } from '../order-book-keeper.ts'
import { inBase } from '../prints.ts'
import { binanceFutures, binanceSpot } from './book-sequence.ts'
import { tapDiffs } from './tap-diffs.ts'

/** Levels a side that a snapshot is asked for: Binance gives 1,000 for a tenth of the price of 5,000. */
const DEPTH = 1000
/** Where only the number of the last update matters. */
const FEW = 5
const FIRST_PAUSE = 200
const LONGEST_PAUSE = 15_000
/** A break so long after the one before begins a new series of attempts. */
const CALM = 10_000

/** By the rules of spot, or of futures. */
export function keepBinanceBook(parts: KeeperParts): BookKeeper {
  return new OwnRulesKeeper(parts, parts.facts.contract ? binanceFutures : binanceSpot)
}

export class OwnRulesKeeper implements BookKeeper {
  readonly book: VenueBook
  readonly counts: KeeperCounts = { snapshots: 0, duplicates: 0, malformed: 0 }
  readonly #parts: KeeperParts
  /** Grows with every break of the connection: a snapshot that was asked for before it is worth nothing. */
  #connection = 0
  #failures = 0
  #brokeAt = Number.NEGATIVE_INFINITY
  #wake: (() => void) | null = null
  #isWanted = false

  constructor(parts: KeeperParts, rule: SequenceRule) {
    const { market, onSecond, streaming, facts } = parts
    this.#parts = parts
    this.book = new VenueBook({ market, rule, onSecond })
    tapDiffs(streaming, facts.symbol, (message) => this.#diff(message))
  }

  broke(words: string, lost: boolean): void {
    if (!lost) return
    this.#connection += 1
    this.#isWanted = false
    const wasInStep = this.book.inStep
    const resync = this.book.reset(words)
    if (wasInStep) this.#parts.onResync(resync)
  }

  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#wake?.(), { once: true })
    try {
      while (!signal.aborted) {
        await this.#wanted(signal)
        signal.throwIfAborted()
        await sleep(this.#pause(), undefined, { signal })
        if (this.#isWanted) await this.#synchronize(signal)
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  async isBehind(signal: AbortSignal): Promise<boolean | null> {
    const { lastUpdateId } = this.book.book
    const before = this.#connection
    const snapshot = await this.#fetch(FEW, signal)
    if (snapshot === null || before !== this.#connection || !this.book.inStep) return null
    // An answer that is older than what came proves nothing; nor does one after which more has come.
    if (snapshot.lastUpdateId < lastUpdateId || this.book.book.lastUpdateId !== lastUpdateId) return null
    return snapshot.lastUpdateId > lastUpdateId
  }

  #diff(raw: object): void {
    const message = this.#read(raw)
    if (message === null) return
    const wasInStep = this.book.inStep
    const outcome = this.book.feed(message)
    this.counts.duplicates = this.book.counts.duplicates
    if (outcome.kind === 'resync') this.#failed(outcome, wasInStep)
    if (!this.book.inStep) this.#want()
  }

  /** Null for what is no diff: the next one shows the hole that it leaves. */
  #read(raw: object): BookDiff | null {
    try {
      const message = bookMessageOf(raw, this.#parts.now())
      return message.kind === 'diff' ? this.#scaled(message) : null
    } catch (error) {
      if (!(error instanceof RefusedRow)) throw error
      this.counts.malformed += 1
      return null
    }
  }

  #scaled(diff: BookDiff): BookDiff {
    const { contract, contractSize = 1 } = this.#parts.facts
    if (!contract || contractSize === 1) return diff
    const scale = (levels: FlatLevels): FlatLevels =>
      levels.map((value, at) => (at % 2 === 0 ? value : inBase(value, contractSize)))
    return { ...diff, bids: scale(diff.bids), asks: scale(diff.asks) }
  }

  #failed(resync: Resync, wasInStep: boolean): void {
    const now = this.#parts.now()
    this.#failures = now - this.#brokeAt > CALM ? 0 : this.#failures + 1
    this.#brokeAt = now
    if (wasInStep) this.#parts.onResync(resync)
  }

  #pause(): number {
    return this.#failures === 0 ? 0 : Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (this.#failures - 1))
  }

  #want(): void {
    this.#isWanted = true
    this.#wake?.()
  }

  async #wanted(signal: AbortSignal): Promise<void> {
    while (!this.#isWanted && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  async #synchronize(signal: AbortSignal): Promise<void> {
    const before = this.#connection
    const snapshot = await this.#fetch(DEPTH, signal)
    if (snapshot === null || before !== this.#connection || this.book.inStep) return
    this.counts.snapshots += 1
    const outcome = this.book.feed(snapshot)
    if (outcome.kind === 'resync') this.#failed(outcome, false)
    else this.#isWanted = false
  }

  /** Null where the exchange refuses the question for good: it is asked again later. */
  async #fetch(depth: number, signal: AbortSignal): Promise<BookSnapshot | null> {
    const { rest, facts } = this.#parts
    try {
      const { bids, asks, nonce } = await rest.ask('order book', Number.POSITIVE_INFINITY, signal, () =>
        rest.exchange.fetchOrderBook(facts.symbol, depth),
      )
      return {
        kind: 'snapshot',
        lastUpdateId: nonce ?? 0,
        // The chain's own times count: a snapshot may be of the middle of a diff, before that diff's time.
        eventTime: null,
        arrivedAt: this.#parts.now(),
        bids: flatOf(bids, facts),
        asks: flatOf(asks, facts),
        bidsCut: bids.length >= depth,
        asksCut: asks.length >= depth,
      }
    } catch (error) {
      if (signal.aborted || !(error instanceof AppError)) throw error
      this.#failures += 1
      this.#parts.onTrouble(error.message)
      return null
    }
  }
}
