// One market's live messages through ccxt's WebSocket: opened again when it breaks, and asked whether it is alive when it is silent.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../core/clock.ts'
import type { CcxtClient, CcxtExchange, CcxtTrade } from './ccxt.ts'
import { brief, isTemporary } from './rest.ts'

const FIRST_PAUSE = 200
const LONGEST_PAUSE = 15_000
const LOOK = 100
/** A new connection without a message counts as subscribed after this long. */
const SETTLES = 1500

export interface StreamOptions<T> {
  readonly exchange: CcxtExchange
  /** One of ccxt's `watch…`: subscribes where that is due, and waits for the next messages. */
  readonly watch: () => Promise<T>
  /** The system's clock. */
  readonly system: Clock
  /** ms without a message or a pong after which the connection is taken for dead. */
  readonly silence: number
  readonly onMessages: (messages: T, arrivedAt: number) => void
  /** Its connection, where the exchange has several; and whether the subscription has left. By default the only one there is. */
  readonly client?: () => CcxtClient | undefined
  readonly hasSubscribed?: () => boolean
  /** What ends it; by default all of the exchange's connections are closed. */
  readonly close?: () => void
  /** Told of each break, and of each failure that the connection survives (`lost` false). */
  readonly onBreak?: (words: string, lost: boolean) => void
}

export type TradeStream = WatchedStream<readonly CcxtTrade[]>

export class WatchedStream<T> {
  readonly #options: StreamOptions<T>
  #heard = Number.NEGATIVE_INFINITY
  #openedAt: number | null = null
  /** ccxt makes another one for each connection. */
  #openedClient: CcxtClient | undefined
  #settledSince: number | null = null
  #hasSpoken = false
  #vouched = Number.NEGATIVE_INFINITY
  #failures = 0
  #isDropped = false
  /** ccxt stamps pongs by the machine's clock; the same by the system's, taken when it was new. */
  #pong = { machine: Number.NEGATIVE_INFINITY, system: Number.NEGATIVE_INFINITY }
  /** Grows with every connection that was opened. */
  epoch = 0
  reconnects = 0
  lastError: string | null = null

  constructor(options: StreamOptions<T>) {
    this.#options = options
  }

  get isOpen(): boolean {
    return this.#openedAt !== null
  }

  /** Open, and the subscription is certain or very likely to stand: a message came, or time enough has passed. */
  get isSettled(): boolean {
    if (this.#openedAt === null) return false
    if (this.#hasSpoken) return true
    const { system, hasSubscribed } = this.#options
    if (hasSubscribed?.() === false) this.#settledSince = null
    else this.#settledSince ??= system.now()
    return this.#settledSince !== null && system.now() - this.#settledSince >= SETTLES
  }

  /**
   * System time up to which nothing was missed as far as the connection shows: of the last message, or of a pong once a message has shown that
   * the subscription stands.
   */
  get heard(): number {
    return this.#hasSpoken ? this.#alive : this.#vouched
  }

  /** System time of the last message of this connection; null before the first. */
  get lastMessage(): number | null {
    return this.#hasSpoken ? this.#heard : null
  }

  /** REST has shown that the stream missed nothing before this system time. */
  vouch(instant: number): void {
    this.#vouched = instant
  }

  /** Ends the connection; it is opened anew. */
  drop(words: string): void {
    this.lastError = words
    this.#isDropped = true
    this.#client?.connection?.terminate()
  }

  /** Asks for a sign of life. */
  ping(): void {
    const connection = this.#client?.connection
    if (connection?.readyState === OPEN) connection.ping()
  }

  /** Until aborted; then the connection is closed. */
  async run(signal: AbortSignal): Promise<void> {
    const looking = setInterval(() => this.#look(), LOOK)
    const closeAll = (): void => void this.#options.exchange.close().catch(() => undefined)
    const close = this.#options.close ?? closeAll
    signal.addEventListener('abort', close, { once: true })
    const aborted = new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    )
    try {
      // One race for all messages: each would leave its reaction with `aborted`, which lasts as long as the stream.
      await Promise.race([this.#watchOn(signal), aborted])
    } finally {
      clearInterval(looking)
      this.#lost()
    }
  }

  async #watchOn(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) await this.#watch(signal)
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { watch, system, onMessages } = this.#options
    try {
      const messages = await watch()
      if (signal.aborted) return
      this.#opened()
      this.#hasSpoken = true
      this.#failures = 0
      this.#heard = system.now()
      onMessages(messages, this.#heard)
    } catch (error) {
      if (signal.aborted) return
      // That a connection we ended has ended says less than why.
      if (!this.#isDropped) this.lastError = brief(error)
      this.#isDropped = false
      // A message that could not be read fails the wait for the next one, not the connection.
      const isLost = isTemporary(error) || this.#client?.isConnected !== true
      this.#options.onBreak?.(this.lastError ?? brief(error), isLost)
      if (!isLost) return
      this.#lost()
      await this.#pause(signal)
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    this.#failures += 1
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(10, this.#failures - 1))
    try {
      await sleep(pause, undefined, { signal })
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  #opened(): void {
    if (this.#openedAt !== null && this.#client === this.#openedClient) return
    this.#openedClient = this.#client
    this.#settledSince = null
    this.#openedAt = this.#options.system.now()
    this.#hasSpoken = false
    this.#vouched = Number.NEGATIVE_INFINITY
    this.epoch += 1
    if (this.epoch > 1) this.reconnects += 1
  }

  #lost(): void {
    this.#openedAt = null
  }

  /** Notices an open connection without messages, and a dead one. */
  #look(): void {
    const client = this.#client
    const isNew = this.#openedAt === null || client !== this.#openedClient
    if (client?.connection?.readyState === OPEN && isNew) {
      this.#opened()
      this.#heard = this.#options.system.now()
    }
    if (this.#openedAt === null) return
    const silent = this.#options.system.now() - this.#alive
    if (silent > this.#options.silence) this.drop(`Nothing was heard for ${silent} ms.`)
    else if (silent > this.#options.silence / 4) this.ping()
  }

  /** System time of the last sign of life. */
  get #alive(): number {
    return Math.max(this.#heard, this.#lastPong)
  }

  get #lastPong(): number {
    const { system } = this.#options
    const machine = this.#client?.lastPong ?? Number.NEGATIVE_INFINITY
    if (machine !== this.#pong.machine) {
      this.#pong = { machine, system: system.fromMachine?.(machine) ?? machine }
    }
    return this.#pong.system
  }

  get #client(): CcxtClient | undefined {
    const { client, exchange } = this.#options
    return client === undefined ? Object.values(exchange.clients)[0] : client()
  }
}

/** WebSocket.OPEN */
const OPEN = 1
