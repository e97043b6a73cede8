// One market that moves: stores what its source sends, decides every second once, and tells whoever listens.
import { setImmediate } from 'node:timers/promises'
import { floorTo, HOUR, MINUTE, SECOND, shift, type EpochMs } from '../../core/time.ts'
import type { Turns } from '../../core/turns.ts'
import { BookRecorder } from '../book/book-recorder.ts'
import type { BookStore } from '../book/book-store.ts'
import type { MarketEvent } from '../sources/market-event.ts'
import { CandleFeed } from './candle-feed.ts'
import type { CandleUpdate, MarketReader, ProviderStatus, SourceState } from '../provider.ts'
import type { MarketSource } from '../sources/source.ts'
import type { MarketStore } from '../store/market-store.ts'
import { knownFrom, StreamWriter } from './stream-writer.ts'
import type { GroupCommit, Staged } from './group-commit.ts'
import { rangeOf } from '../ranges.ts'
import type { Market, TimeRange } from '../types.ts'

/** A live second is decided this long after its grace at the latest, confirmed or not. */
const PATIENCE = 1000
/** Without a confirmation for this long a live source counts as stale. */
const STALE_AFTER = 5000

type SecondListener = (second: EpochMs) => Promise<void>

/** What all streams of a provider share. */
export interface StreamParts {
  readonly store: MarketStore
  readonly reader: MarketReader
  readonly commits: GroupCommit
  /** In which the pasts of order books are filled in. */
  readonly pasts: Turns
  /** Where the order books that sources send are recorded; without it they are not. */
  readonly books?: BookStore
  /** Told of what went wrong and was survived: a write that is tried again, a listener that threw, a source that broke off. */
  readonly onFault?: (error: unknown) => void
  /** Who listens to its seconds already: the stream before it had them. */
  readonly listeners?: Set<SecondListener>
  /** Whether anybody listens to candles. */
  readonly isWatched: () => boolean
  readonly onCandle: (update: CandleUpdate) => void
  readonly onSecond: (market: Market, second: EpochMs) => Promise<void>
  readonly onEnd: (market: Market, at: EpochMs) => void
}

export class MarketStream {
  readonly source: MarketSource
  /** Of its seconds; who listens goes on with the stream that comes in its place. */
  readonly listeners: Set<SecondListener>
  readonly #parts: StreamParts
  readonly #feed: CandleFeed
  readonly #abort = new AbortController()
  #writer: StreamWriter | null = null
  #recorder: BookRecorder | null = null
  #running: Promise<unknown> = Promise.resolve()
  #asOf: EpochMs
  #confirmed: EpochMs | null = null
  #lastEvent: EpochMs | null = null
  #ended = false
  #isBroken = false
  #late = new Map<EpochMs, EpochMs>()

  constructor(source: MarketSource, parts: StreamParts) {
    this.source = source
    this.#parts = parts
    this.listeners = parts.listeners ?? new Set()
    this.#asOf = floorTo(source.clock.now(), SECOND)
    this.#feed = new CandleFeed(parts, source.market)
  }

  get market(): Market {
    return this.source.market
  }

  /** Every event before this instant is known. */
  get asOf(): EpochMs {
    return this.#asOf
  }

  status(): ProviderStatus {
    const { kind, market, simulated, speed, clock } = this.source
    const now = clock.now()
    const lag = this.#confirmed === null ? null : Math.max(0, now - this.#confirmed)
    const lateSeconds = [...this.#late.values()].filter((at) => at > now - HOUR).length
    const lagMs = kind === 'replay' ? null : lag
    return {
      kind,
      market,
      simulated,
      speed,
      now,
      clockSetBack: clock.setBack ?? null,
      lastEvent: this.#lastEvent,
      lagMs,
      lateSeconds,
      trades: this.#writer?.stored ?? 0,
      bookSeconds: { ...(this.#recorder?.counts ?? { recorded: 0, late: 0 }) },
      state: this.#state(lagMs),
      connection: this.source.report?.() ?? null,
    }
  }

  /** Order books of the past that the source knows and the store does not, up to what is known now. */
  async recallBooks({ from, to }: TimeRange): Promise<void> {
    const { pastBooks } = this.source
    const until = Math.min(to, this.#asOf + SECOND)
    if (pastBooks !== undefined && from < until) await this.#recorder?.recall(pastBooks, rangeOf(from, until))
  }

  onSecond(listener: SecondListener): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  /** Brings the past up to now, and lets the market move. */
  async start(): Promise<void> {
    const { store, reader } = this.#parts
    const { kind, market, clock, grace } = this.source
    const hasPast = this.source.backfill !== undefined
    try {
      const stamp = (): EpochMs => knownFrom(this.#asOf, grace, clock.now())
      await this.source.backfill?.(store, this.#abort.signal, stamp)
    } catch (error) {
      if (this.#abort.signal.aborted) return
      throw error
    }
    if (this.#abort.signal.aborted) return
    if (kind === 'replay') this.#running = this.#loop(() => this.#pump())
    else if (this.source.isStoredElsewhere === true) {
      this.#asOf = await this.#storedUntil()
      this.#running = this.#loop(() => this.#pump())
    } else {
      const filled = !hasPast ? null : await reader.stored(market, '1s')
      const now = floorTo(clock.now(), SECOND)
      // Seconds later than now were stored by a clock that has been set back since: they come again.
      const known = filled === null ? null : (Math.min(filled.to, now) as EpochMs)
      // Where the source could not fill the past up to now, nobody waits for the seconds since then.
      this.#asOf = Math.max(known ?? now, now - MINUTE) as EpochMs
      this.#writer = new StreamWriter(store, market, known, grace)
      const work = [() => this.#recordBooks(), () => this.#pump(), () => this.#watch()]
      this.#running = Promise.all(work.map((each) => this.#loop(each)))
    }
  }

  /** Where another stores it nothing later than what is here is known; of one that has nothing here yet, all is to come. */
  async #storedUntil(): Promise<EpochMs> {
    const stored = await this.#parts.reader.stored(this.market, '1s')
    const now = floorTo(this.source.clock.now(), SECOND)
    return stored === null ? now : (Math.min(floorTo(stored.to, SECOND), now) as EpochMs)
  }

  async stop(): Promise<void> {
    this.#abort.abort(new Error('The stream was stopped.'))
    await this.#running
    await this.#guard(() => this.#storeEnd())
    this.source.close?.()
  }

  /** Together with whichever streams end at that moment. */
  async #storeEnd(): Promise<void> {
    const writer = this.#writer
    if (writer !== null) await this.#parts.commits.run(() => writer.stageEnd(this.source.clock.now()))
  }

  /** Work of the stream that breaks off is told and shows in the state; it never takes the rest, or the process, along. */
  async #loop(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (this.#abort.signal.aborted) return
      this.#isBroken = true
      this.#fault(error)
      // A replay has nobody else who decides its seconds.
      if (this.source.kind === 'replay') await this.#end(this.#asOf)
    }
  }

  async #recordBooks(): Promise<void> {
    const { books: store, commits, pasts, onFault } = this.#parts
    const { source } = this
    if (store === undefined) return
    this.#recorder = new BookRecorder({ store, market: source.market, commits, pasts, onFault })
    if (source.pastBooks !== undefined)
      await this.#recorder.fill(source.pastBooks, this.#asOf, this.#abort.signal)
  }

  #state(lagMs: number | null): SourceState {
    if (this.#ended) return 'ended'
    if (this.#isBroken) return 'stale'
    if (this.#confirmed === null) return 'connecting'
    if (this.source.report?.().connected === false) return 'stale'
    return lagMs !== null && lagMs > STALE_AFTER + this.source.grace ? 'stale' : 'streaming'
  }

  async #pump(): Promise<void> {
    for await (const event of this.source.events(this.#abort.signal)) {
      await this.#take(event)
      if (this.#abort.signal.aborted) return
    }
  }

  async #take(event: MarketEvent): Promise<void> {
    if (event.kind === 'trade') {
      this.#lastEvent = event.trade.time
      this.#writer?.add(event.trade)
    } else if (event.kind === 'book') await this.#recorder?.take(event.snapshot, () => this.#asOf)
    else if (event.kind === 'confirmed') await this.#confirm(event.through, event.from)
    else await this.#end(event.at)
  }

  async #end(at: EpochMs): Promise<void> {
    this.#ended = true
    await this.#guard(() => this.#parts.onEnd(this.market, at))
  }

  async #confirm(through: EpochMs, from?: EpochMs): Promise<void> {
    if (this.#writer !== null) {
      const late = await this.#write(this.#writer, through, from)
      if (late === null) return
      for (const second of late) this.#late.set(second, this.source.clock.now())
      if (late.length > 0) await this.#safely(() => this.#feed.corrected(late, this.#asOf))
    }
    this.#confirmed = through
    this.#lastEvent = through
    if (this.source.kind === 'replay' && this.#asOf >= through) await this.#decide(through)
    this.#skip(through)
    while (this.#asOf < through && !this.#abort.signal.aborted) await this.#decide(shift(this.#asOf, SECOND))
  }

  /** The seconds that late trades corrected; null where the write failed and is tried again with the next confirmation. */
  async #write(writer: StreamWriter, through: EpochMs, from?: EpochMs): Promise<EpochMs[] | null> {
    // What has been decided is looked up when it is written: what comes after a decision must not be known to it.
    const stage = (): Staged<EpochMs[]> => writer.stage(through, this.#asOf, this.source.clock.now(), from)
    try {
      return await this.#parts.commits.run(stage)
    } catch (error) {
      this.#fault(error)
      return null
    }
  }

  /** Decides seconds that a stalled source does not confirm, so that whoever waits for a second learns of the stall. */
  async #watch(): Promise<void> {
    const { signal } = this.#abort
    const delay = this.source.grace + PATIENCE
    while (!this.#ended) {
      this.#skip()
      const next = shift(this.#asOf, SECOND)
      await this.source.clock.until(shift(next, delay), signal)
      await setImmediate(undefined, { signal })
      if (this.#asOf < next && this.source.clock.now() >= next + delay) await this.#decide(next)
    }
  }

  /** Where a clock was set forward, or a machine slept, nobody waits for seconds of more than a minute ago; none after `through` is left out. */
  #skip(through = Number.POSITIVE_INFINITY): void {
    if (this.source.kind === 'replay') return
    const recent = floorTo(this.source.clock.now(), SECOND) - MINUTE
    this.#asOf = Math.max(this.#asOf, Math.min(recent, through)) as EpochMs
  }

  async #decide(second: EpochMs): Promise<void> {
    this.#asOf = second
    const everybody = (at: EpochMs): Promise<void> => this.#parts.onSecond(this.market, at)
    const answers = [everybody, ...this.listeners].map((listener) => this.#safely(() => listener(second)))
    if (this.source.kind === 'replay') await Promise.all(answers)
    await this.#safely(() => this.#feed.second(second))
    for (const [late, at] of this.#late) if (at < second - HOUR) this.#late.delete(late)
  }

  /** Charts or listeners that fail are told of; decisions go on. */
  async #safely(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#fault(error)
    }
  }

  async #guard(work: () => void | Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#fault(error)
    }
  }

  #fault(error: unknown): void {
    this.#parts.onFault?.(error)
  }
}
