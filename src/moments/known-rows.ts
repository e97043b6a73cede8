// Rows that are kept: a second of a market is looked at once, however often it is asked about.
import { marketKey } from '../contract/market-name.ts'
import { at } from '../core/at.ts'
import { MINUTE, SECOND, epochMs, floorTo, type EpochMs } from '../core/time.ts'
import type { StateSweep } from '../market-state/sweep.ts'
import type { Market } from '../market/types.ts'
import { ROW_SIZE } from '../models/moment-row.ts'
import type { KeptRows } from './kept-rows.ts'
import type { MomentMaker, Rows } from './moment-rows.ts'
import { KEPT, NONE as IS_NONE } from './moment-store.ts'
import { RowStore } from './row-store.ts'

const SECONDS = MINUTE / SECOND
/** Two days, 340 MB. */
const MOST_ROWS = 172_800
/** In place of a row's place: not made yet, or there is none. */
const [UNMADE, NONE] = [-1, -2]
const NOTHING = { made: new Uint8Array(0), rows: new Float32Array(0) }

/** A second of a market: the places of its minute's rows, and which it is. */
interface Place {
  readonly minute: Int32Array
  readonly second: number
}

export class KnownRows {
  readonly #maker: MomentMaker
  readonly #most: number
  readonly #store = new RowStore(ROW_SIZE)
  /** Where rows lie, by market and minute; the one that was asked about longest ago comes first. */
  readonly #minutes = new Map<string, Int32Array>()
  #table: KeptRows | null

  /**
   * @param most rows that are kept
   * @param table where rows of the same data are read instead of made
   */
  constructor(maker: MomentMaker, most = MOST_ROWS, table: KeptRows | null = null) {
    this.#maker = maker
    this.#most = most
    this.#table = table
  }

  /** From now on rows are read from there; from nowhere where null. */
  readFrom(table: KeptRows | null): void {
    this.#table = table
  }

  /** The rows as of these instants, whole seconds that the sweep's slice serves, made where they are not known yet. */
  async rows(market: Market, sweep: StateSweep, instants: readonly EpochMs[]): Promise<Rows> {
    const places = this.#placesOf(market, instants)
    const missing = instants.filter((_, i) => lies(at(places, i)) === UNMADE)
    if (missing.length > 0) await this.#make(market, sweep, missing)
    const values = new Float32Array(instants.length * ROW_SIZE)
    const known = places.map((place, i) => {
      const lying = lies(place)
      if (lying < 0) return false
      this.#store.copy(lying, values, i * ROW_SIZE)
      return true
    })
    this.#trim()
    return { values, known }
  }

  /** The row of a second that was asked about before, null where it has none; undefined where it is not kept. */
  kept(market: Market, instant: EpochMs): Float32Array | null | undefined {
    const place = lies(at(this.#placesOf(market, [instant]), 0))
    if (place === UNMADE) return undefined
    if (place === NONE) return null
    const row = new Float32Array(ROW_SIZE)
    this.#store.copy(place, row, 0)
    return row
  }

  /** Data of a market changed, none of it earlier than `from`: rows as of later instants saw it. */
  forget(market: Market, from: number): void {
    const key = marketKey(market)
    for (const name of this.#minutes.keys()) {
      const [of, minute] = split(name)
      if (of === key && minute + MINUTE > from) this.#drop(name)
    }
  }

  forgetAll(): void {
    for (const name of this.#minutes.keys()) this.#drop(name)
  }

  async #make(market: Market, sweep: StateSweep, instants: readonly EpochMs[]): Promise<void> {
    const { values, known } = await this.#maker.rows(sweep, instants)
    for (const [i, { minute, second }] of this.#placesOf(market, instants).entries()) {
      minute[second] = known[i] === true ? this.#store.keep(rowAt(values, i)) : NONE
    }
  }

  /** Instants in a row mostly lie in one minute: it is looked up once. */
  #placesOf(market: Market, instants: readonly EpochMs[]): Place[] {
    let last: { from: EpochMs; minute: Int32Array } | undefined
    return instants.map((instant) => {
      const from = floorTo(instant, MINUTE)
      if (last?.from !== from) last = { from, minute: this.#minuteOf(market, from) }
      return { minute: last.minute, second: (instant - from) / SECOND }
    })
  }

  #minuteOf(market: Market, from: EpochMs): Int32Array {
    const name = `${marketKey(market)}@${from}`
    const minute = this.#minutes.get(name) ?? this.#read(market, from)
    // Set anew, it is the last to go.
    this.#minutes.delete(name)
    this.#minutes.set(name, minute)
    return minute
  }

  #read(market: Market, from: EpochMs): Int32Array {
    const minute = new Int32Array(SECONDS).fill(UNMADE)
    const { made, rows } = this.#table?.minute(market, from) ?? NOTHING
    for (const [second, state] of made.entries()) {
      if (state === KEPT) minute[second] = this.#store.keep(rowAt(rows, second))
      else if (state === IS_NONE) minute[second] = NONE
    }
    return minute
  }

  #trim(): void {
    for (const name of this.#minutes.keys()) {
      if (this.#store.size <= this.#most) return
      this.#drop(name)
    }
  }

  #drop(name: string): void {
    for (const lying of this.#minutes.get(name) ?? []) if (lying >= 0) this.#store.drop(lying)
    this.#minutes.delete(name)
  }
}

function rowAt(rows: Float32Array, index: number): Float32Array {
  return rows.subarray(index * ROW_SIZE, (index + 1) * ROW_SIZE)
}

function lies({ minute, second }: Place): number {
  return minute[second] ?? UNMADE
}

function split(name: string): [key: string, minute: EpochMs] {
  const end = name.lastIndexOf('@')
  return [name.slice(0, end), epochMs(Number(name.slice(end + 1)))]
}
