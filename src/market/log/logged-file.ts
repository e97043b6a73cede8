// One machine's file and the log: catching up with what others appended, and starting a market anew where the two differ.
import { pacing } from '../../core/busy.ts'
import { AppError } from '../../core/errors.ts'
import { epochMs } from '../../core/time.ts'
import { Turns } from '../../core/turns.ts'
import { marketKey } from '../../contract/market-name.ts'
import type { MarketStore } from '../store/market-store.ts'
import { TIMEFRAMES } from '../timeframe.ts'
import type { Market } from '../types.ts'
import { Applier } from './apply.ts'
import { emptying } from './emptying.ts'
import { Outbox } from './outbox.ts'
import { unpacked } from './payload.ts'
import { EMPTYING, Places, type Place } from './places.ts'
import type { Entry, SharedLog } from './shared-log.ts'

/** Over a file whose capture was switched on before its store was opened (`switchOnCapture`). */
export class LoggedFile {
  readonly store: MarketStore
  readonly log: SharedLog
  readonly outbox: Outbox
  readonly places: Places
  readonly #applier: Applier
  readonly #turns = new Turns()

  constructor(store: MarketStore, log: SharedLog) {
    this.store = store
    this.log = log
    this.outbox = new Outbox(store.sqlite)
    this.places = new Places(store.sqlite)
    this.#applier = new Applier(store)
  }

  /** Whoever takes a market, follows it or lets it go does so one after the other. */
  alone<T>(market: Market, work: () => Promise<T>): Promise<T> {
    return this.#turns.run(marketKey(market), work)
  }

  /**
   * Applies what the log has and the file has not, an entry a transaction; others run in between. What the file appended itself, and was killed before it noted
   * so, is noted. Up to where the file holds the log then, which is all there was when it was asked for.
   * @throws AppError 409 `market_differs` where the file has rows that the log has not, and others appended since
   */
  async catchUp(market: Market): Promise<Place> {
    const id = await this.store.write(() => this.store.open(market))
    if (this.places.of(id).number === EMPTYING) await this.#empty(id)
    const head = await this.log.head(market)
    if (head === null) return this.places.of(id)
    for await (const entry of this.log.after(head.id, this.places.of(id))) await this.#take(market, id, entry)
    return this.places.of(id)
  }

  /** Takes all that the file has of a market out, and makes it anew of the log. What the log lacks is lost: for where `catchUp` says that they differ. */
  async startAnew(market: Market): Promise<Place> {
    const id = await this.store.write(() => {
      const number = this.store.open(market)
      this.places.empty(number)
      return number
    })
    await this.#empty(id)
    return this.catchUp(market)
  }

  async #take(market: Market, id: number, entry: Entry): Promise<void> {
    if (this.#isOwn(entry, this.places.of(id))) {
      await this.store.write(() => {
        this.outbox.settle(id, entry.seq)
        this.places.move(id, entry)
      })
      return
    }
    const operations = await unpacked(entry.format, entry.data)
    await this.store.write(() => {
      // Another process on this file was faster.
      if (this.places.of(id).number !== entry.number - 1) return
      if (!this.outbox.isEmpty(id)) throw differs(market)
      this.#applier.apply(id, operations)
      this.places.move(id, entry)
    })
  }

  /** A copy of the file, made before that was written, has not given such numbers yet. */
  #isOwn(entry: Entry, { token }: Place): boolean {
    return entry.token === token && entry.seq <= this.outbox.last()
  }

  async #empty(id: number): Promise<void> {
    const pause = pacing()
    for (const step of emptying(this.store.sqlite, id)) {
      while (await this.store.write(() => this.#unlogged(id, step))) await pause()
    }
    this.#applier.forget(id)
    await this.store.write(() => {
      this.outbox.settle(id, Number.MAX_SAFE_INTEGER)
      this.places.move(id, { number: 0, at: epochMs(0) })
      for (const timeframe of TIMEFRAMES) this.store.changes.note(id, timeframe, 0, Number.MAX_SAFE_INTEGER)
    })
  }

  #unlogged(id: number, step: () => number): boolean {
    let gone = 0
    this.#applier.unlogged(id, () => {
      gone = step()
    })
    return gone > 0
  }
}

/** @returns what is said where the file has rows that the log has not */
export function differs({ venue, symbol }: Market): AppError {
  const message = `This machine has stored rows of ${symbol} on ${venue} that its log does not have, while another machine appended to it. Nothing was applied: let the market be started anew from the log here, which drops those rows.`
  return new AppError('market_differs', message, { status: 409 })
}
