// The DataProvider: stores what a source sends, decides every second once, and tells charts and inference.
import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../core/clock.ts'
import { AppError } from '../core/errors.ts'
import { floorTo, HOUR, MINUTE, SECOND, shift, type EpochMs } from '../core/time.ts'
import { BookRecorder } from './book/book-recorder.ts'
import type { BookStore } from './book/book-store.ts'
import { CandleFeed } from './candle-feed.ts'
import type { CandleUpdate, DataProvider, MarketReader, ProviderStatus, SourceState } from './provider.ts'
import { StreamWriter } from './stream-writer.ts'
import type { MarketSource } from './sources/source.ts'
import type { MarketStore } from './store/market-store.ts'
import type { Market, MarketEvent } from './types.ts'

/** A live second is decided this long after its grace at the latest, confirmed or not. */
const PATIENCE = 1000
/** Without a confirmation for this long a live source counts as stale. */
const STALE_AFTER = 5000

export interface ProviderOptions {
  readonly store: MarketStore
  readonly reader: MarketReader
  readonly source: MarketSource
  /** Where the order books that the source sends are recorded; without it they are not. */
  readonly books?: BookStore
  /** The source's clock. */
  readonly clock: Clock
  /** ms after a second at which it is decided. */
  readonly grace: number
  /** Told of what went wrong and was survived: a write that is tried again, a listener that threw, a source that broke off. */
  readonly onFault?: (error: unknown) => void
}

/** One market that moves. Live sources are stored as they come; a replay only moves as-of over what is stored. */
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
  readonly #options: ProviderOptions
  readonly #source: MarketSource
  readonly #feed: CandleFeed
  readonly #seconds = new Set<(second: EpochMs) => Promise<void>>()
  readonly #ends = new Set<(at: EpochMs) => void>()
  readonly #abort = new AbortController()
  #writer: StreamWriter | null = null
  #recorder: BookRecorder | null = null
  #running: Promise<unknown> = Promise.resolve()
  #asOf: EpochMs
  #confirmed: EpochMs | null = null
  #lastEvent: EpochMs | null = null
  #ended = false
  #late = new Map<EpochMs, EpochMs>()

  constructor(options: ProviderOptions) {
    const { clock, reader, source } = options
    this.#options = options
    this.#source = source
    this.clock = clock
    this.#asOf = floorTo(clock.now(), SECOND)
    this.#feed = new CandleFeed(reader, source.market)
    this.markets = () => reader.markets()
    this.candles = (request) => reader.candles(request)
    this.slice = (market, asOf, known) => reader.slice(market, asOf, known)
    this.stored = (market, timeframe) => reader.stored(market, timeframe)
    this.coverage = (market, timeframe) => reader.coverage(market, timeframe)
    this.trades = (market, range) => reader.trades(market, range)
  }

  asOf(): EpochMs {
    return this.#asOf
  }

  status(): ProviderStatus {
    const { kind, market, simulated, speed } = this.#source
    const now = this.clock.now()
    const lag = this.#confirmed === null ? null : Math.max(0, now - this.#confirmed)
    const lateSeconds = [...this.#late.values()].filter((at) => at > now - HOUR).length
    const lagMs = kind === 'replay' ? null : lag
    return {
      kind,
      market,
      simulated,
      speed,
      lastEvent: this.#lastEvent,
      lagMs,
      lateSeconds,
      bookSeconds: { ...(this.#recorder?.counts ?? { recorded: 0, late: 0 }) },
      state: this.#state(lagMs),
      connection: this.#source.report?.() ?? null,
    }
  }

  resolve(symbol?: string, venue?: string): Market {
    const served = this.#source.market
    const market = { venue: venue ?? served.venue, symbol: symbol ?? served.symbol }
    if (market.venue === served.venue && market.symbol === served.symbol) return served
    if (this.#options.store.find(market) !== null) return market
    throw unknownMarket(market, served, this.#options.store.markets())
  }

  onSecond(market: Market, listener: (second: EpochMs) => Promise<void>): () => void {
    const served = this.#source.market
    if (market.venue !== served.venue || market.symbol !== served.symbol) {
      throw unknownMarket(market, served, [])
    }
    this.#seconds.add(listener)
    return () => void this.#seconds.delete(listener)
  }

  onEnd(listener: (at: EpochMs) => void): () => void {
    this.#ends.add(listener)
    return () => void this.#ends.delete(listener)
  }

  onCandle(listener: (update: CandleUpdate) => void): () => void {
    return this.#feed.listen(listener)
  }

  async start(): Promise<void> {
    const { store, reader, grace } = this.#options
    const { market } = this.#source
    await this.#source.backfill?.(store)
    if (this.#source.kind === 'replay') this.#running = this.#pump()
    else {
      const filled = this.#source.backfill === undefined ? null : await reader.stored(market, '1s')
      const now = floorTo(this.clock.now(), SECOND)
      // Where the source could not fill the past up to now, nobody waits for the seconds since then.
      this.#asOf = Math.max(filled?.to ?? now, now - MINUTE) as EpochMs
      this.#writer = new StreamWriter(store, market, filled?.to ?? null, grace)
      this.#running = Promise.all([this.#recordBooks(), this.#pump(), this.#watch()])
    }
  }

  async stop(): Promise<void> {
    this.#abort.abort(new Error('The provider was stopped.'))
    await this.#running
  }

  async #recordBooks(): Promise<void> {
    const { books: store, onFault, source } = this.#options
    if (store === undefined) return
    this.#recorder = new BookRecorder({ store, market: source.market, onFault })
    if (source.pastBooks !== undefined)
      await this.#recorder.fill(source.pastBooks, this.#asOf, this.#abort.signal)
  }

  #state(lagMs: number | null): SourceState {
    if (this.#ended) return 'ended'
    if (this.#confirmed === null) return 'connecting'
    if (this.#source.report?.().connected === false) return 'stale'
    return lagMs !== null && lagMs > STALE_AFTER + this.#options.grace ? 'stale' : 'streaming'
  }

  async #pump(): Promise<void> {
    try {
      for await (const event of this.#source.events(this.#abort.signal)) {
        await this.#take(event)
        if (this.#abort.signal.aborted) return
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#fault(error)
    }
  }

  async #take(event: MarketEvent): Promise<void> {
    if (event.kind === 'trade') {
      this.#lastEvent = event.trade.time
      this.#writer?.add(event.trade)
    } else if (event.kind === 'book') this.#recorder?.take(event.snapshot, this.#asOf)
    else if (event.kind === 'confirmed') await this.#confirm(event.through, event.from)
    else {
      this.#ended = true
      for (const listener of this.#ends) this.#guard(() => listener(event.at))
    }
  }

  async #confirm(through: EpochMs, from?: EpochMs): Promise<void> {
    if (this.#writer !== null) {
      const late = this.#write(through, from)
      if (late === null) return
      for (const second of late) this.#late.set(second, this.clock.now())
      if (late.length > 0) await this.#feed.corrected(late, this.#asOf)
    }
    this.#confirmed = through
    this.#lastEvent = through
    if (this.#source.kind === 'replay' && this.#asOf >= through) await this.#decide(through)
    while (this.#asOf < through && !this.#abort.signal.aborted) await this.#decide(shift(this.#asOf, SECOND))
  }

  /** The seconds that late trades corrected; null where the write failed and is tried again with the next confirmation. */
  #write(through: EpochMs, from?: EpochMs): EpochMs[] | null {
    try {
      return this.#writer!.confirm(through, this.#asOf, this.clock.now(), from)
    } catch (error) {
      this.#fault(error)
      return null
    }
  }

  /** Decides seconds that a stalled source does not confirm, so that whoever waits for a second learns of the stall. */
  async #watch(): Promise<void> {
    const { signal } = this.#abort
    const delay = this.#options.grace + PATIENCE
    try {
      while (!this.#ended) {
        const next = shift(this.#asOf, SECOND)
        await this.clock.until(shift(next, delay), signal)
        await setImmediate(undefined, { signal })
        if (this.#asOf < next && this.clock.now() >= next + delay) await this.#decide(next)
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  async #decide(second: EpochMs): Promise<void> {
    this.#asOf = second
    const answers = [...this.#seconds].map((listener) => this.#answer(listener, second))
    if (this.#source.kind === 'replay') await Promise.all(answers)
    await this.#feed.second(second)
    for (const [late, at] of this.#late) if (at < second - HOUR) this.#late.delete(late)
  }

  async #answer(listener: (second: EpochMs) => Promise<void>, second: EpochMs): Promise<void> {
    try {
      await listener(second)
    } catch (error) {
      this.#fault(error)
    }
  }

  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#fault(error)
    }
  }

  #fault(error: unknown): void {
    this.#options.onFault?.(error)
  }
}

function unknownMarket(market: Market, served: Market, stored: readonly Market[]): AppError {
  const known = [served, ...stored]
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
