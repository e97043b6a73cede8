// A local exchange that speaks Binance's REST and WebSocket protocol (spot, or USD-M futures) to ccxt, from a tape, and fails on demand.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import type { ExchangeSettings } from '../../src/market/exchange/settings.ts'
import { answerRest } from './binance-rest.ts'
import { BookTape, type BookKind } from './book-tape.ts'
import {
  aggregate,
  hasRecording,
  madeUpTape,
  recordedFutures,
  recordedTape,
  retimed,
  type AggregateTrade,
} from './tape.ts'

export interface LocalBinanceOptions {
  /** How long the tape has run when the exchange opens, ms. */
  readonly past?: number
  /** How much faster than recorded. */
  readonly speed?: number
  /** The exchange's clock less the system's, ms. */
  readonly clockOffset?: number
  /** What GET /time says on top of the exchange's clock. */
  readonly lie?: number
  /** ms from a trade to its message. */
  readonly latency?: number
  /** Connections are closed after so many ms, as Binance does after 24 h. */
  readonly connectionLife?: number
  /** What is traded; the first is what `trades` and faults mean. Others have the same tape at another price, a little later. */
  readonly symbols?: readonly string[]
  /** Which recording, and which protocol. */
  readonly kind?: BookKind
}

const FIRST_ID = 1_130_000_000
const STEP_MS = 10

interface Tape {
  readonly trades: readonly AggregateTrade[]
  next: number
}

/** One subscriber: its streams, and what is held back from it. */
interface Subscriber {
  readonly socket: WebSocket
  readonly streams: Set<string>
  held: string[]
}

export class LocalBinance {
  readonly trades: readonly AggregateTrade[]
  readonly options: Readonly<Required<LocalBinanceOptions>>
  /** Answers every REST request so, as often as `times` says. */
  refusal: { status: number; times: number; retryAfter?: number; path?: string } | null = null
  /** Prints with a smaller id are gone from REST. */
  oldestId = 0
  /** No message and no pong leaves. */
  stalled = false
  /** REST does not answer either. */
  isDown = false
  /** REST takes questions and leaves them without an answer. */
  isSilent = false
  /** Subscriptions that are answered and then forgotten: of any stream, or of one whose name has `deafTo` in it. */
  deaf = 0
  deafTo = ''
  /** Order books go on, and no message says so; the connection answers. */
  mute = false
  /** Of the first symbol. */
  readonly books: BookTape
  /** From the tape's time to the recording's, ms: whole seconds, at speed 1. */
  readonly shift: number
  requests: string[] = []
  connections = 0
  /** Of which so many are of trades; each order book has one of its own. */
  tradeConnections = 0
  #jumped = 0
  readonly #tapes = new Map<string, Tape>()
  #drop = 0
  #double = 0
  #swap = 0
  #garbage = 0
  #swapped: AggregateTrade | null = null
  readonly #server: Server
  readonly #sockets: WebSocketServer
  readonly #subscribers = new Set<Subscriber>()
  #timer: ReturnType<typeof setInterval> | undefined
  #port = 0

  constructor(options: LocalBinanceOptions = {}) {
    this.options = {
      past: 200_000,
      speed: 1,
      clockOffset: 0,
      lie: 0,
      latency: 15,
      connectionLife: Number.POSITIVE_INFINITY,
      symbols: ['ETHUSDT'],
      kind: 'spot',
      ...options,
    }
    const { kind, speed, past, symbols } = this.options
    const recording = kind === 'spot' ? recordedTape : recordedFutures
    const tape = hasRecording ? recording() : madeUpTape()
    const origin = tape[0]!.time
    const begin = this.now() - past
    // Whole seconds of the recording are whole seconds here.
    const start = begin - ((begin - origin) % 1000)
    this.shift = origin - start
    this.books = new BookTape({
      kind,
      symbol: symbols[0]!,
      origin,
      move: (time) => Math.floor(start + (time - origin) / speed),
    })
    this.books.advance(this.now() - this.options.latency)
    const first = aggregate(retimed(tape, start, speed), FIRST_ID)
    this.options.symbols.forEach((symbol, index) => {
      const trades = index === 0 ? first : first.map((trade) => likeOf(trade, index))
      this.#tapes.set(symbol, { trades, next: this.#happened(trades) })
    })
    this.trades = this.tradesOf(this.options.symbols[0]!)
    this.#server = createServer((request, response) => this.#rest(request, response))
    this.#sockets = new WebSocketServer({ server: this.#server, autoPong: false })
    this.#sockets.on('connection', (socket, request) => this.#connected(socket, request))
  }

  /** The exchange's clock. */
  now(): number {
    return Date.now() + this.options.clockOffset + this.#jumped
  }

  /** So much time passes at once, with all that happens in it. */
  jump(ms: number): void {
    this.#jumped += ms
  }

  has(symbol: string): boolean {
    return this.#tapes.has(symbol)
  }

  tradesOf(symbol: string): readonly AggregateTrade[] {
    return this.#tapes.get(symbol)?.trades ?? []
  }

  /** Trades that have happened by now; or before an instant. */
  past(before = this.now(), symbol = this.options.symbols[0]!): readonly AggregateTrade[] {
    return this.tradesOf(symbol).filter(({ time }) => time < before)
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (this.#server.address() as AddressInfo).port
    this.#timer = setInterval(() => this.#feed(), STEP_MS)
    return this
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.disconnect()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** What brings ccxt here; a spot stream is known to it by `/stream` in the address. */
  settings(): ExchangeSettings {
    const rest = `http://127.0.0.1:${this.#port}/api/v3`
    const stream = `ws://127.0.0.1:${this.#port}/stream/ws`
    const spot = { public: rest, v1: rest, ws: { spot: stream } }
    const futuresRest = `http://127.0.0.1:${this.#port}/fapi/v1`
    const futures = { fapiPublic: futuresRest, ws: { future: `ws://127.0.0.1:${this.#port}/ws` } }
    return {
      urls: { api: this.options.kind === 'spot' ? spot : futures },
      rateLimit: 1,
      timeout: 5000,
    }
  }

  /** Every connection is cut, without a closing word. */
  disconnect(): void {
    for (const { socket } of this.#subscribers) socket.terminate()
    this.#subscribers.clear()
  }

  /** Down for so long at least, and until enough has happened: trades go on, nobody hears of them. */
  async outage(ms: number, enough: () => boolean = () => true): Promise<void> {
    this.isDown = true
    this.disconnect()
    do {
      await new Promise((resolve) => {
        setTimeout(resolve, ms)
      })
    } while (!enough())
    this.isDown = false
  }

  /** Messages that were held back by a stall leave now. */
  release(): void {
    this.stalled = false
    for (const subscriber of this.#subscribers) {
      for (const text of subscriber.held) subscriber.socket.send(text)
      subscriber.held = []
    }
  }

  /** Faults of the next messages of trades: how many never leave, leave twice, change places, or are no JSON. */
  spoil({ drop = 0, double = 0, swap = 0, garbage = 0 }): void {
    this.#drop += drop
    this.#double += double
    this.#swap += swap
    this.#garbage += garbage
  }

  /** Faults that have not happened yet. */
  get pending(): number {
    return this.#drop + this.#double + this.#swap + this.#garbage + (this.#swapped === null ? 0 : 1)
  }

  #happened(trades: readonly AggregateTrade[]): number {
    const now = this.now() - this.options.latency
    const next = trades.findIndex(({ time }) => time > now)
    return next === -1 ? trades.length : next
  }

  #feed(): void {
    const now = this.now() - this.options.latency
    for (const [symbol, tape] of this.#tapes) {
      for (; tape.next < tape.trades.length && tape.trades[tape.next]!.time <= now; tape.next += 1) {
        const trade = tape.trades[tape.next]!
        if (symbol === this.options.symbols[0]) this.#deliver(trade)
        else this.#send(this.#message(trade, symbol), symbol)
      }
    }
    const diffs = this.books.advance(now)
    if (!this.mute) for (const text of diffs) this.#send(text, this.options.symbols[0], 'depth@100ms')
  }

  /** Of the first symbol, with its faults. */
  #deliver(trade: AggregateTrade): void {
    if (this.#drop > 0) {
      this.#drop -= 1
      return
    }
    if (this.#swapped === null && this.#swap > 0) {
      this.#swap -= 1
      this.#swapped = trade
      return
    }
    this.#send(this.#message(trade))
    if (this.#double > 0) {
      this.#double -= 1
      this.#send(this.#message(trade))
    }
    if (this.#swapped !== null) {
      this.#send(this.#message(this.#swapped))
      this.#swapped = null
    }
  }

  #message(
    { time, id, price, amount, first, last, maker }: AggregateTrade,
    symbol = this.options.symbols[0]!,
  ): string {
    const whole = {
      e: 'aggTrade',
      E: this.now(),
      s: symbol,
      a: id,
      p: price,
      q: amount,
      f: first,
      l: last,
    }
    const text = JSON.stringify({ ...whole, T: time, m: maker, M: true })
    if (this.#garbage === 0 || symbol !== this.options.symbols[0]) return text
    this.#garbage -= 1
    return text.slice(0, -9)
  }

  #send(text: string, symbol = this.options.symbols[0]!, stream = 'aggTrade'): void {
    for (const subscriber of this.#subscribers) {
      if (!subscriber.streams.has(`${symbol.toLowerCase()}@${stream}`)) continue
      if (this.stalled) subscriber.held.push(text)
      else subscriber.socket.send(text)
    }
  }

  #connected(socket: WebSocket, request: IncomingMessage): void {
    if (this.isDown) {
      socket.terminate()
      return
    }
    this.connections += 1
    const named = new URL(request.url ?? '/', 'http://local').searchParams.get('streams')
    const subscriber: Subscriber = { socket, streams: new Set(named?.split('/')), held: [] }
    this.#subscribers.add(subscriber)
    socket.on('ping', (data) => {
      if (!this.stalled) socket.pong(data)
    })
    socket.on('message', (data: Buffer) => this.#command(subscriber, data.toString('utf8')))
    socket.on('close', () => this.#subscribers.delete(subscriber))
    socket.on('error', () => undefined)
    if (Number.isFinite(this.options.connectionLife)) {
      setTimeout(() => socket.close(1000), this.options.connectionLife).unref()
    }
  }

  #command(subscriber: Subscriber, text: string): void {
    const { method, params, id } = JSON.parse(text) as { method: string; params: string[]; id: number }
    const isMeant = params.some((stream) => stream.includes(this.deafTo))
    const isNew = ![...subscriber.streams].some((stream) => stream.endsWith('@aggTrade'))
    if (isNew && params.some((stream) => stream.endsWith('@aggTrade'))) this.tradeConnections += 1
    if (method === 'SUBSCRIBE' && isMeant && this.deaf > 0) this.deaf -= 1
    else if (method === 'SUBSCRIBE') for (const stream of params) subscriber.streams.add(stream)
    if (method === 'UNSUBSCRIBE') for (const stream of params) subscriber.streams.delete(stream)
    subscriber.socket.send(JSON.stringify({ result: null, id }))
  }

  #rest(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(request.url ?? '')
    if (this.isDown) {
      request.socket.destroy()
      return
    }
    if (this.isSilent) return
    const isRefused = this.refusal?.path === undefined || request.url!.includes(this.refusal.path)
    if (this.refusal !== null && isRefused && this.refusal.times > 0) {
      const { status, retryAfter } = this.refusal
      this.refusal.times -= 1
      const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(
        JSON.stringify({
          code: status === 418 || status === 429 ? -1003 : -1000,
          msg: `refused with ${status}`,
        }),
      )
      return
    }
    answerRest(this, new URL(request.url ?? '/', 'http://local'), response)
  }
}

/** The same trade on the market of that number: at another price, a little later. */
function likeOf(trade: AggregateTrade, index: number): AggregateTrade {
  const price = (Number(trade.price) * (1 + index)).toFixed(2)
  return { ...trade, time: trade.time + index * 37, id: trade.id + index * 1_000_000, price }
}
