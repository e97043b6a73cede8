// The DataProvider: every market that is followed, each a stream of its own over one store, and what is stored of others.
import { marketKey } from '../contract/market-name.ts'
import type { Clock } from '../core/clock.ts'
import { AppError } from '../core/errors.ts'
import type { EpochMs } from '../core/time.ts'
import { Turns } from '../core/turns.ts'
import type { BookStore } from './book/book-store.ts'
import type { CandleUpdate, DataProvider, EndOfStream, MarketReader, ProviderStatus } from './provider.ts'
import type { MarketSource } from './sources/source.ts'
import type { MarketStore } from './store/market-store.ts'
import { GroupCommit } from './streams/group-commit.ts'
import { MarketStream } from './streams/market-stream.ts'
import type { Market, TimeRange } from './types.ts'

export interface ProviderOptions {
  readonly store: MarketStore
  readonly reader: MarketReader
  /** The primary market's: what calls mean that name none. */
  readonly source: MarketSource
  /** Further markets that are followed from the start. */
  readonly others?: readonly MarketSource[]
  /** Where the order books that sources send are recorded; without it they are not. */
  readonly books?: BookStore
  /** Told of what went wrong and was survived: a write that is tried again, a listener that threw, a source that broke off. */
  readonly onFault?: (error: unknown) => void
}

/** Markets that move. Live sources are stored as they come; a replay only moves as-of over what is stored. */
export function createDataProvider(options: ProviderOptions): DataProvider {
  return new LiveProvider(options)
}

class LiveProvider implements DataProvider {
  readonly clock: Clock
  readonly markets: MarketReader['markets']
  readonly candles: MarketReader['candles']
  readonly slice: MarketReader['slice']
  readonly stored: MarketReader['stored']
  readonly coverage: MarketReader['coverage']
  readonly trades: MarketReader['trades']
  readonly takesNegativePrices: MarketReader['takesNegativePrices']
  readonly notPositive: MarketReader['notPositive']
  readonly #options: ProviderOptions
  readonly #commits: GroupCommit
  readonly #pasts = new Turns()
  #primary: MarketStream
  readonly #streams = new Map<string, MarketStream>()
  readonly #candles = new Set<(update: CandleUpdate) => void>()
  readonly #everySecond = new Set<(market: Market, second: EpochMs) => Promise<void>>()
  #isOver = false
  readonly #ends = new Set<(end: EndOfStream) => void>()

  constructor(options: ProviderOptions) {
    const { reader, source, others = [] } = options
    this.#options = options
    this.#commits = new GroupCommit(options.store, () => this.#streams.size === 1)
    this.#primary = this.#add(source)
    for (const other of others) this.#add(other)
    this.clock = source.clock
    this.markets = () => reader.markets()
    this.candles = (request) => reader.candles(request)
    this.slice = (market, asOf, known) => reader.slice(market, asOf, known)
    this.stored = (market, timeframe) => reader.stored(market, timeframe)
    this.coverage = (market, timeframe) => reader.coverage(market, timeframe)
    this.trades = (market, range) => reader.trades(market, range)
    this.takesNegativePrices = (market) => reader.takesNegativePrices(market)
    this.notPositive = (market, timeframe, from) => reader.notPositive(market, timeframe, from)
  }

  asOf(market?: Market): EpochMs {
    return this.#stream(market).asOf
  }

  status(market?: Market): ProviderStatus {
    return this.#stream(market).status()
  }

  statusOf(market: Market): ProviderStatus | null {
    return this.#streams.get(marketKey(market))?.status() ?? null
  }

  statuses(): ProviderStatus[] {
    return [...this.#streams.values()].map((stream) => stream.status())
  }

  past(market: Market): MarketSource['past'] {
    return this.#streams.get(marketKey(market))?.source.past
  }

  async recallBooks(market: Market, range: TimeRange): Promise<void> {
    await this.#streams.get(marketKey(market))?.recallBooks(range)
  }

  resolve(symbol?: string, venue?: string): Market {
    const primary = this.#primary.market
    const followed = [...this.#streams.values()].map((stream) => stream.market)
    const isMeant = (market: Market): boolean =>
      market.symbol === (symbol ?? primary.symbol) && (venue === undefined || market.venue === venue)
    const found = followed.find(isMeant)
    if (found !== undefined) return found
    const market = { venue: venue ?? primary.venue, symbol: symbol ?? primary.symbol }
    if (this.#options.store.find(market) !== null) return market
    throw unknownMarket(market, followed, this.#options.store.markets())
  }

  onSecond(market: Market, listener: (second: EpochMs) => Promise<void>): () => void {
    return this.#stream(market).onSecond(listener)
  }

  onEverySecond(listener: (market: Market, second: EpochMs) => Promise<void>): () => void {
    this.#everySecond.add(listener)
    return () => void this.#everySecond.delete(listener)
  }

  onEnd(listener: (end: EndOfStream) => void): () => void {
    this.#ends.add(listener)
    return () => void this.#ends.delete(listener)
  }

  onCandle(listener: (update: CandleUpdate) => void): () => void {
    this.#candles.add(listener)
    return () => void this.#candles.delete(listener)
  }

  async start(): Promise<void> {
    const [primary, ...others] = this.#streams.values()
    for (const other of others) this.#startLater(other)
    await primary?.start()
  }

  follow(source: MarketSource): void {
    this.#startLater(this.#add(source))
  }

  async replace(source: MarketSource): Promise<void> {
    const before = this.#streams.get(marketKey(source.market))
    await before?.stop()
    if (this.#isOver) return source.close?.()
    const stream = this.#add(source, before?.listeners)
    if (before === this.#primary) this.#primary = stream
    await stream.start()
  }

  async unfollow(market: Market): Promise<void> {
    const stream = this.#streams.get(marketKey(market))
    if (stream === undefined || stream === this.#primary) return
    this.#streams.delete(marketKey(market))
    await stream.stop()
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await Promise.all([...this.#streams.values()].map((stream) => stream.stop()))
  }

  #add(source: MarketSource, listeners?: MarketStream['listeners']): MarketStream {
    const { store, reader, books, onFault } = this.#options
    const stream = new MarketStream(source, {
      store,
      reader,
      commits: this.#commits,
      pasts: this.#pasts,
      ...(books === undefined ? {} : { books }),
      ...(onFault === undefined ? {} : { onFault }),
      ...(listeners === undefined ? {} : { listeners }),
      isWatched: () => this.#candles.size > 0,
      onCandle: (update) => {
        for (const listener of this.#candles) listener(update)
      },
      onSecond: async (market, second) => {
        await Promise.all([...this.#everySecond].map((listener) => listener(market, second)))
      },
      onEnd: (market, at) => {
        for (const listener of this.#ends) listener({ market, at })
      },
    })
    this.#streams.set(marketKey(source.market), stream)
    return stream
  }

  /** The past of a further market is fetched while the others move. */
  #startLater(stream: MarketStream): void {
    stream.start().catch((error: unknown) => this.#options.onFault?.(error))
  }

  /** @throws AppError `market_not_live` */
  #stream(market?: Market): MarketStream {
    if (market === undefined) return this.#primary
    const stream = this.#streams.get(marketKey(market))
    if (stream !== undefined) return stream
    throw notFollowed(
      market,
      [...this.#streams.values()].map((each) => each.market),
    )
  }
}

function notFollowed(market: Market, followed: readonly Market[]): AppError {
  const list = followed.map(({ venue, symbol }) => `${symbol} of ${venue}`).join(', ')
  return new AppError(
    'market_not_live',
    `${market.symbol} of ${market.venue} is not followed by this server, which follows ${list}. Follow it with POST /api/markets, or choose one of these.`,
    { status: 409, field: 'symbol' },
  )
}

function unknownMarket(market: Market, followed: readonly Market[], stored: readonly Market[]): AppError {
  const known = [...followed, ...stored]
  const venueKnown = known.some(({ venue }) => venue === market.venue)
  const list = known.map(({ venue, symbol }) => `${symbol} on ${venue}`)
  const names = `Known: ${[...new Set(list)].join(', ')}.`
  return venueKnown
    ? new AppError('unknown_symbol', `There is no ${market.symbol} on ${market.venue}. ${names}`, {
        status: 404,
        field: 'symbol',
      })
    : new AppError('unknown_venue', `There is no venue ${market.venue}. ${names}`, {
        status: 404,
        field: 'venue',
      })
}
