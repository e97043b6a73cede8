// The table of moments of one workspace: kept in line with what is stored, piece by piece, and asked what looks alike.
import { marketKey } from '../contract/market-name.ts'
import { at, valueAt } from '../core/at.ts'
import { openDatabase, type Database } from '../core/database.ts'
import { MINUTE, SECOND, epochMs, floorTo, type EpochMs } from '../core/time.ts'
import type { Workspace } from '../core/workspace.ts'
import { testCaseSpans } from '../market-state/availability.ts'
import { StateSweep } from '../market-state/sweep.ts'
import type { MarketReader } from '../market/provider.ts'
import { createMarketReader } from '../market/reader.ts'
import { ChangeReader } from '../market/store/changes-since.ts'
import { openMarketStore } from '../market/store/market-store.ts'
import type { Market } from '../market/types.ts'
import { ROW_SIZE } from '../models/moment-row.ts'
import { MomentMaker, rowsAt, type Rows } from './moment-rows.ts'
import { BYTES_A_MINUTE, KEPT, MomentStore, NONE, SECONDS, UNMADE, type MinuteRows } from './moment-store.ts'
import { groupsOf, pieceOf, type HandedOut } from './pieces.ts'
import { nearestAmong, nearestMoments, type Like, type Moment, type NamedMoment } from './nearest.ts'
import { wantedMinutes, type Focus, type Possible, type WantedMinute } from './wanted.ts'

/** Pieces after which is looked again at what is wanted. */
const PIECES_A_PLAN = 50

/** How far the table has come. */
export interface MomentProgress {
  readonly rows: number
  readonly bytes: number
  /** Minutes of which rows are wanted, within what is kept on disk, and those of them that are made. */
  readonly wanted_minutes: number
  readonly made_minutes: number
}

export interface SimilarQuery extends Moment {
  readonly limit: number
  /** What is known now: no later moment is answered. */
  readonly until: EpochMs
  /** Only these are compared with it, whenever they are; any moment where absent. */
  readonly among?: readonly NamedMoment[]
}

interface Parts {
  readonly database: Database
  readonly reader: MarketReader
  readonly changes: ChangeReader
  readonly store: MomentStore
  readonly maker: MomentMaker
  /** Minutes that fit on disk. */
  readonly most: number
}

export class MomentTable {
  readonly #parts: Parts
  #focus: readonly Focus[] = []
  /** By market: of every minute of which something is known, what. */
  readonly #made = new Map<string, Map<number, Uint8Array>>()
  readonly #handedOut = new Set<HandedOut>()
  #due: WantedMinute[] = []
  #wanted = 0
  #pieces = 0

  private constructor(parts: Parts) {
    this.#parts = parts
  }

  /** @param megabytes that rows may take on disk */
  static async open(workspace: Workspace, megabytes: number): Promise<MomentTable> {
    const database = openDatabase(workspace.database, [])
    return new MomentTable({
      database,
      reader: createMarketReader(openMarketStore(database.sqlite)),
      changes: new ChangeReader(database.sqlite, ['candles']),
      store: MomentStore.open(workspace.moments),
      maker: await MomentMaker.open(),
      most: Math.floor((megabytes * 1e6) / BYTES_A_MINUTE),
    })
  }

  /** Rows around these are made first. */
  focusOn(focus: readonly Focus[]): void {
    this.#focus = focus
    this.#due = []
  }

  /** Drops what is out of date and makes a piece of what is missing. False where nothing was. */
  async step(): Promise<boolean> {
    await this.#look()
    const piece = pieceOf(this.#due)
    if (piece.length === 0) return false
    this.#due = this.#due.slice(piece.length)
    this.#pieces += 1
    await this.#make(piece)
    return true
  }

  /**
   * What is missing, for other machines to make: at most `most` stretches of some `minutes` minutes, in the order in which they would be made here; none where
   * fewer minutes are missing. Each comes back by `take` or `putBack`.
   */
  async handOut(minutes: number, most: number): Promise<HandedOut[]> {
    await this.#look()
    if (this.#due.length < minutes) return []
    return groupsOf(this.#due, minutes, most).map((group) => {
      const pieces = group.map((piece) => this.#instantsOf(piece)).filter(({ length }) => length > 0)
      const handedOut = { market: at(at(group, 0), 0).market, pieces, seenFrom: Infinity }
      this.#handedOut.add(handedOut)
      return handedOut
    })
  }

  /**
   * Keeps what another machine made, but for rows that may have seen what changed since it was handed out: those stay missing.
   * @param rows of its instants, in their order; made of no data that the file here does not have by now
   */
  take(handedOut: HandedOut, rows: Rows): void {
    this.#forgetChanged()
    this.putBack(handedOut)
    const { market, pieces, seenFrom } = handedOut
    const instants = pieces.flat()
    this.#keep(market, instants, rows, seenFrom)
    this.#pieces += pieces.length
    const touched = new Set(instants.map((instant) => floorTo(instant, MINUTE)))
    this.#due = this.#due.filter((due) => !touched.has(epochMs(due.minute)) || this.#missing(due).length > 0)
  }

  /** Nobody makes it elsewhere any more. */
  putBack(handedOut: HandedOut): void {
    this.#handedOut.delete(handedOut)
  }

  /** Drops what is out of date, and knows what is missing. */
  async #look(): Promise<void> {
    this.#forgetChanged()
    if (this.#due.length === 0 || this.#pieces >= PIECES_A_PLAN) await this.#plan()
  }

  progress(): MomentProgress {
    const kept = this.#parts.store.kept()
    return {
      rows: kept.reduce((sum, { rows }) => sum + rows, 0),
      bytes: kept.reduce((sum, { bytes }) => sum + bytes, 0),
      wanted_minutes: this.#wanted,
      made_minutes: this.#wanted - this.#due.length,
    }
  }

  /** Null where the moment itself has no row: its market state is not possible, or has too many gaps. */
  async similar({ market, at: instant, limit, until, among }: SimilarQuery): Promise<Like[] | null> {
    const { reader, store } = this.#parts
    this.#forgetChanged()
    const row = await this.#rowOf({ market, at: instant })
    if (row === null) return null
    const markets = await reader.markets()
    if (among !== undefined) return nearestAmong(store, markets, { row, limit }, await this.#withRows(among))
    return nearestMoments(store, markets, { market, at: instant, row, limit, until })
  }

  /** Those that have a row: the table's, else made now. */
  async #withRows(moments: readonly NamedMoment[]) {
    const found: { moment: NamedMoment; row: Float32Array }[] = []
    for (const moment of moments) {
      const row = this.#keptRow(moment) ?? (await this.#rowOf(moment))
      if (row !== null) found.push({ moment, row })
    }
    return found
  }

  #keptRow({ market, at: instant }: Moment): Float32Array | null {
    const minute = Math.floor(instant / MINUTE) * MINUTE
    const known = this.#parts.store.read(market, minute)
    const second = (instant - minute) / SECOND
    if (known?.made[second] !== KEPT) return null
    return known.rows.slice(second * ROW_SIZE, (second + 1) * ROW_SIZE)
  }

  async #rowOf({ market, at: instant }: Moment): Promise<Float32Array | null> {
    const { reader, maker } = this.#parts
    const slice = await reader.slice(market, { from: instant, to: instant })
    const { values, known } = await maker.rows(new StateSweep(slice), [instant])
    return known[0] === true ? values : null
  }

  async close(): Promise<void> {
    const { maker, store, database } = this.#parts
    await maker.close()
    store.close()
    await database.close()
  }

  #forgetChanged(): void {
    const { changes: reader, store } = this.#parts
    const before = store.mark()
    const { mark, changes } = reader.since(before)
    if (mark.candles === before.candles) return
    const seen = changes?.map(({ venue, symbol, seenFrom }) => ({
      market: { venue, symbol },
      from: seenFrom,
    }))
    store.forget(seen ?? null, mark)
    if (seen === undefined) this.#made.clear()
    for (const { market, from } of seen ?? []) this.#unmake(market, from)
    for (const each of this.#handedOut)
      for (const { market, from } of seen ?? [{ market: each.market, from: -Infinity }])
        if (marketKey(market) === marketKey(each.market)) each.seenFrom = Math.min(each.seenFrom, from)
  }

  /** What stands ahead of everything that is made has nothing to undo: that is how a market lives. */
  #unmake(market: Market, from: number): void {
    const made = this.#madeOf(market)
    for (const [minute, states] of made) {
      if (minute >= from) made.delete(minute)
      else if (minute + MINUTE > from) states.fill(UNMADE, (from - minute) / SECOND)
    }
  }

  async #plan(): Promise<void> {
    const { reader, most } = this.#parts
    const possible: Possible[] = []
    for (const market of await reader.markets()) {
      possible.push({ market, spans: await testCaseSpans(reader, market) })
    }
    const wanted = wantedMinutes(possible, this.#focus, most)
    this.#wanted = wanted.length
    this.#due = wanted.filter((minute) => this.#missing(minute).length > 0)
    this.#pieces = 0
    this.#trim(possible, wanted)
  }

  /** Takes out what is not wanted any more, where there is more than may be kept. */
  #trim(possible: readonly Possible[], wanted: readonly WantedMinute[]): void {
    const made = possible.map(({ market }) => this.#madeOf(market))
    if (made.reduce((sum, { size }) => sum + size, 0) + this.#due.length <= this.#parts.most) return
    const stay = new Set(wanted.map(({ market, minute }) => `${marketKey(market)}@${minute}`))
    for (const { market } of possible) {
      const own = this.#madeOf(market)
      const gone = [...own.keys()].filter((minute) => !stay.has(`${marketKey(market)}@${minute}`))
      this.#parts.store.remove(market, gone)
      for (const minute of gone) own.delete(minute)
    }
  }

  #madeOf(market: Market): Map<number, Uint8Array> {
    const key = marketKey(market)
    if (!this.#made.has(key)) this.#made.set(key, this.#parts.store.made(market))
    return valueAt(this.#made, key)
  }

  #missing({ market, minute, from, to }: WantedMinute): EpochMs[] {
    const made = this.#madeOf(market).get(minute)
    const missing: EpochMs[] = []
    for (let instant: number = from; instant < to; instant += SECOND) {
      const state = made?.[(instant - minute) / SECOND] ?? UNMADE
      if (state === UNMADE) missing.push(epochMs(instant))
    }
    return missing
  }

  #instantsOf(piece: readonly WantedMinute[]): EpochMs[] {
    return piece.flatMap((minute) => this.#missing(minute)).toSorted((a, b) => a - b)
  }

  async #make(piece: readonly WantedMinute[]): Promise<void> {
    const { market } = at(piece, 0)
    const instants = this.#instantsOf(piece)
    this.#keep(market, instants, await rowsAt(this.#parts, market, instants), Infinity)
  }

  /** Those of instants before `until`. */
  #keep(market: Market, instants: readonly EpochMs[], { values, known }: Rows, until: number): void {
    const minutes = new Map<number, MinuteRows>()
    for (const [i, instant] of instants.entries()) {
      if (instant >= until) continue
      const from = Math.floor(instant / MINUTE) * MINUTE
      const { minute, made, rows } = minutes.get(from) ?? this.#minuteOf(market, from)
      minutes.set(from, { minute, made, rows })
      const second = (instant - minute) / SECOND
      made[second] = known[i] === true ? KEPT : NONE
      rows.set(values.subarray(i * ROW_SIZE, (i + 1) * ROW_SIZE), second * ROW_SIZE)
    }
    this.#parts.store.put(market, [...minutes.values()])
    for (const { minute, made } of minutes.values()) this.#madeOf(market).set(minute, made)
  }

  #minuteOf(market: Market, minute: number): MinuteRows {
    const known = this.#parts.store.read(market, minute)
    if (known !== null) return known
    return {
      minute: epochMs(minute),
      made: new Uint8Array(SECONDS),
      rows: new Float32Array(SECONDS * ROW_SIZE),
    }
  }
}
