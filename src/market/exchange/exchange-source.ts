// A real market as a source: an exchange's trades, confirmed second by second while the connection is alive, with its candles behind them.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../core/clock.ts'
import { floorTo, MINUTE, SECOND, shift, type EpochMs } from '../../core/time.ts'
import type { MarketEvent } from '../sources/market-event.ts'
import type { MarketSource, ConnectionReport } from '../sources/source.ts'
import type { MarketStore } from '../store/market-store.ts'
import type { Market } from '../types.ts'
import {
  KEEP_AFTER,
  KEPT_AT_START,
  KEPT_WHILE_STREAMING,
  keepCandles,
  type KeeperRequest,
} from './candle-keeper.ts'
import type { CcxtExchange, CcxtMarket, CcxtTrade } from './ccxt.ts'
import type { ExchangeClock } from './exchange-clock.ts'
import { JoinedTrades } from './joined-trades.ts'
import { LagMeter } from './lag-meter.ts'
import { LiveOrderBook } from './live-order-book.ts'
import { countUp, printsOf } from './prints.ts'
import { ExchangePast } from './past-on-demand.ts'
import { profileOf } from './profiles.ts'
import { Rest } from './rest.ts'
import type { ExchangeSettings } from './settings.ts'
import { ExchangePool, type Lease } from './shared-exchange.ts'
import { WatchedStream, type TradeStream } from './watched-stream.ts'

const GRACE = { least: 250, most: 1000 }
/** A connection that is silent for so long, pings included, is opened anew. */
const SILENCE = 8000
const LOOK = 20
/** While trades are fetched, books are looked after so often; they wait so long for the trades of their second. */
const LOOK_FOR_BOOKS = 100
const BOOKS_WAIT = 100
const ATTEMPTS = 4

export interface ExchangeSourceOptions {
  /** ccxt's id; the venue. */
  readonly exchange: string
  readonly symbol: string
  readonly settings?: ExchangeSettings
  /** Shared with the exchange's other markets; one of its own, reached by `settings`, where there is none. */
  readonly pool?: ExchangePool
  /** The pool's unless told. */
  readonly clock?: Clock
  /** ms without a sign of life after which the connection is opened anew. */
  readonly silence?: number
  /** Whether the order book is streamed too, where the exchange streams it; default true. `ccxt`: never by our own rules. */
  readonly books?: boolean | 'ccxt'
}

/**
 * Loads the exchange and its markets and measures its clock.
 * @throws AppError `unknown_exchange`, `unknown_symbol` (404), `unsupported_market`, `exchange_unreachable`, `exchange_refused`
 */
export async function createExchangeSource(options: ExchangeSourceOptions): Promise<MarketSource> {
  const { exchange, symbol, settings = {}, clock } = options
  const pool = options.pool ?? new ExchangePool(settings, clock)
  const lease = await pool.acquire(exchange, symbol)
  let source: ExchangeSource | null = null
  const streaming = await forBooks(lease, options, () => source?.books?.countMalformed())
  source = new ExchangeSource(lease, options, streaming)
  return source
}

/** Null where the order book is not wanted, or the exchange does not stream it. */
async function forBooks(
  { shared }: Lease,
  { books = true }: ExchangeSourceOptions,
  onMalformed: () => void,
): Promise<CcxtExchange | null> {
  return books !== false && shared.exchange.has['watchOrderBook'] === true ? shared.beside(onMalformed) : null
}

class ExchangeSource implements MarketSource {
  readonly kind = 'exchange'
  readonly simulated = false
  readonly speed = 1
  readonly grace = GRACE.least
  readonly market: Market
  readonly clock: ExchangeClock
  readonly past: ExchangePast
  readonly books: LiveOrderBook | null
  readonly #lease: Lease
  readonly #facts: CcxtMarket
  readonly #rest: Rest
  readonly #stream: TradeStream
  readonly #trades: JoinedTrades
  readonly #lags = new LagMeter(GRACE)
  readonly #places = new Map<number, number>()
  #store: MarketStore | null = null
  #stamp: (() => EpochMs) | null = null
  #malformed = 0
  #trouble: string | null = null

  constructor(lease: Lease, options: ExchangeSourceOptions, streaming: CcxtExchange | null) {
    const { shared, market: facts } = lease
    const { clock: system = shared.system, silence = SILENCE } = options
    const { exchange } = shared
    this.#lease = lease
    this.#facts = facts
    this.market = { venue: options.exchange, symbol: facts.symbol }
    this.clock = shared.clock
    this.#rest = new Rest({ exchange, onTrouble: (words) => this.#say(words) })
    this.#stream = new WatchedStream<readonly CcxtTrade[]>({
      exchange,
      watch: () => shared.watchTrades(facts.symbol),
      client: () => shared.clientOf(facts.symbol),
      hasSubscribed: () => shared.hasSubscribed(facts.symbol),
      close: () => lease.release(),
      system,
      silence,
      onMessages: (raw, arrived) => this.#arrived(raw, arrived),
    })
    this.#trades = new JoinedTrades({
      rest: this.#rest,
      facts,
      market: this.market,
      profile: profileOf(exchange.id),
      clock: this.clock,
      system,
      stream: this.#stream,
      store: () => this.#store,
    })
    const { market, clock } = this
    const ofBooks = { exchange, facts, market, clock, system, silence, byCcxt: options.books === 'ccxt' }
    this.books = streaming === null ? null : new LiveOrderBook({ ...ofBooks, streaming })
    const request = (signal: AbortSignal): KeeperRequest => this.#keeping(signal)
    this.past = new ExchangePast({ market: this.market, store: () => this.#store, request })
  }

  report(): ConnectionReport {
    const [p50, p99] = [this.#lags.quantile(0.5), this.#lags.quantile(0.99)]
    const { isOpen, reconnects, lastError } = this.#stream
    return {
      connected: isOpen,
      graceMs: this.#lags.grace(),
      clockOffsetMs: Math.round(this.clock.offset + (this.#lease.shared.system.fromMachine?.(0) ?? 0)) + 0,
      clockDoubted: this.clock.isDoubted,
      tradeLagMs: p50 === null || p99 === null ? null : { p50, p99 },
      reconnects,
      holesFilled: this.#trades.holesFilled,
      gaps: this.#trades.gaps,
      malformed: this.#malformed + this.#lease.shared.malformed,
      trouble: isOpen ? this.#trouble : (lastError ?? this.#trouble),
      orderBook: this.books?.report() ?? null,
    }
  }

  close(): void {
    this.#lease.release()
  }

  async backfill(
    store: MarketStore,
    signal = new AbortController().signal,
    stamp?: () => EpochMs,
  ): Promise<void> {
    this.#store = store
    this.#stamp = stamp ?? null
    const request = this.#keeping(signal)
    const isWhole = await keepCandles(store, this.market, request, KEPT_AT_START, (words) => this.#say(words))
    if (isWhole) this.#trouble = null
  }

  async *events(signal: AbortSignal): AsyncGenerator<MarketEvent> {
    const ending = new AbortController()
    const end = AbortSignal.any([signal, ending.signal])
    const running = Promise.all([this.#stream.run(end), this.#keep(end), this.books?.run(end)])
    running.catch((error: unknown) => this.#say(String(error)))
    try {
      yield* this.#follow(end)
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      ending.abort()
      await running.catch(() => undefined)
    }
  }

  async *#follow(signal: AbortSignal): AsyncGenerator<MarketEvent> {
    const { market } = this
    let confirmed: EpochMs | null = null
    let begins: EpochMs | null = null
    let first: EpochMs | null = null
    while (!signal.aborted) {
      const joining = this.#trades.join(confirmed, signal)
      for await (const _ of ticksUntil(joining, LOOK_FOR_BOOKS)) yield* this.#booksAlone(confirmed)
      begins = (await joining) ?? begins
      const through = await this.#nextMark(begins ?? confirmed, signal)
      if (through === null || !this.#trades.isWhole) {
        yield* this.#booksAlone(confirmed)
        continue
      }
      first ??= begins
      for (const trade of this.#trades.take(through)) {
        if (first === null || trade.time >= first) yield { kind: 'trade', market, trade }
      }
      yield* this.#booksThrough(through, confirmed)
      yield { kind: 'confirmed', market, through, ...(begins === null ? {} : { from: begins }) }
      this.#trouble = null
      confirmed = through
      begins = null
    }
  }

  *#booksThrough(second: EpochMs, confirmed: EpochMs | null): Generator<MarketEvent> {
    const { market } = this
    for (const snapshot of this.books?.take(second, confirmed) ?? []) yield { kind: 'book', market, snapshot }
  }

  /** Books whose second the trades have not confirmed in time: they leave before it is decided without them. */
  #booksAlone(confirmed: EpochMs | null): Generator<MarketEvent> {
    return this.#booksThrough(floorTo(this.clock.now() - this.#lags.grace() - BOOKS_WAIT, SECOND), confirmed)
  }

  /**
   * Waits for the next second, and answers with the last one that may be confirmed: grace has passed, and the connection was alive at its end or
   * later. Null: look again.
   */
  async #nextMark(after: EpochMs | null, signal: AbortSignal): Promise<EpochMs | null> {
    const grace = this.#lags.grace()
    const earliest = after ?? floorTo(this.clock.now(), SECOND)
    const due = Math.max(floorTo(this.clock.now() - grace, SECOND), earliest + SECOND) as EpochMs
    await this.clock.until(shift(due, grace), signal)
    const { isOpen, heard, lastMessage } = this.#stream
    if (isOpen && this.clock.fromSystem(heard) >= due) return due
    if (isOpen && lastMessage === null) await this.#trades.audit(signal)
    else this.#stream.ping()
    await sleep(LOOK, undefined, { signal })
    return null
  }

  #arrived(raw: readonly CcxtTrade[], arrived: number): void {
    const at = this.clock.fromSystem(arrived)
    if (this.#places.size > 1000) this.#places.clear()
    const { trades, refused } = printsOf(raw, this.#facts, at, (time) => countUp(this.#places, time))
    this.#malformed += refused
    for (const { time } of trades) {
      this.clock.witness(time, arrived)
      this.#lags.add(at - time)
    }
    this.#trades.add(trades)
  }

  #keeping(signal: AbortSignal): KeeperRequest {
    const { exchange } = this.#rest
    const now = (): EpochMs => this.clock.now()
    return {
      rest: this.#rest,
      market: this.#facts,
      profile: profileOf(exchange.id),
      attempts: ATTEMPTS,
      now,
      stamp: this.#stamp ?? now,
      signal,
    }
  }

  async #keep(signal: AbortSignal): Promise<void> {
    const store = this.#store
    if (store === null) return
    while (!signal.aborted) {
      const next = floorTo(this.clock.now(), MINUTE) + MINUTE + KEEP_AFTER
      try {
        await this.clock.until(next as EpochMs, signal)
        const say = (words: string): void => this.#say(words)
        await keepCandles(store, this.market, this.#keeping(signal), KEPT_WHILE_STREAMING, say)
      } catch (error) {
        if (!signal.aborted) this.#say(String(error))
      }
    }
  }

  #say(words: string): void {
    this.#trouble = words
  }
}

/**
 * Ticks every so many ms until a promise has come to an end; the timer keeps no process. The promise is asked once: joining may outlast a long
 * outage, and each question would stay with it.
 */
async function* ticksUntil(promise: Promise<unknown>, ms: number): AsyncGenerator<void> {
  const waiting = { isOver: false, wake: (): void => undefined }
  const end = (): void => {
    waiting.isOver = true
    waiting.wake()
  }
  promise.then(end, end)
  while (!waiting.isOver) {
    await new Promise<void>((resolve) => {
      waiting.wake = resolve
      setTimeout(resolve, ms).unref()
    })
    if (!waiting.isOver) yield
  }
}
