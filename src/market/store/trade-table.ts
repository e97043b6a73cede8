// Rows of trades, each once by its key, in an order that no import order can change.
import type { Sqlite } from '../../core/database.ts'
import type { EpochMs } from '../../core/time.ts'
import { at } from '../../core/at.ts'
import type { Side, TimeRange, Trade } from '../types.ts'
import { BulkWriter } from './bulk.ts'
import { MOST_DIFFERENCES, type Difference, type Overriding, type PutResult } from './putting.ts'
import type { Claim } from './what-stands.ts'

/** [time, id, sequence, price, amount, side, arrived at] */
type TradeRow = [number, string, number, number, number, number, number]
type SourcedRow = [...TradeRow, source: number]

const SIDES: readonly (Side | null)[] = ['sell', null, 'buy']

export class TradeTable {
  readonly #read
  readonly #stored
  readonly #lastPrice
  readonly #next
  readonly #delete
  readonly #insert: BulkWriter

  constructor(sqlite: Sqlite) {
    this.#read = sqlite
      .prepare(
        `SELECT time, id, sequence, price, amount, side, arrived_at FROM trade
         WHERE market = ? AND time >= ? AND time < ? ORDER BY time, sequence, length(id), id`,
      )
      .raw()
    this.#stored = sqlite
      .prepare(
        `SELECT time, id, sequence, price, amount, side, arrived_at, source FROM trade
         WHERE market = ? AND time >= ? AND time < ? ORDER BY time`,
      )
      .raw()
    this.#lastPrice = sqlite
      .prepare(
        `SELECT price FROM trade WHERE market = ?1 AND time = (SELECT max(time) FROM trade WHERE market = ?1 AND time < ?2
           AND arrived_at <= ?3) AND arrived_at <= ?3 ORDER BY sequence DESC, length(id) DESC, id DESC LIMIT 1`,
      )
      .raw()
    this.#next = sqlite.prepare('SELECT min(time) FROM trade WHERE market = ? AND time >= ?').raw()
    this.#delete = sqlite.prepare('DELETE FROM trade WHERE market = ? AND time = ? AND id = ?')
    this.#insert = new BulkWriter(sqlite, 'INSERT OR REPLACE INTO trade', 'sooooooos')
  }

  /** from ≤ time < to, in order. */
  read(market: number, { from, to }: TimeRange): Trade[] {
    return (this.#read.all([market, from, to]) as TradeRow[]).map(tradeOf)
  }

  /** Time of the first trade at or after `from`; infinite where there is none. */
  next(market: number, from: number): number {
    const [row] = this.#next.all([market, from]) as [number | null][]
    return row?.[0] ?? Number.POSITIVE_INFINITY
  }

  /** Price of the last trade before `time`, of those that had arrived by `knownAt`. */
  lastPriceBefore(market: number, time: number, knownAt: number = Number.MAX_SAFE_INTEGER): number | null {
    const rows = this.#lastPrice.all([market, time, knownAt]) as [number][]
    return rows[0]?.[0] ?? null
  }

  /**
   * Adds what is missing. One key with two different rows is a conflict: the larger amount (then price, then side) stays; a trade seen at two places of its
   * millisecond keeps the later one. Neither depends on which came first. Where the new ones `win`, they stand as they are. `source`: see `Claim`.
   */
  put(market: number, trades: readonly Trade[], how: TradePut): Put {
    const result: Put = { added: 0, present: 0, conflicts: 0, changed: [], differences: [] }
    const own: Trade[] = []
    const shared: Claim<Trade>[] = []
    const ascending = inOrder(trades)
    const existing = this.#existing(market, ascending)
    let next = 0
    for (
      let start = 0, end = 0, first = ascending[0];
      first !== undefined;
      start = end, first = ascending[start]
    ) {
      const { time } = first
      while (ascending[end]?.time === time) end += 1
      while ((existing[next]?.[0] ?? time) < time) next += 1
      const here = ascending.slice(start, end)
      if (existing[next]?.[0] !== time && areDistinct(here)) {
        for (const trade of here) own.push(trade)
        for (const trade of here) result.changed.push(trade)
        result.added += here.length
        continue
      }
      const known = new Map<string, Claim<Trade>>()
      for (let row = existing[next]; row?.[0] === time; row = existing[++next])
        known.set(row[1], claimOf(row))
      for (const claim of putMillisecond(here, known, result, how)) {
        if (claim.source === how.source) own.push(claim.row)
        else shared.push(claim)
      }
    }
    this.#insert.write(flatRows(own), [market, how.source])
    for (const { source, row } of shared) this.#insert.write(flatRows([row]), [market, source])
    return result
  }

  /** from ≤ time < to, by time, with who gave them. */
  claims(market: number, { from, to }: TimeRange): Claim<Trade>[] {
    return (this.#stored.all([market, from, to]) as SourcedRow[]).map(claimOf)
  }

  /** Takes trades out. How many there were. */
  remove(market: number, trades: readonly Pick<Trade, 'time' | 'id'>[]): number {
    let removed = 0
    for (const { time, id } of trades) removed += this.#delete.run([market, time, id]).changes
    return removed
  }

  #existing(market: number, ascending: readonly Trade[]): SourcedRow[] {
    const [first, last] = [ascending[0], ascending.at(-1)]
    if (first === undefined || last === undefined) return []
    return this.#stored.all([market, first.time, last.time + 1]) as SourcedRow[]
  }
}

export type Put = PutResult & { changed: Trade[] }

interface TradePut extends Overriding<Trade> {
  readonly source: number
}

/** Trades of one millisecond beside those that are `known` of it, by id. The rows to write. */
function putMillisecond(
  trades: readonly Trade[],
  known: Map<string, Claim<Trade>>,
  result: Put,
  how: TradePut,
): Claim<Trade>[] {
  const [written, changed] = [new Set<string>(), new Set<string>()]
  for (const row of trades) {
    const given = { source: how.source, row }
    const before = known.get(row.id)
    const after = before === undefined ? given : together(before, given, how)
    if (before === undefined) result.added += 1
    else count(result, before.row, row, after.row)
    if (after === before) continue
    known.set(row.id, after)
    written.add(row.id)
    if (before === undefined || !isSameTrade(before.row, after.row)) changed.add(row.id)
  }
  const claims = [...written].flatMap((id) => known.get(id) ?? [])
  for (const { row } of claims) if (changed.has(row.id)) result.changed.push(row)
  return claims
}

/** What is stored after `given` came to `before`; `before` itself where that changes nothing. */
function together(
  before: Claim<Trade>,
  given: Claim<Trade>,
  { win = false, aside = (): void => {} }: TradePut,
): Claim<Trade> {
  const row = win ? given.row : merged(before.row, given.row)
  const isImport = given.source > 0
  if (isSameTrade(row, before.row)) {
    if (isImport || before.source <= 0) return before
    if (isSameTrade(given.row, row)) return given
    aside(given)
    return before
  }
  if (isImport) {
    if (before.source <= 0) aside(before)
    return { source: given.source, row }
  }
  if (before.source <= 0 || isSameTrade(row, given.row)) return { source: given.source, row }
  aside(given)
  return { source: before.source, row }
}

function count(result: Put, before: Trade, given: Trade, after: Trade): void {
  if (isAlike(before, given)) {
    result.present += 1
    return
  }
  result.conflicts += 1
  if (result.differences.length < MOST_DIFFERENCES)
    result.differences.push(differenceOf(before, given, isAlike(after, given) ? 'given' : 'stored'))
}

function differenceOf(stored: Trade, given: Trade, stands: Difference['stands']): Difference {
  const text = ({ id, price, amount, side }: Trade): string => JSON.stringify([id, price, amount, side])
  return { time: given.time, stored: text(stored), given: text(given), stands }
}

/** Whether each has an id of its own; few are compared faster than put into a set. */
function areDistinct(trades: readonly Trade[]): boolean {
  if (trades.length > 8) return new Set(trades.map(({ id }) => id)).size === trades.length
  return trades.every(({ id }, index) => trades.findIndex((other) => other.id === id) === index)
}

function inOrder(trades: readonly Trade[]): readonly Trade[] {
  const isAscending = trades.every((trade, index) => index === 0 || at(trades, index - 1).time <= trade.time)
  return isAscending ? trades : trades.toSorted((a, b) => a.time - b.time)
}

function claimOf(row: SourcedRow): Claim<Trade> {
  const [time, id, sequence, price, amount, side, arrivedAt, source] = row
  return { source, row: tradeOf([time, id, sequence, price, amount, side, arrivedAt]) }
}

function tradeOf([time, id, sequence, price, amount, side, arrivedAt]: TradeRow): Trade {
  return {
    id,
    time: time as EpochMs,
    sequence,
    price,
    amount,
    side: SIDES[side + 1] ?? null,
    arrivedAt: arrivedAt as EpochMs,
  }
}

/** From time to arrived at, one row behind the other. */
function flatRows(trades: readonly Trade[]): (number | string)[] {
  const values: (number | string)[] = []
  for (const { time, id, sequence, price, amount, side, arrivedAt } of trades) {
    values.push(time, id, sequence, price, amount, SIDES.indexOf(side) - 1, arrivedAt)
  }
  return values
}

/** The same in what counts. */
function isAlike(a: Trade, b: Trade): boolean {
  return a.price === b.price && a.amount === b.amount && a.side === b.side
}

/** The same in everything. */
export function isSameTrade(a: Trade, b: Trade): boolean {
  return a === b || (isAlike(a, b) && a.sequence === b.sequence && a.arrivedAt === b.arrivedAt)
}

/** What stands of two trades with one key; `known` itself where `other` changes nothing. */
export function merged(known: Trade, other: Trade): Trade {
  const sequence = Math.max(known.sequence, other.sequence)
  const winner = isFuller(other, known) ? other : known
  if (winner === known && sequence === known.sequence) return known
  return { ...winner, sequence, arrivedAt: winner.arrivedAt }
}

function isFuller(a: Trade, b: Trade): boolean {
  const difference = a.amount - b.amount || a.price - b.price
  return difference === 0 ? SIDES.indexOf(a.side) > SIDES.indexOf(b.side) : difference > 0
}
