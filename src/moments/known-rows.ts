// Rows that are kept: a second of a market is looked at once, however often it is asked about.
import { marketKey } from '../contract/market-name.ts'
import { at } from '../core/at.ts'
import { MINUTE, SECOND, epochMs, floorTo, type EpochMs } from '../core/time.ts'
import type { StateSweep } from '../market-state/sweep.ts'
import type { Market } from '../market/types.ts'
import { ROW_SIZE } from '../models/moment-row.ts'
import type { KeptRows } from './kept-rows.ts'
import type { MomentMaker, Rows } from './moment-rows.ts'
import { fromHalves } from './half.ts'
import { KEPT, NONE as IS_NONE } from './moment-store.ts'
import { RowStore } from './row-store.ts'

const SECONDS = MINUTE / SECOND
/** Two days, 340 MB. */
const MOST_ROWS = 172_800
/** In place of a row's place: not made yet, there is none, or it is among the minute's halves. */
const [UNMADE, NONE, READ] = [-1, -2, -3]

interface Minute {
  /** Of the rows of its seconds. */
  readonly places: Int32Array
  /** What was read of the table, [60, ROW_SIZE]; null where nothing was. */
  readonly halves: Uint16Array | null
}

/** A second of a market. */
interface Place {
  readonly minute: Minute
  readonly second: number
}

export class KnownRows {
  /** Makes them; open as long as these are asked. */
  readonly maker: MomentMaker
  readonly #most: number
  readonly #store = new RowStore(ROW_SIZE)
  /** Where rows lie, by market and minute; the one that was asked about longest ago comes first. */
  readonly #minutes = new Map<string, Minute>()
  /** Rows of the table that are kept. */
  #read = 0
  #table: KeptRows | null

  /**
   * @param most rows that are kept
   * @param table where rows of the same data are read instead of made
   */
  constructor(maker: MomentMaker, most = MOST_ROWS, table: KeptRows | null = null) {
    this.maker = maker
    this.#most = most
    this.#table = table
  }

  /** From now on rows are read from there; from nowhere where null. */
  readFrom(table: KeptRows | null): void {
    this.#table = table
  }

  /**
   * The rows as of these instants, whole seconds that the sweep's slice serves, made where they are not known yet.
   * @param into where the rows are written, whatever stands there; memory of their own where absent
   */
  async rows(
    market: Market,
    sweep: StateSweep,
    instants: readonly EpochMs[],
    into?: Float32Array,
  ): Promise<Rows> {
    const places = this.#placesOf(market, instants)
    const missing = instants.filter((_, i) => lies(at(places, i)) === UNMADE)
    if (missing.length > 0) await this.#make(market, sweep, missing)
    const size = instants.length * ROW_SIZE
    const values = into?.subarray(0, size) ?? new Float32Array(size)
    const known = places.map((place, i) => this.#write(place, rowAt(values, i)))
    this.#trim()
    return { values, known }
  }

  /** The row of a second that was asked about before, null where it has none; undefined where it is not kept. */
  kept(market: Market, instant: EpochMs): Float32Array | null | undefined {
    const place = at(this.#placesOf(market, [instant]), 0)
    if (lies(place) === UNMADE) return undefined
    const row = new Float32Array(ROW_SIZE)
    return this.#write(place, row) ? row : null
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

  /** False, and zeros, where there is no row. */
  #write({ minute: { places, halves }, second }: Place, into: Float32Array): boolean {
    const place = places[second] ?? NONE
    if (place >= 0) this.#store.copy(place, into, 0)
    else if (place === READ && halves !== null) fromHalves(rowAt(halves, second), into)
    else into.fill(0)
    return place >= 0 || place === READ
  }

  async #make(market: Market, sweep: StateSweep, instants: readonly EpochMs[]): Promise<void> {
    const { values, known } = await this.maker.rows(sweep, instants)
    for (const [i, { minute, second }] of this.#placesOf(market, instants).entries()) {
      minute.places[second] = known[i] === true ? this.#store.keep(rowAt(values, i)) : NONE
    }
  }

  /** Instants in a row mostly lie in one minute: it is looked up once. */
  #placesOf(market: Market, instants: readonly EpochMs[]): Place[] {
    let last: { from: EpochMs; minute: Minute } | undefined
    return instants.map((instant) => {
      const from = floorTo(instant, MINUTE)
      if (last?.from !== from) last = { from, minute: this.#minuteOf(market, from) }
      return { minute: last.minute, second: (instant - from) / SECOND }
    })
  }

  #minuteOf(market: Market, from: EpochMs): Minute {
    const name = `${marketKey(market)}@${from}`
    const minute = this.#minutes.get(name) ?? this.#begin(market, from)
    // Set anew, it is the last to go.
    this.#minutes.delete(name)
    this.#minutes.set(name, minute)
    return minute
  }

  #begin(market: Market, from: EpochMs): Minute {
    const places = new Int32Array(SECONDS).fill(UNMADE)
    const kept = this.#table?.minute(market, from) ?? null
    for (const [second, state] of kept?.made.entries() ?? []) {
      if (state === KEPT) places[second] = READ
      else if (state === IS_NONE) places[second] = NONE
    }
    this.#read += readIn(places)
    return { places, halves: kept?.halves ?? null }
  }

  #trim(): void {
    for (const name of this.#minutes.keys()) {
      if (this.#store.size + this.#read <= this.#most) return
      this.#drop(name)
    }
  }

  #drop(name: string): void {
    const places = this.#minutes.get(name)?.places ?? new Int32Array(0)
    for (const lying of places) if (lying >= 0) this.#store.drop(lying)
    this.#read -= readIn(places)
    this.#minutes.delete(name)
  }
}

function readIn(places: Int32Array): number {
  return places.reduce((count, place) => count + Number(place === READ), 0)
}

function rowAt<T extends Float32Array | Uint16Array>(rows: T, index: number): T {
  return rows.subarray(index * ROW_SIZE, (index + 1) * ROW_SIZE) as T
}

function lies({ minute, second }: Place): number {
  return minute.places[second] ?? UNMADE
}

function split(name: string): [key: string, minute: EpochMs] {
  const end = name.lastIndexOf('@')
  return [name.slice(0, end), epochMs(Number(name.slice(end + 1)))]
}
