// An exchange that is open once for all its markets that stream: one connection where ccxt shares it, one clock, one rate limit.
import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../core/clock.ts'
import { elapsedClock } from '../../core/steady-clock.ts'
import { MINUTE } from '../../core/time.ts'
import type { CcxtClient, CcxtExchange, CcxtMarket, CcxtTrade } from './ccxt.ts'
import { marketOf, openBeside, openExchange, type OpenExchange } from './connect.ts'
import { ExchangeClock, type TimeAnswer } from './exchange-clock.ts'
import { Rest } from './rest.ts'
import type { ExchangeSettings } from './settings.ts'

const CLOCK_QUESTIONS = 4
const CLOCK_EVERY = 5 * MINUTE
const ATTEMPTS = 4
const UNWATCH_AFTER = 1000
/** An exchange that does not answer an unsubscription for so long has taken it. */
const UNWATCHED_AFTER = 3000

/** One market's hold on an exchange. */
export interface Lease {
  readonly shared: SharedExchange
  readonly market: CcxtMarket
  /** The last one closes the connections. Again changes nothing. */
  release(): void
}

/** The exchanges that one process has open, each once for spot markets and once for contracts. */
export class ExchangePool {
  readonly #settings: ExchangeSettings
  readonly #system: Clock
  readonly #open = new Map<string, Promise<SharedExchange>>()

  constructor(settings: ExchangeSettings, system: Clock = elapsedClock()) {
    this.#settings = settings
    this.#system = system
  }

  /** @throws AppError `unknown_exchange`, `unknown_symbol` (404), `unsupported_market`, `exchange_unreachable`, `exchange_refused` */
  async acquire(id: string, symbol: string): Promise<Lease> {
    const key = `${id} ${symbol.includes(':')}`
    const opening = this.#open.get(key) ?? this.#begin(key, id, symbol)
    const shared = await opening
    shared.users += 1
    let isHeld = true
    const release = (): void => {
      if (!isHeld) return
      isHeld = false
      shared.users -= 1
      if (shared.users > 0) return shared.unwatchSoon(symbol)
      this.#open.delete(key)
      shared.close()
    }
    try {
      return { shared, market: marketOf(shared, symbol), release }
    } catch (error) {
      release()
      throw error
    }
  }

  #begin(key: string, id: string, symbol: string): Promise<SharedExchange> {
    const opening = SharedExchange.open(id, this.#settings, symbol.includes(':'), this.#system)
    this.#open.set(key, opening)
    opening.catch(() => this.#open.delete(key))
    return opening
  }
}

export class SharedExchange {
  readonly exchange: CcxtExchange
  readonly markets: OpenExchange['markets']
  readonly clock: ExchangeClock
  readonly system: Clock
  /** One more instance with the same markets, for connections of its own; told of messages that are no JSON. */
  readonly beside: (onMalformed: () => void) => Promise<CcxtExchange>
  /** Messages that are no JSON. */
  malformed = 0
  users = 0
  /** What is being asked for, as the connection that serves it is looked up. */
  readonly #asking = new AsyncLocalStorage<string>()
  readonly #wondering = new Set<string>()
  readonly #watched = new Set<string>()
  readonly #leaving = new Map<string, Promise<unknown>>()
  readonly #clients = new Map<string, CcxtClient>()
  readonly #sending = new WeakMap<CcxtClient, number>()
  #timer: ReturnType<typeof setInterval> | undefined

  static async open(
    id: string,
    settings: ExchangeSettings,
    isContract: boolean,
    system: Clock,
  ): Promise<SharedExchange> {
    let shared: SharedExchange | null = null
    const open = await openExchange(id, settings, isContract, () => {
      if (shared !== null) shared.malformed += 1
    })
    shared = new SharedExchange(open, system, (told) => openBeside(open.exchange, settings, isContract, told))
    await shared.measureClock()
    return shared
  }

  private constructor({ exchange, markets }: OpenExchange, system: Clock, beside: SharedExchange['beside']) {
    this.beside = beside
    this.exchange = exchange
    this.markets = markets
    this.system = system
    this.clock = new ExchangeClock(system)
    this.#followClients()
    this.#timer = setInterval(() => {
      this.measureClock().catch(() => undefined)
    }, CLOCK_EVERY)
    this.#timer.unref()
  }

  /** The next trades of a symbol; subscribes where that is due. */
  async watchTrades(symbol: string): Promise<readonly CcxtTrade[]> {
    this.#watched.add(symbol)
    // A subscription that is being ended cannot be begun: ccxt would take it for standing.
    const leaving = this.#leaving.get(symbol)
    if (leaving !== undefined) {
      await leaving
      this.#leaving.delete(symbol)
    }
    const watch = (): Promise<readonly CcxtTrade[]> => this.exchange.watchTrades(symbol)
    const trades = await (this.clientOf(symbol) === undefined ? this.#asked(symbol, watch) : watch())
    const taken = [...trades]
    // ccxt would keep them, and move all it keeps for each that comes.
    this.exchange.trades?.[symbol]?.clear()
    return taken
  }

  /** The connection that serves a symbol; undefined while there is none. */
  clientOf(symbol: string): CcxtClient | undefined {
    const client = this.#clients.get(symbol)
    return client !== undefined && this.exchange.clients[client.url] === client ? client : undefined
  }

  /** Whether all subscriptions of the symbol's connection have left: ccxt sends them at the pace that the exchange allows. */
  hasSubscribed(symbol: string): boolean {
    const client = this.clientOf(symbol)
    return client !== undefined && (this.#sending.get(client) ?? 0) === 0
  }

  /** Ends one subscription, unless it is wanted again or all end; others on the same connection go on. */
  unwatchSoon(symbol: string): void {
    if (this.exchange.has['unWatchTrades'] !== true) return
    this.#watched.delete(symbol)
    const unwatch = (): void => {
      if (this.users === 0 || this.#watched.has(symbol)) return
      const leaving = this.exchange.unWatchTrades(symbol).catch(() => undefined)
      this.#leaving.set(symbol, Promise.race([leaving, sleep(UNWATCHED_AFTER, undefined, { ref: false })]))
    }
    setTimeout(unwatch, UNWATCH_AFTER).unref()
  }

  close(): void {
    clearInterval(this.#timer)
    this.exchange.close().catch(() => undefined)
  }

  /** Measures the offset of the exchange's clock; an exchange that does not tell its time is judged by its trades alone. */
  async measureClock(): Promise<void> {
    const { exchange, system } = this
    if (exchange.has['fetchTime'] !== true) return
    const rest = new Rest({ exchange, onTrouble: () => undefined })
    const answers: TimeAnswer[] = []
    for (let question = 0; question < CLOCK_QUESTIONS; question += 1) {
      await rest.ask('time', ATTEMPTS, new AbortController().signal, async () => {
        const asked = system.now()
        const time = await exchange.fetchTime()
        if (time !== undefined) answers.push({ asked, answered: system.now(), exchange: time })
      })
    }
    this.clock.measure(answers)
  }

  /** ccxt finds a connection by its address, which only it knows: it is watched as it does. */
  #followClients(): void {
    const { exchange } = this
    const find = exchange.client.bind(exchange)
    const client = (url: string): CcxtClient => {
      const isNew = exchange.clients[url] === undefined
      const found = find(url)
      if (isNew) this.#countSends(found)
      const symbol = this.#asking.getStore()
      if (symbol !== undefined) this.#found(symbol, found)
      return found
    }
    Object.assign(exchange, { client })
  }

  /** So that the connection which serves a symbol becomes known. */
  #asked<T>(symbol: string, work: () => Promise<T>): Promise<T> {
    this.#wondering.add(symbol)
    return this.#asking.run(symbol, work)
  }

  #found(symbol: string, client: CcxtClient): void {
    this.#clients.set(symbol, client)
    this.#wondering.delete(symbol)
    // Following what is asked slows down every promise of the process.
    if (this.#wondering.size === 0) setImmediate(() => this.#wondering.size === 0 && this.#asking.disable())
  }

  #countSends(client: CcxtClient): void {
    const { throttle } = client
    if (throttle === undefined) return
    const count = (by: number): void => {
      this.#sending.set(client, (this.#sending.get(client) ?? 0) + by)
    }
    client.throttle = async (cost) => {
      count(1)
      try {
        await throttle(cost)
      } finally {
        count(-1)
      }
    }
  }
}
