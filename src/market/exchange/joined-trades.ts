// The live stream and the past of one market joined to a chain of trades: by id where there is one, checked for holes, none invented.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../core/clock.ts'
import { ceilTo, floorTo, HOUR, MINUTE, SECOND, type EpochMs } from '../../core/time.ts'
import { clip, rangeOf } from '../ranges.ts'
import type { MarketStore } from '../store/market-store.ts'
import type { Market, Trade } from '../types.ts'
import type { CcxtMarket, CcxtTrade } from './ccxt.ts'
import type { ExchangeClock } from './exchange-clock.ts'
import { countUp, printsOf } from './prints.ts'
import type { ExchangeProfile } from './profile.ts'
import type { Rest } from './rest.ts'
import { TradeChain, type Hole } from './trade-chain.ts'
import { pastTrades, type PastRequest, type PastStart } from './trade-history.ts'
import type { TradeStream } from './watched-stream.ts'

const LOOK = 20
/** At a start without a past, trades are fetched from so long ago. */
const FIRST_PAST = 15 * MINUTE
/** The same where native 1s candles stand before them. */
const FIRST_PAST_BEHIND_CANDLES = MINUTE
/** A longer time without the server is not made up for by trades. */
const LONGEST_BRIDGE = 6 * HOUR
/** How often REST is asked for ids that it does not have yet. */
const PATIENT_QUESTIONS = 5
/** A stream without trades is checked by REST so often until its first trade, and after so long a silence. */
const AUDIT_EVERY = 2000
const DEAF_AFTER = 30_000

export interface JoinedTradesParts {
  readonly rest: Rest
  readonly facts: CcxtMarket
  readonly market: Market
  readonly profile: ExchangeProfile
  readonly clock: ExchangeClock
  /** The system's clock. */
  readonly system: Clock
  readonly stream: TradeStream
  /** Where the past is; null as long as there is none. */
  readonly store: () => MarketStore | null
}

export class JoinedTrades {
  readonly #parts: JoinedTradesParts
  readonly #chain: TradeChain
  /** Trades of the stream that wait until the past before them is there. */
  #inbox: Trade[] | null = []
  /** The stream's connection that sent them. */
  #inboxOf = 0
  /** The stream's connection whose trades are part of the chain. */
  #joined = 0
  #audited = Number.NEGATIVE_INFINITY
  holesFilled = 0
  gaps = 0

  constructor(parts: JoinedTradesParts) {
    this.#parts = parts
    this.#chain = new TradeChain(parts.profile.ids)
  }

  /** The chain goes on up to now: the connection stands and no id is missing. */
  get isWhole(): boolean {
    const { stream } = this.#parts
    return stream.isOpen && stream.epoch === this.#joined && this.#chain.hole() === null
  }

  /** Takes in trades of the stream. */
  add(trades: readonly Trade[]): void {
    const { epoch } = this.#parts.stream
    if (epoch !== this.#joined) this.#inbox ??= []
    // What a connection before this one sent is no beginning of what this one sends.
    if (epoch !== this.#inboxOf && this.#inbox !== null) this.#inbox = []
    this.#inboxOf = epoch
    if (this.#inbox === null) this.#chain.add(trades)
    else this.#inbox.push(...trades)
  }

  /** Hands on trades with event time < `time`, in order, each once. */
  take(time: EpochMs): Trade[] {
    return this.#chain.take(time)
  }

  /**
   * Brings stream and past together. Returns where knowledge begins anew; null where it goes on. `confirmed`: null before the first second.
   */
  async join(confirmed: EpochMs | null, signal: AbortSignal): Promise<EpochMs | null> {
    const { stream } = this.#parts
    let anew: EpochMs | null = null
    if (!stream.isOpen || stream.epoch !== this.#joined) anew = await this.#bridge(confirmed, signal)
    if (this.#isQuiet(stream)) await this.audit(signal)
    return (await this.#fillHoles(signal)) ?? anew
  }

  #isQuiet({ lastMessage }: TradeStream): boolean {
    const now = this.#parts.system.now()
    return lastMessage !== null && now - lastMessage > DEAF_AFTER && now - this.#audited > DEAF_AFTER
  }

  /** Asks REST whether the stream has missed trades, where it has not sent any for a while: a subscription can fail without a word. */
  async audit(signal: AbortSignal): Promise<void> {
    const { stream, system } = this.#parts
    const asked = system.now()
    if (asked < this.#audited + AUDIT_EVERY) return
    this.#audited = asked
    const { last } = this.#chain
    const missed = (await this.#goOn(signal)) !== null || this.#chain.last !== last
    // A trade of this very moment may be on its way.
    if (missed) await sleep(SECOND, undefined, { signal })
    const heardMeanwhile = stream.lastMessage !== null && stream.lastMessage >= asked
    if (missed && !heardMeanwhile) stream.drop('The stream is open but sends no trades.')
    else stream.vouch(asked)
  }

  /**
   * Waits for an open connection whose subscription stands, and fetches what lies between the chain's end and the stream. Returns where knowledge
   * begins anew; null where it goes on without a hole.
   */
  async #bridge(confirmed: EpochMs | null, signal: AbortSignal): Promise<EpochMs | null> {
    const { stream } = this.#parts
    this.#inbox ??= []
    while (!stream.isSettled) await sleep(LOOK, undefined, { signal })
    const { epoch } = stream
    const anew = confirmed === null ? await this.#begin(signal) : await this.#goOn(signal)
    // Broken again meanwhile: the trades since then are not joined yet.
    if (stream.epoch !== epoch || !stream.isOpen) return anew
    this.#chain.add(this.#inbox)
    this.#inbox = null
    this.#joined = epoch
    return anew
  }

  async #begin(signal: AbortSignal): Promise<EpochMs> {
    const resumed = await this.#resume(signal)
    if (resumed !== null) return resumed
    const now = this.#parts.clock.now()
    const seconds = this.#knownSecondsEnd()
    const past =
      seconds === null ? now - FIRST_PAST : Math.max(seconds - SECOND, now - FIRST_PAST_BEHIND_CANDLES)
    const since = floorTo(past, SECOND)
    let first: Trade | null = null
    for await (const page of pastTrades(this.#past(signal), { id: null, time: since })) {
      const trades = this.#fetched(page).filter(({ time }) => time >= since)
      first ??= trades[0] ?? null
      this.#chain.add(trades)
      if (this.#meetsStream(trades)) break
    }
    if (this.#parts.profile.past !== 'newest') return since
    const oldest = first ?? this.#inbox?.[0] ?? null
    return ceilTo(oldest === null ? this.#parts.clock.now() : oldest.time, SECOND)
  }

  /** Goes on from the last stored trade, if the exchange still knows it by its id. Returns where the stored trades end. */
  async #resume(signal: AbortSignal): Promise<EpochMs | null> {
    const stored = this.#lastStored()
    if (stored === null || this.#parts.profile.past === 'newest') return null
    const { last, through } = stored
    const start: PastStart = {
      id: this.#parts.profile.past === 'from_id' ? last.sequence : null,
      time: last.time,
    }
    let isJoined = false
    for await (const page of pastTrades(this.#past(signal), start)) {
      const trades = this.#fetched(page)
      isJoined ||= trades.some((trade) => isSame(trade, last))
      if (!isJoined) return null
      this.#chain.add(trades)
      if (this.#meetsStream(trades)) break
    }
    return isJoined ? through : null
  }

  async #goOn(signal: AbortSignal): Promise<EpochMs | null> {
    const { last } = this.#chain
    const isCounted = this.#parts.profile.ids === 'contiguous'
    if (last === null) return isCounted ? null : ceilTo(this.#parts.clock.now(), SECOND)
    const start = { id: this.#parts.profile.past === 'from_id' ? last.sequence + 1 : null, time: last.time }
    let isJoined = isCounted
    for await (const page of pastTrades(this.#past(signal), start)) {
      const trades = this.#fetched(page)
      isJoined ||= trades.some((trade) => isSame(trade, last))
      this.#chain.add(trades)
      if (this.#meetsStream(trades)) break
    }
    if (isJoined) return null
    this.gaps += 1
    return ceilTo(this.#inbox?.[0]?.time ?? this.#parts.clock.now(), SECOND)
  }

  /** Fetches ids that the stream left out. Returns where knowledge begins anew if the exchange does not have them; null otherwise. */
  async #fillHoles(signal: AbortSignal): Promise<EpochMs | null> {
    let anew: EpochMs | null = null
    for (let question = 1; ; question += 1) {
      const hole = this.#chain.hole()
      if (hole === null) return anew
      const time = hole.before?.time ?? hole.after.time
      let newest = 0
      for await (const page of pastTrades(this.#past(signal), { id: hole.from, time })) {
        const trades = this.#fetched(page)
        newest = Math.max(newest, ...trades.map(({ sequence }) => sequence))
        this.#chain.add(trades)
        if (newest >= hole.to) break
      }
      const left = this.#chain.hole()
      if (left?.from !== hole.from) this.holesFilled += 1
      else if (newest > hole.to || question >= PATIENT_QUESTIONS) {
        anew = await this.#giveUp(hole)
        question = 0
      } else await sleep(LOOK * 10, undefined, { signal })
    }
  }

  /** Fetched trades reach those that the stream has sent: a busy market would be followed by REST for long. */
  #meetsStream(trades: readonly Trade[]): boolean {
    const { stream, profile } = this.#parts
    const first = this.#inboxOf === stream.epoch ? this.#inbox?.[0] : undefined
    const last = trades.at(-1)
    if (first === undefined || last === undefined || !stream.isOpen) return false
    return profile.ids === 'contiguous' ? last.sequence >= first.sequence : last.time > first.time
  }

  async #giveUp(hole: Hole): Promise<EpochMs> {
    this.gaps += 1
    this.#chain.skip(hole)
    const before = hole.before?.time ?? hole.after.time
    const anew = ceilTo(hole.after.time, SECOND)
    const { market, clock } = this.#parts
    const store = this.#parts.store()
    await store?.write(() => store.uncover(market, rangeOf(floorTo(before, SECOND), anew), clock.now()))
    return anew
  }

  #past(signal: AbortSignal): PastRequest {
    return {
      rest: this.#parts.rest,
      market: this.#parts.facts,
      profile: this.#parts.profile,
      attempts: Number.POSITIVE_INFINITY,
      now: () => this.#parts.clock.now(),
      signal,
    }
  }

  /** End of the seconds that native candles cover up to about now; null where they do not. */
  #knownSecondsEnd(): EpochMs | null {
    const store = this.#parts.store()
    const { market } = this.#parts
    const id = store?.find(market) ?? null
    if (store === null || id === null) return null
    const recent = rangeOf(this.#parts.clock.now() - FIRST_PAST_BEHIND_CANDLES, this.#parts.clock.now())
    return clip(store.coverage.known(id, '1s'), recent).at(-1)?.to ?? null
  }

  /** The last trade before the end of the stored trades, where that is not too long ago. */
  #lastStored(): { last: Trade; through: EpochMs } | null {
    const store = this.#parts.store()
    const { market } = this.#parts
    const id = store?.find(market) ?? null
    if (store === null || id === null) return null
    const through = store.coverage.byTrades(id).at(-1)
    if (through === undefined || through.to < this.#parts.clock.now() - LONGEST_BRIDGE) return null
    const from = Math.max(through.from, through.to - LONGEST_BRIDGE)
    const last = store.trades.read(id, rangeOf(from, through.to)).at(-1)
    return last === undefined ? null : { last, through: through.to }
  }

  #fetched(raw: readonly CcxtTrade[]): Trade[] {
    const places = new Map<number, number>()
    return printsOf(raw, this.#parts.facts, this.#parts.clock.now(), (time) => countUp(places, time)).trades
  }
}

function isSame(a: Trade, b: Trade): boolean {
  return a.id === b.id && a.time === b.time && a.price === b.price && a.amount === b.amount
}
