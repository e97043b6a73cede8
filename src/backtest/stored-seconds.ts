// A stored span gone through second by second: to a session it is a market that moves, as fast as it answers.
import { SECOND, epochMs, type EpochMs } from '../core/time.ts'
import type { BooksAt } from '../inference/second-books.ts'
import type { SecondsOfMarket } from '../inference/session.ts'
import { loadSymbolBookSlice, type BookSlice } from '../market/book/book-slice.ts'
import type { BookStore } from '../market/book/book-store.ts'
import type { MarketReader } from '../market/provider.ts'
import type { MarketSlice } from '../market/slice.ts'
import type { Market, TimeRange } from '../market/types.ts'
import type { BlockMarket } from './score-ahead.ts'

const NOTHING: TimeRange = { from: epochMs(0), to: epochMs(0) }

type Listener = (second: EpochMs) => Promise<void>

export interface StoredParts {
  readonly market: Market
  readonly reader: MarketReader
  /** For models that read order books. */
  readonly books: BookStore | null
}

export class StoredSeconds implements SecondsOfMarket, BooksAt {
  readonly #parts: StoredParts
  #listener: Listener | null = null
  #block: TimeRange | null = null
  #seen: Promise<BlockMarket> | null = null
  #now = epochMs(0)

  constructor(parts: StoredParts) {
    this.#parts = parts
  }

  /** The second that is gone through. */
  get now(): EpochMs {
    return this.#now
  }

  /** Seconds of [from, to) come next. What they see is read when somebody asks. */
  begin(block: TimeRange): void {
    this.#block = block
    this.#seen = null
  }

  /** What the seconds of the block see. */
  seen(): Promise<BlockMarket> {
    return (this.#seen ??= this.#read())
  }

  async #read(): Promise<BlockMarket> {
    if (this.#block === null) throw new RangeError('asked before a span is gone through')
    const { market, reader, books } = this.#parts
    const asOf = { from: this.#block.from, to: epochMs(this.#block.to - SECOND) }
    const slice = await reader.slice(market, asOf)
    return { slice, book: books === null ? null : loadSymbolBookSlice(books, market, asOf) }
  }

  /** Every whole second of the block, each when the one before has been answered. */
  async play(): Promise<void> {
    const { from, to } = this.#block ?? NOTHING
    for (let second: number = from; second < to; second += SECOND) {
      this.#now = epochMs(second)
      await this.#listener?.(this.#now)
    }
  }

  status() {
    return { state: 'streaming', kind: 'replay', now: this.#now, clockSetBack: null } as const
  }

  async slice(): Promise<MarketSlice> {
    return (await this.seen()).slice
  }

  async at(): Promise<BookSlice | null> {
    return (await this.seen()).book
  }

  onSecond(_market: Market, listener: Listener): () => void {
    this.#listener = listener
    return () => {
      this.#listener = null
    }
  }
}
