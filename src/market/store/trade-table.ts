// Rows of trades, each once by its key, in an order that no import order can change.
import type { Sqlite } from '../../core/database.ts'
import type { EpochMs } from '../../core/time.ts'
import { at } from '../../core/at.ts'
import type { Side, TimeRange, Trade } from '../types.ts'
import { BulkWriter } from './bulk.ts'
import type { PutResult } from './candle-table.ts'

/** [time, id, sequence, price, amount, side, arrived at] */
type TradeRow = [number, string, number, number, number, number, number]

const SIDES: readonly (Side | null)[] = ['sell', null, 'buy']

export class TradeTable {
  readonly #read
  readonly #lastPrice
  readonly #next
  readonly #insert: BulkWriter

  constructor(sqlite: Sqlite) {
    this.#read = sqlite
      .prepare(
        `SELECT time, id, sequence, price, amount, side, arrived_at FROM trade
         WHERE market = ? AND time >= ? AND time < ? ORDER BY time, sequence, length(id), id`,
      )
      .raw()
    this.#lastPrice = sqlite
      .prepare(
        `SELECT price FROM trade WHERE market = ?1 AND time = (SELECT max(time) FROM trade WHERE market = ?1 AND time < ?2
           AND arrived_at <= ?3) AND arrived_at <= ?3 ORDER BY sequence DESC, length(id) DESC, id DESC LIMIT 1`,
      )
      .raw()
    this.#next = sqlite.prepare('SELECT min(time) FROM trade WHERE market = ? AND time >= ?').raw()
    this.#insert = new BulkWriter(sqlite, 'INSERT OR REPLACE INTO trade', 'sooooooo')
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
   * millisecond keeps the later one. Neither depends on which came first.
   */
  put(market: number, trades: readonly Trade[]): PutResult & { changed: Trade[] } {
    const result = { added: 0, present: 0, conflicts: 0, changed: [] as Trade[] }
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
      if (end - start === 1 && existing[next]?.[0] !== time) {
        result.added += 1
        result.changed.push(first)
        continue
      }
      const known = new Map<string, Trade>()
      for (let row = existing[next]; row?.[0] === time; row = existing[++next])
        known.set(row[1], tradeOf(row))
      putMillisecond(ascending, start, end, known, result)
    }
    this.#insert.write(flatRows(result.changed), [market])
    return result
  }

  #existing(market: number, ascending: readonly Trade[]): TradeRow[] {
    const [first, last] = [ascending[0], ascending.at(-1)]
    if (first === undefined || last === undefined) return []
    return this.#read.all([market, first.time, last.time + 1]) as TradeRow[]
  }
}

/** Trades [from, to) of one millisecond beside those that are `known` of it, by id. */
function putMillisecond(
  trades: readonly Trade[],
  from: number,
  to: number,
  known: Map<string, Trade>,
  result: PutResult & { changed: Trade[] },
): void {
  const changed = new Map<string, Trade>()
  for (let index = from; index < to; index += 1) {
    const trade = at(trades, index)
    const before = known.get(trade.id)
    const kept = before === undefined ? trade : merged(before, trade)
    if (before === undefined) result.added += 1
    else if (sameTrade(before, trade)) result.present += 1
    else result.conflicts += 1
    if (kept === before) continue
    known.set(trade.id, kept)
    changed.set(trade.id, kept)
  }
  result.changed.push(...changed.values())
}

function inOrder(trades: readonly Trade[]): readonly Trade[] {
  const isAscending = trades.every((trade, index) => index === 0 || at(trades, index - 1).time <= trade.time)
  return isAscending ? trades : trades.toSorted((a, b) => a.time - b.time)
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

function sameTrade(a: Trade, b: Trade): boolean {
  return a.price === b.price && a.amount === b.amount && a.side === b.side
}

/** `known` itself where `other` changes nothing. */
function merged(known: Trade, other: Trade): Trade {
  const sequence = Math.max(known.sequence, other.sequence)
  const winner = isFuller(other, known) ? other : known
  if (winner === known && sequence === known.sequence) return known
  return { ...winner, sequence, arrivedAt: winner.arrivedAt }
}

function isFuller(a: Trade, b: Trade): boolean {
  const difference = a.amount - b.amount || a.price - b.price
  return difference === 0 ? SIDES.indexOf(a.side) > SIDES.indexOf(b.side) : difference > 0
}
