// Order books recorded from the local exchange by a provider over a real store, beside what they truly were.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../../src/core/database.ts'
import type { EpochMs } from '../../src/core/time.ts'
import type { BookReport } from '../../src/market/book/book-report.ts'
import { BookStore } from '../../src/market/book/book-store.ts'
import { bookMigrations } from '../../src/market/book/schema.ts'
import type { TopSnapshot } from '../../src/market/book/top-snapshot.ts'
import { createExchangeSource } from '../../src/market/exchange/exchange-source.ts'
import { createDataProvider } from '../../src/market/live-provider.ts'
import type { DataProvider, MarketReader } from '../../src/market/provider.ts'
import { rangeOf } from '../../src/market/ranges.ts'
import { createMarketReader } from '../../src/market/reader.ts'
import { openMarketStore, type MarketStore } from '../../src/market/store/market-store.ts'
import { marketMigrations } from '../../src/market/store/schema.ts'
import type { Market } from '../../src/market/types.ts'
import type { LocalBinance } from './binance-server.ts'
import { recordedTops } from './book-tape.ts'
import { until } from '../patience.ts'

export class LiveBooks {
  readonly exchange: LocalBinance
  readonly market: Market
  readonly provider: DataProvider
  readonly books: BookStore
  readonly reader: MarketReader
  readonly store: MarketStore
  readonly faults: unknown[]
  /** Every state of the live book that was told, in order, without repeats; and every reason. */
  readonly states: string[] = []
  readonly reasons = new Set<string>()
  /** Seconds that are not compared. */
  doubtful = { from: 0, to: 0 }
  readonly #folder: string
  readonly #close: () => void
  readonly #watching: ReturnType<typeof setInterval>

  static async start(
    exchange: LocalBinance,
    venue = 'binance',
    silence = 4000,
    books: boolean | 'ccxt' = true,
  ): Promise<LiveBooks> {
    const folder = mkdtempSync(join(tmpdir(), 'annotate-books-'))
    const symbol = exchange.options.kind === 'spot' ? 'ETH/USDT' : 'ETH/USDT:USDT'
    const settings = exchange.settings()
    const source = await createExchangeSource({ exchange: venue, symbol, settings, silence, books })
    const migrations = [...marketMigrations, ...bookMigrations]
    const { sqlite, close } = openDatabase(join(folder, 'annotate.db'), migrations)
    const store = openMarketStore(sqlite)
    const bookStore = new BookStore(sqlite)
    const faults: unknown[] = []
    const reader = createMarketReader(store)
    const onFault = (error: unknown): void => void faults.push(error)
    const provider = createDataProvider({ store, reader, source, books: bookStore, onFault })
    const { market } = source
    const parts = { exchange, market, provider, books: bookStore, reader, store, faults, folder, close }
    const live = new LiveBooks(parts)
    await provider.start()
    return live
  }

  private constructor(parts: {
    exchange: LocalBinance
    market: Market
    provider: DataProvider
    books: BookStore
    reader: MarketReader
    store: MarketStore
    faults: unknown[]
    folder: string
    close: () => void
  }) {
    this.exchange = parts.exchange
    this.market = parts.market
    this.provider = parts.provider
    this.books = parts.books
    this.reader = parts.reader
    this.store = parts.store
    this.faults = parts.faults
    this.#folder = parts.folder
    this.#close = parts.close
    this.#watching = setInterval(() => this.#look(), 10)
  }

  get report(): BookReport {
    return this.provider.status().connection!.orderBook!
  }

  async stop(): Promise<void> {
    clearInterval(this.#watching)
    await this.provider.stop()
    this.#close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  until(what: string, is: () => boolean, limit = 40_000): Promise<void> {
    const state = () => [this.report, this.provider.status(), this.states, [...this.reasons]]
    return until(what, is, { limit, state })
  }

  /** Until `count` more seconds are recorded. */
  async seconds(count: number): Promise<void> {
    const before = this.recorded().length
    await this.until(`${count} seconds of books`, () => this.recorded().length >= before + count)
  }

  recorded(): TopSnapshot[] {
    return this.books.range(this.market, rangeOf(0, 1e14))
  }

  /** Seconds between the first recorded one and the last that are missing. */
  missing(): EpochMs[] {
    const times = this.recorded().map(({ time }) => time)
    const found = new Set<number>(times)
    const missing: EpochMs[] = []
    for (let second = times[0] ?? 0; second < (times.at(-1) ?? 0); second += 1000) {
      if (!found.has(second)) missing.push(second as EpochMs)
    }
    return missing
  }

  /** Recorded seconds whose ten best levels are not those of the derived file: none, if all is well. */
  differences(): string[] {
    const truth = recordedTops(this.exchange.options.kind)
    const { from, to } = this.doubtful
    const compared = this.recorded().filter(({ time }) => time < from || time >= to)
    return compared.flatMap(({ time, bids, asks }) => {
      const expected = truth.get(time + this.exchange.shift)
      const found = [...bids, ...asks].join(',')
      return found === expected ? [] : [`${time}: ${found} is not ${expected}`]
    })
  }

  #look(): void {
    const { state, reason } = this.report
    if (this.states.at(-1) !== state) this.states.push(state)
    if (reason !== null) this.reasons.add(reason)
  }
}
