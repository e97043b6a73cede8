// Rows of moments on disk: a database of their own, because they can be made anew and nobody should wait for their lock.
import { createHash } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { marketKey } from '../contract/market-name.ts'
import { DATABASE_FILES, openConnection } from '../core/connection.ts'
import { at, valueAt } from '../core/at.ts'
import { isDamage } from '../core/damage.ts'
import type { Sqlite } from '../core/database.ts'
import { AppError } from '../core/errors.ts'
import { MINUTE, SECOND, epochMs, type EpochMs } from '../core/time.ts'
import { inTransaction } from '../core/transaction.ts'
import type { ChangeMark } from '../market/store/changes-since.ts'
import type { Market } from '../market/types.ts'
import { exportMomentRow, ROW_SIZE } from '../models/moment-row.ts'
import { fromHalves, toHalves } from './half.ts'

export const SECONDS = MINUTE / SECOND
/** Halves of 60 rows. */
export const BYTES_A_MINUTE = SECONDS * ROW_SIZE * 2
/** Of a second: nothing is known of its row yet, it is kept, or the second has none. */
export const [UNMADE, KEPT, NONE] = [0, 1, 2]
const BUSY_MS = 10_000
const PAGE = `SELECT minute, made, halves FROM minute JOIN minute_rows USING (market, minute)
  WHERE market = ? AND minute >= ? AND minute < ? ORDER BY minute LIMIT 60`
/** How rows are laid out here; another number makes all of them anew. */
const LAYOUT = 1
const SCHEMA = `
  PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS definition (id INTEGER PRIMARY KEY CHECK (id = 0), of TEXT NOT NULL, seen INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS market (id INTEGER PRIMARY KEY, venue TEXT NOT NULL, symbol TEXT NOT NULL, UNIQUE (venue, symbol));
  CREATE TABLE IF NOT EXISTS minute (market INTEGER, minute INTEGER, kept INTEGER NOT NULL, made BLOB NOT NULL, PRIMARY KEY (market, minute)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS minute_rows (market INTEGER, minute INTEGER, halves BLOB NOT NULL, PRIMARY KEY (market, minute));
`

/** A minute's rows. */
export interface MinuteRows {
  /** Its first second, an as-of instant like those that follow. */
  readonly minute: EpochMs
  /** Of each of its seconds: UNMADE, KEPT or NONE. */
  readonly made: Uint8Array
  /** float32 [60, ROW_SIZE]; zeros where none is kept. As they are read, they have been halves. */
  readonly rows: Float32Array
}

/** A minute's rows as they lie on disk. */
export interface MinuteHalves extends Pick<MinuteRows, 'minute' | 'made'> {
  /** [60, ROW_SIZE] */
  readonly halves: Uint16Array
}

class OtherDefinition extends Error {}

/** What is kept of a market. */
export interface Kept {
  readonly market: Market
  readonly from: EpochMs
  readonly to: EpochMs
  readonly rows: number
  readonly bytes: number
}

/** The first 16 digits of what the rows mean: the graph that makes them, and how they are laid out. */
export function rowDefinition(): string {
  return createHash('sha256').update(exportMomentRow()).update(`${LAYOUT}`).digest('hex').slice(0, 16)
}

export class MomentStore {
  readonly #sqlite: Sqlite
  readonly #markets = new Map<string, number>()
  /** Prepared once: whoever asks minute by minute would wait for that each time. */
  #page: ReturnType<Sqlite['prepare']> | undefined

  private constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite
  }

  /** Opens it, empty where there is none; another definition's, and what cannot be read, is made anew. */
  static open(path: string): MomentStore {
    const definition = rowDefinition()
    try {
      return MomentStore.#openAs(path, definition)
    } catch (error) {
      if (!isToMakeAnew(error)) throw error
      for (const end of DATABASE_FILES) rmSync(`${path}${end}`, { force: true })
      return MomentStore.#openAs(path, definition)
    }
  }

  static #openAs(path: string, definition: string): MomentStore {
    const sqlite = openConnection(path, BUSY_MS)
    try {
      sqlite.exec(SCHEMA)
      sqlite.prepare('INSERT OR IGNORE INTO definition (id, of, seen) VALUES (0, ?, 0)').run([definition])
      if (definitionIn(sqlite) !== definition) throw new OtherDefinition()
      return new MomentStore(sqlite)
    } catch (error) {
      sqlite.close()
      throw error
    }
  }

  /** As it stands now, however it is changed meanwhile; null where there is none, where it is another definition's, and where it cannot be read. */
  static openToRead(path: string): MomentStore | null {
    if (!existsSync(path)) return null
    let sqlite: Sqlite | undefined
    try {
      sqlite = openConnection(path, BUSY_MS)
      sqlite.exec('BEGIN')
      if (definitionIn(sqlite) === rowDefinition()) return new MomentStore(sqlite)
    } catch {
      // Rows are made where none are read.
    }
    sqlite?.close()
    return null
  }

  /** How far the market's changes have been read. */
  mark(): ChangeMark {
    const [[seen]] = this.#sqlite.prepare('SELECT seen FROM definition').raw().all() as [[number]]
    return { candles: seen, books: 0 }
  }

  /** Drops the rows that saw what changed, of each market those as of `from` or later; null drops all. The mark is kept with it. */
  forget(changes: readonly { market: Market; from: number }[] | null, mark: ChangeMark): void {
    inTransaction(this.#sqlite, () => {
      if (changes === null) this.#sqlite.exec('DELETE FROM minute; DELETE FROM minute_rows')
      for (const { market, from } of changes ?? []) this.#forgetFrom(this.#idOf(market), from)
      this.#sqlite.prepare('UPDATE definition SET seen = ?').run([mark.candles])
    })
  }

  /** Of every minute of a market of which something is known, what is known. */
  made(market: Market): Map<number, Uint8Array> {
    const rows = this.#sqlite.prepare('SELECT minute, made FROM minute WHERE market = ?').raw()
    const found = rows.all([this.#idOf(market)]) as [number, Uint8Array][]
    return new Map(found.map(([minute, made]) => [minute, Uint8Array.from(made)]))
  }

  put(market: Market, minutes: readonly MinuteRows[]): void {
    const id = this.#idOf(market)
    inTransaction(this.#sqlite, () => {
      const head = this.#sqlite.prepare('INSERT OR REPLACE INTO minute VALUES (?, ?, ?, ?)')
      const body = this.#sqlite.prepare('INSERT OR REPLACE INTO minute_rows VALUES (?, ?, ?)')
      for (const { minute, made, rows } of minutes) {
        head.run([id, minute, made.filter((state) => state === KEPT).length, Buffer.from(made)])
        body.run([id, minute, Buffer.from(toHalves(rows).buffer)])
      }
    })
  }

  remove(market: Market, minutes: readonly number[]): void {
    const id = this.#idOf(market)
    inTransaction(this.#sqlite, () => {
      for (const table of ['minute', 'minute_rows']) {
        const remove = this.#sqlite.prepare(`DELETE FROM ${table} WHERE market = ? AND minute = ?`)
        for (const minute of minutes) remove.run([id, minute])
      }
    })
  }

  /** One minute's rows; null where nothing is known of it. */
  read(market: Market, minute: number): MinuteRows | null {
    return this.#minutes(market, minute, minute + 1).next().value ?? null
  }

  /** The same, not made numbers yet. */
  readHalves(market: Market, minute: number): MinuteHalves | null {
    return this.#halves(market, minute, minute + 1).next().value ?? null
  }

  /** The minutes of a market that begin in [from, to), ascending. */
  *#halves(market: Market, from: number, to: number): Generator<MinuteHalves, undefined> {
    const id = this.#knownIdOf(market)
    if (id === undefined) return
    const page = (this.#page ??= this.#sqlite.prepare(PAGE).raw())
    for (let next = from; ;) {
      const found = page.all([id, next, to]) as [number, Buffer, Buffer][]
      for (const [minute, made, halves] of found)
        yield { minute: epochMs(minute), made: Uint8Array.from(made), halves: halvesIn(halves) }
      if (found.length === 0) return
      next = at(found, -1)[0] + MINUTE
    }
  }

  /** The same as rows; each call's are the same array, written anew. */
  *#minutes(market: Market, from: number, to: number): Generator<MinuteRows, undefined> {
    const rows = new Float32Array(SECONDS * ROW_SIZE)
    for (const { minute, made, halves } of this.#halves(market, from, to)) {
      fromHalves(halves, rows)
      yield { minute, made, rows }
    }
  }

  /** All of a market's minutes that begin before `to`, ascending; the rows are written over by the next one's. */
  minutes(market: Market, to: number): Iterable<MinuteRows> {
    return this.#minutes(market, Number.MIN_SAFE_INTEGER, to)
  }

  kept(): Kept[] {
    return keptIn(this.#sqlite)
  }

  close(): void {
    this.#page = undefined
    this.#sqlite.close()
  }

  #forgetFrom(id: number, from: number): void {
    const whole = Math.ceil(from / MINUTE) * MINUTE
    for (const table of ['minute', 'minute_rows']) {
      this.#sqlite.prepare(`DELETE FROM ${table} WHERE market = ? AND minute >= ?`).run([id, whole])
    }
    const part = this.#sqlite.prepare('SELECT made FROM minute WHERE market = ? AND minute = ?').raw()
    const [row] = part.all([id, whole - MINUTE]) as [Uint8Array][]
    if (row === undefined) return
    const made = Uint8Array.from(row[0]).fill(UNMADE, (from - whole + MINUTE) / SECOND)
    this.#sqlite
      .prepare('UPDATE minute SET made = ?, kept = ? WHERE market = ? AND minute = ?')
      .run([Buffer.from(made), made.filter((state) => state === KEPT).length, id, whole - MINUTE])
  }

  #idOf(market: Market): number {
    const known = this.#knownIdOf(market)
    if (known !== undefined) return known
    const { venue, symbol } = market
    this.#sqlite.prepare('INSERT OR IGNORE INTO market (venue, symbol) VALUES (?, ?)').run([venue, symbol])
    this.#knownIdOf(market)
    return valueAt(this.#markets, marketKey(market))
  }

  #knownIdOf(market: Market): number | undefined {
    const key = marketKey(market)
    const known = this.#markets.get(key)
    if (known !== undefined) return known
    const find = this.#sqlite.prepare('SELECT id FROM market WHERE venue = ? AND symbol = ?').raw()
    const [[id] = []] = find.all([market.venue, market.symbol]) as [number][]
    if (id !== undefined) this.#markets.set(key, id)
    return id
  }
}

function definitionIn(sqlite: Sqlite): string {
  const [[of]] = sqlite.prepare('SELECT of FROM definition').raw().all() as [[string]]
  return of
}

/** Of another definition, damaged, or a link or a pipe in its place. */
function isToMakeAnew(error: unknown): boolean {
  const isNoFile = error instanceof AppError && error.code === 'not_a_file'
  return error instanceof OtherDefinition || isDamage(error) || isNoFile
}

/** What is kept, for whoever has the store not open: nothing is made, and what cannot be read holds nothing. */
export function keptAt(path: string): Kept[] {
  if (!existsSync(path)) return []
  let sqlite: Sqlite | undefined
  try {
    sqlite = openConnection(path, BUSY_MS)
    return keptIn(sqlite)
  } catch {
    return []
  } finally {
    sqlite?.close()
  }
}

function keptIn(sqlite: Sqlite): Kept[] {
  const totals = sqlite.prepare(
    `SELECT venue, symbol, min(minute), max(minute), sum(kept), count(*) FROM minute JOIN market ON id = market
     GROUP BY market HAVING sum(kept) > 0 ORDER BY venue, symbol`,
  )
  const found = totals.raw().all() as [string, string, number, number, number, number][]
  return found.map(([venue, symbol, from, to, rows, minutes]) => ({
    market: { venue, symbol },
    from: epochMs(from),
    to: epochMs(to + MINUTE),
    rows,
    bytes: minutes * BYTES_A_MINUTE,
  }))
}

/** A copy where the blob does not begin where halves may. */
function halvesIn(blob: Buffer): Uint16Array {
  const { buffer, byteOffset, byteLength } = byteOffsetIsEven(blob) ? blob : new Uint8Array(blob)
  return new Uint16Array(buffer, byteOffset, byteLength / 2)
}

function byteOffsetIsEven({ byteOffset }: Buffer): boolean {
  return byteOffset % Uint16Array.BYTES_PER_ELEMENT === 0
}
