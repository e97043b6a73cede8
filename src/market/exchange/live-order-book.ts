// One market's live order book from an exchange: a connection of its own, a book in step with the exchange's or a reason why not, sampled once a second.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../core/clock.ts'
import { ceilTo, SECOND, shift, type EpochMs } from '../../core/time.ts'
import type { BookReport, BookResync, BookStreamState } from '../book/book-report.ts'
import type { LiveBook } from '../book/live-book.ts'
import type { Resync } from '../book/synchronizer.ts'
import type { TopSnapshot } from '../book/top-snapshot.ts'
import type { Market } from '../types.ts'
import type { CcxtExchange, CcxtMarket, CcxtOrderBook } from './ccxt.ts'
import { CcxtKeeper } from './ccxt-keeper.ts'
import type { ExchangeClock } from './exchange-clock.ts'
import type { BookKeeper } from './order-book-keeper.ts'
import { MessagePace } from './message-pace.ts'
import { profileOf } from './profiles.ts'
import { Rest } from './rest.ts'
import { WatchedStream } from './watched-stream.ts'

/** ms after each second, and the time that messages take, at which a sign of life is asked for where none has come; at most. */
const ASK_AFTER = 10
const ASK_AT_MOST = 200
/** A subscription without a first message is doubted after so long, and REST is asked about a silent one no more often. */
const DEAF_AFTER = 10_000
const ASK_EVERY = 10_000
/** A silence that is longer than any of late is one from here on. */
const SILENT_AFTER = 2500

export interface LiveOrderBookParts {
  /** Of the exchange's other questions. */
  readonly exchange: CcxtExchange
  /** An instance of its own, for the connection. */
  readonly streaming: CcxtExchange
  readonly facts: CcxtMarket
  readonly market: Market
  readonly clock: ExchangeClock
  /** The system's clock. */
  readonly system: Clock
  /** ms without a sign of life after which the connection is opened anew. */
  readonly silence: number
  /** Let ccxt keep the book even where its rules are known here. */
  readonly byCcxt: boolean
}

export class LiveOrderBook {
  readonly #parts: LiveOrderBookParts
  readonly #stream: WatchedStream<CcxtOrderBook>
  readonly #keeper: BookKeeper
  #taken: TopSnapshot[] = []
  /** Of the seconds that were told: the first, the last that was asked for, and how many. */
  #first: EpochMs | null = null
  #through = 0
  #told = 0
  #resyncs = 0
  #lastResync: BookResync | null = null
  #trouble: string | null = null
  readonly #pace = new MessagePace()
  /** System time at which REST had the same book as we. */
  #vouched = Number.NEGATIVE_INFINITY
  #deafSince: number | null = null
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(parts: LiveOrderBookParts) {
    const { exchange, streaming, facts, market, clock, system, silence } = parts
    this.#parts = parts
    const keeping = {
      rest: new Rest({ exchange, onTrouble: (words) => this.#say(words) }),
      streaming,
      facts,
      market,
      now: () => clock.fromSystem(system.now()),
      onSecond: (snapshot: TopSnapshot) => void this.#taken.push(snapshot),
      onResync: (resync: Resync) => this.#resynced(resync),
      onTrouble: (words: string) => this.#say(words),
      onUseless: (words: string) => this.#useless(words),
    }
    const profile = profileOf(streaming.id)
    const own = parts.byCcxt ? undefined : profile.bookKeeper
    this.#keeper = own === undefined ? new CcxtKeeper(keeping) : own(keeping)
    this.#stream = new WatchedStream({
      exchange: streaming,
      watch: profile.watchBook?.(streaming, facts.symbol) ?? (() => streaming.watchOrderBook(facts.symbol)),
      system,
      silence,
      onMessages: (_, arrived) => this.#heard(arrived),
      onBreak: (words, lost) => {
        this.#pace.pause()
        this.#keeper.broke(words, lost)
      },
    })
  }

  /** For a consolidated book. */
  get book(): LiveBook {
    return this.#keeper.book
  }

  /** One more message that is no JSON. */
  countMalformed(): void {
    this.#keeper.counts.malformed += 1
  }

  /** Until aborted; then its connection is closed. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#stream.run(signal), this.#keeper.run(signal), this.#look(signal)])
  }

  /**
   * The snapshots of seconds after `confirmed` up to `second`, ascending, each once. One of `second` itself only if no change before it can be
   * missing: a later change has come, or it is quiet, as it often is, and the connection answers.
   */
  take(second: EpochMs, confirmed: EpochMs | null): TopSnapshot[] {
    if (this.#isCertain(second)) this.#keeper.book.tick(second)
    const due = this.#taken.filter(({ time }) => time <= second && time > (confirmed ?? 0))
    this.#taken = this.#taken.filter(({ time }) => time > second)
    // Where none comes in time from the beginning, those that should have are counted.
    this.#first ??= due[0]?.time ?? (this.#keeper.book.inStep ? shift(second, SECOND) : null)
    this.#through = Math.max(this.#through, second)
    this.#told += due.length
    return due
  }

  report(): BookReport {
    const { counts, book } = this.#keeper
    const state = this.#state()
    return {
      state,
      reason: state === 'live' ? null : this.#reason(state),
      lastEvent: book.book.eventTime,
      resyncs: this.#resyncs,
      lastResync: this.#lastResync,
      reconnects: this.#stream.reconnects,
      missedSeconds: this.#missed,
      ...counts,
    }
  }

  #isCertain(second: EpochMs): boolean {
    const { isOpen, heard } = this.#stream
    const { clock } = this.#parts
    if (!isOpen || clock.fromSystem(heard - this.#pace.longestLag) < second) return false
    return this.#isPausing() || clock.fromSystem(this.#vouched) >= second
  }

  /** The silence, if it is one, is no longer than others were of late. */
  #isPausing(): boolean {
    return this.#silentFor() <= (this.#pace.longestGap ?? SILENT_AFTER)
  }

  /** Seconds since the first that was told, or since the book was in step, which were not told. */
  get #missed(): number {
    return this.#first === null ? 0 : (this.#through - this.#first) / SECOND + 1 - this.#told
  }

  #state(): BookStreamState {
    const { inStep } = this.#keeper.book
    if (!inStep) return this.#resyncs === 0 ? 'connecting' : 'out_of_step'
    const isFresh = this.#parts.system.now() - this.#vouched <= ASK_EVERY + SILENT_AFTER
    const isQuiet = this.#silentFor() <= SILENT_AFTER || this.#isPausing() || isFresh
    return this.#stream.isOpen && isQuiet ? 'live' : 'stale'
  }

  #reason(state: BookStreamState): string {
    if (state === 'stale') return `Nothing has been heard of the order book for ${this.#silentFor()} ms.`
    const { isOpen, lastError } = this.#stream
    const said = this.#trouble ?? (isOpen ? null : lastError)
    const broke = this.#lastResync?.message
    if (broke === undefined) return said ?? 'The first snapshot is being fetched.'
    return said === null || said === broke ? broke : `${broke} ${said}`
  }

  #silentFor(): number {
    return Math.round(this.#parts.system.now() - (this.#stream.lastMessage ?? Number.NEGATIVE_INFINITY))
  }

  #heard(arrived: number): void {
    const { book, inStep } = this.#keeper.book
    if (!inStep || book.eventTime === null) return
    this.#trouble = null
    this.#pace.add(arrived, this.#parts.clock.fromSystem(arrived) - book.eventTime)
  }

  #resynced({ reason, message }: Resync): void {
    this.#resyncs += 1
    this.#trouble = null
    this.#lastResync = { reason, message, at: this.#parts.clock.now() }
  }

  #useless(words: string): void {
    this.#say(words)
    this.#stream.drop(words)
  }

  #say(words: string): void {
    this.#trouble = words
  }

  /** Once a second: a sign of life where none has come by itself, and doubt of a subscription that is silent. */
  async #look(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts
    try {
      while (!signal.aborted) {
        const after = Math.min(ASK_AT_MOST, this.#pace.longestLag + ASK_AFTER)
        const second = ceilTo(shift(clock.now(), 1 - after), SECOND)
        await clock.until(shift(second, after), signal)
        const { eventTime } = this.#keeper.book.book
        if (eventTime === null || eventTime < second) this.#stream.ping()
        this.#doubt(signal)
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  #doubt(signal: AbortSignal): void {
    const { isOpen, lastMessage } = this.#stream
    const now = this.#parts.system.now()
    const isDeaf = isOpen && lastMessage === null
    this.#deafSince = isDeaf ? (this.#deafSince ?? now) : null
    if (this.#deafSince !== null && now - this.#deafSince > DEAF_AFTER) {
      this.#deafSince = null
      this.#useless('The connection is open, but the order book does not come.')
    }
    if (!isOpen || lastMessage === null || !this.#keeper.book.inStep) return
    if (now - lastMessage <= SILENT_AFTER || this.#isPausing() || now - this.#askedAt <= ASK_EVERY) return
    this.#askedAt = now
    this.#audit(lastMessage, signal).catch(() => undefined)
  }

  /** A subscription can fail without a word: REST shows whether it has. */
  async #audit(lastMessage: number, signal: AbortSignal): Promise<void> {
    const asked = this.#parts.system.now()
    const isBehind = await this.#keeper.isBehind(signal)
    if (isBehind === false) this.#vouched = asked
    if (isBehind !== true) return
    // A change of this very moment may be on its way.
    await sleep(SECOND, undefined, { signal })
    if (this.#stream.lastMessage !== lastMessage) return
    this.#useless('The connection is open, but changes of the order book do not come.')
  }
}
