// Stored order books: one-second snapshots of each venue, a minute a row; appended, read by range, read as of an instant.
import type { Sqlite } from '../../core/database.ts'
import { inTransaction } from '../../core/transaction.ts'
import { floorTo, MINUTE, type EpochMs } from '../../core/time.ts'
import { rangeOf, unionOf } from '../ranges.ts'
import { transactionEnds } from '../store/transaction-ends.ts'
import type { Market, TimeRange } from '../types.ts'
import { BookChanges } from './book-changes.ts'
import { DecodedMinutes } from './decoded-minutes.ts'
import { decodeBlock } from './snapshot-codec.ts'
import { checkSnapshot } from './snapshot-check.ts'
import { isSameSnapshot, type TopSnapshot } from './top-snapshot.ts'

export interface AppendResult {
  readonly added: number
  /** Stored before, the same. */
  readonly present: number
  /** Stored before, but different. What is stored stays: a signal may have seen it. */
  readonly conflicts: number
  /** Seconds of those added, and of those present. */
  readonly addedAt: readonly EpochMs[]
  readonly presentAt: readonly EpochMs[]
}

/** A stored minute as it lies in the database. */
export interface BookBlock {
  readonly start: EpochMs
  readonly seconds: number
  readonly data: Uint8Array
}

/** A result as it is being counted. */
interface Counting {
  added: number
  present: number
  conflicts: number
  readonly addedAt: EpochMs[]
  readonly presentAt: EpochMs[]
}

type BlockRow = [start: number, seconds: number, data: Uint8Array]

/** What a live second reads, and more; longer stretches are gone through once and not kept. */
const SHORT = 5

/** Over a database with `marketMigrations` and `bookMigrations`. */
export class BookStore {
  readonly #sqlite: Sqlite
  readonly #read
  readonly #write
  readonly #changes: BookChanges
  readonly #delete
  readonly #end: () => void
  readonly #minutes = new DecodedMinutes()
  readonly #ids = new Map<string, number>()

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite
    this.#read = sqlite
      .prepare(
        'SELECT start, seconds, data FROM book_block WHERE market = ? AND start >= ? AND start < ? ORDER BY start',
      )
      .raw()
    this.#changes = new BookChanges(sqlite)
    this.#end = transactionEnds(sqlite)
    this.#delete = sqlite.prepare('DELETE FROM book_block WHERE market = ? AND start = ?')
    this.#write = sqlite.prepare(
      `INSERT INTO book_block (market, start, seconds, first_time, last_time, data) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (market, start) DO UPDATE SET seconds = excluded.seconds, first_time = excluded.first_time,
         last_time = excluded.last_time, data = excluded.data`,
    )
  }

  /**
   * Adds snapshots, in any order and any number of calls: the stored bytes are the same. One a second; the first stays.
   * @throws AppError `invalid_book_snapshot`; then nothing is stored.
   */
  append(market: Market, snapshots: readonly TopSnapshot[]): AppendResult {
    const result: Counting = { added: 0, present: 0, conflicts: 0, addedAt: [], presentAt: [] }
    if (snapshots.length === 0) return result
    const byMinute = new Map<EpochMs, TopSnapshot[]>()
    for (const snapshot of snapshots) {
      checkSnapshot(snapshot)
      const start = floorTo(snapshot.time, MINUTE)
      const minute = byMinute.get(start)
      if (minute === undefined) byMinute.set(start, [snapshot])
      else minute.push(snapshot)
    }
    this.#transaction(() => {
      const id = this.#open(market)
      for (const [start, minute] of byMinute) this.#addToBlock(id, start, minute, result)
    })
    return result
  }

  /** from ≤ time < to, ascending. */
  range(market: Market, { from, to }: TimeRange): TopSnapshot[] {
    const id = this.#find(market)
    if (id === null) return []
    const blocks = this.blocks(market, rangeOf(floorTo(from, MINUTE), to))
    const decoded = ({ start, data }: BookBlock): readonly TopSnapshot[] =>
      blocks.length > SHORT ? decodeBlock(data) : this.#minutes.of(id, start, data)
    return blocks.flatMap(decoded).filter(({ time }) => time >= from && time < to)
  }

  /**
   * The last `count` snapshots as of `asOf`, ascending: those of seconds up to and including `asOf`, which hold only events before it. They
   * need not be one second apart.
   */
  before(market: Market, asOf: EpochMs, count = 100): TopSnapshot[] {
    const id = this.#find(market)
    if (id === null) return []
    const rows = this.#sqlite
      .prepare(
        'SELECT start, seconds FROM book_block WHERE market = ? AND start <= ? ORDER BY start DESC LIMIT ?',
      )
      .raw()
      .all([id, asOf, count + 1]) as [number, number][]
    let first = rows[0]?.[0] ?? asOf
    let seconds = 0
    // The newest block may be all later than `asOf`: it is read, but does not count.
    for (const [index, row] of rows.entries()) {
      first = row[0]
      if (index > 0) seconds += row[1]
      if (seconds >= count) break
    }
    return this.range(market, rangeOf(first, asOf + 1)).slice(-count)
  }

  /** Stored minutes with from ≤ start < to, as bytes. */
  blocks(market: Market, { from, to }: TimeRange): BookBlock[] {
    const id = this.#find(market)
    if (id === null) return []
    const rows = this.#read.all([id, from, to]) as BlockRow[]
    return rows.map(([start, seconds, data]) => ({ start: start as EpochMs, seconds, data: bytesOf(data) }))
  }

  /**
   * Merged stretches of seconds that are stored, ascending: a snapshot of second S stands for [S, S + 1 s). Minutes that have every second
   * between their first and last are not decoded.
   */
  recorded(market: Market): TimeRange[] {
    const id = this.#find(market)
    if (id === null) return []
    const rows = this.#sqlite
      .prepare('SELECT start, seconds, first_time, last_time FROM book_block WHERE market = ? ORDER BY start')
      .raw()
      .all([id]) as [number, number, number, number][]
    const parts = rows.map(([start, seconds, first, last]) => {
      if ((last - first) / 1000 + 1 === seconds) return [rangeOf(first, last + 1000)]
      return this.range(market, rangeOf(start, start + MINUTE)).map(({ time }) => rangeOf(time, time + 1000))
    })
    return unionOf(...parts)
  }

  /** Whether anything of a market's book is stored. */
  has(market: Market): boolean {
    const id = this.#find(market)
    if (id === null) return false
    return this.#sqlite.prepare('SELECT 1 FROM book_block WHERE market = ? LIMIT 1').get([id]) !== undefined
  }

  /** The markets of a symbol that have a book, by venue. */
  marketsOf(symbol: string): Market[] {
    const rows = this.#sqlite
      .prepare(
        'SELECT venue FROM market WHERE symbol = ? AND EXISTS (SELECT 1 FROM book_block WHERE market = market.id) ORDER BY venue',
      )
      .raw()
      .all([symbol]) as [string][]
    return rows.map(([venue]) => ({ venue, symbol }))
  }

  /** What a market's books take in the database: bytes of encoded blocks, and how many seconds they hold. */
  size(market: Market): { bytes: number; seconds: number } {
    const id = this.#find(market)
    const rows = this.#sqlite
      .prepare('SELECT total(length(data)), total(seconds) FROM book_block WHERE market = ?')
      .raw()
      .all([id]) as [number, number][]
    const [bytes, seconds] = rows[0] ?? [0, 0]
    return { bytes, seconds }
  }

  /** How far what is stored within `range` reaches, of whole minutes that meet it; null where nothing is. */
  extent(market: Market, { from, to }: TimeRange): TimeRange | null {
    const sql =
      'SELECT min(first_time), max(last_time) FROM book_block WHERE market = ? AND first_time < ? AND last_time >= ?'
    const rows = this.#sqlite
      .prepare(sql)
      .raw()
      .all([this.#find(market), to, from]) as [number | null, number | null][]
    const [first, last] = rows[0] ?? [null, null]
    return first === null || last === null ? null : rangeOf(Math.max(first, from), Math.min(last + 1, to))
  }

  /** Takes the seconds with from ≤ time < to out. How many there were. */
  remove(market: Market, { from, to }: TimeRange): number {
    const id = this.#find(market)
    if (id === null) return 0
    let removed = 0
    this.#transaction(() => {
      for (const { start, data } of this.blocks(market, rangeOf(floorTo(from, MINUTE), to))) {
        const all = decodeBlock(data)
        const kept = all.filter(({ time }) => time < from || time >= to)
        removed += all.length - kept.length
        if (kept.length < all.length) this.#putBlock(id, start, data, kept)
      }
      if (removed > 0) this.#changes.note(id, from)
    })
    return removed
  }

  #addToBlock(id: number, start: EpochMs, fresh: readonly TopSnapshot[], result: Counting): void {
    const stored = this.#read.all([id, start, start + 1]) as BlockRow[]
    const [data = null] = stored.map(([, , bytes]) => bytesOf(bytes))
    const known = data === null ? [] : this.#minutes.of(id, start, data)
    const bySecond = new Map(known.map((snapshot) => [snapshot.time, snapshot]))
    for (const snapshot of fresh) {
      const present = bySecond.get(snapshot.time)
      if (present === undefined) {
        bySecond.set(snapshot.time, snapshot)
        result.added += 1
        result.addedAt.push(snapshot.time)
      } else if (isSameSnapshot(present, snapshot)) {
        result.present += 1
        result.presentAt.push(snapshot.time)
      } else result.conflicts += 1
    }
    if (bySecond.size === known.length) return
    const all = [...bySecond.values()].sort((a, b) => a.time - b.time)
    const earliest = fresh.reduce((least, { time }) => Math.min(least, time), Number.POSITIVE_INFINITY)
    this.#changes.note(id, earliest)
    this.#putBlock(id, start, data, all)
  }

  /** `all`: ascending; a minute of none is no row. `stored`: what it held; null where it is new. */
  #putBlock(id: number, start: EpochMs, stored: Uint8Array | null, all: readonly TopSnapshot[]): void {
    const [first, last] = [all[0], all.at(-1)]
    if (first === undefined || last === undefined) this.#delete.run([id, start])
    else {
      const data = Buffer.from(this.#minutes.grown(id, start, stored, all))
      this.#write.run([id, start, all.length, first.time, last.time, data])
    }
  }

  #transaction(work: () => void): void {
    if (this.#sqlite.inTransaction) return work()
    inTransaction(this.#sqlite, () => {
      work()
      this.#end()
    })
  }

  #find({ venue, symbol }: Market): number | null {
    const key = `${venue} ${symbol}`
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const rows = this.#sqlite
      .prepare('SELECT id FROM market WHERE venue = ? AND symbol = ?')
      .raw()
      .all([venue, symbol]) as [number][]
    const id = rows[0]?.[0] ?? null
    // Inside a transaction the row may yet be rolled back.
    if (id !== null && !this.#sqlite.inTransaction) this.#ids.set(key, id)
    return id
  }

  #open(market: Market): number {
    const known = this.#find(market)
    if (known !== null) return known
    const { lastInsertRowid } = this.#sqlite
      .prepare('INSERT INTO market (venue, symbol) VALUES (?, ?)')
      .run([market.venue, market.symbol])
    return Number(lastInsertRowid)
  }
}

/** The driver hands out blobs as buffers, or as ArrayBuffers. */
function bytesOf(data: Uint8Array | ArrayBuffer): Uint8Array {
  return data instanceof Uint8Array ? data : new Uint8Array(data)
}
