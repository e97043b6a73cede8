// Rows of trades, each once by its key, in an order that no import order can change.
import type { Sqlite } from '../../core/database.ts'
import type { EpochMs } from '../../core/time.ts'
import type { Side, TimeRange, Trade } from '../types.ts'
import { BulkWriter } from './bulk.ts'
import type { PutResult } from './candle-table.ts'

/** [time, id, sequence, price, amount, side, arrived at] */
type TradeRow = [number, string, number, number, number, number, number]

const SIDES: readonly (Side | null)[] = ['sell', null, 'buy']

export class TradeTable {
  readonly #read
  readonly #lastPrice
  readonly #insert: BulkWriter

  constructor(sqlite: Sqlite) {
    this.#read = sqlite
      .prepare(
        `SELECT time, id, sequence, price, amount, side, arrived_at FROM trade
         WHERE market = ? AND time >= ? AND time < ? ORDER BY time, sequence, id`,
      )
      .raw()
    this.#lastPrice = sqlite
      .prepare(
        `SELECT price FROM trade WHERE market = ?1 AND time = (SELECT max(time) FROM trade WHERE market = ?1 AND time < ?2
           AND arrived_at <= ?3) AND arrived_at <= ?3 ORDER BY sequence DESC, id DESC LIMIT 1`,
      )
      .raw()
    this.#insert = new BulkWriter(sqlite, 'INSERT OR REPLACE INTO trade', 8)
  }

  /** from ≤ time < to, in order. */
  read(market: number, { from, to }: TimeRange): Trade[] {
    return (this.#read.all([market, from, to]) as TradeRow[]).map(tradeOf)
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
    const existing = this.#existing(market, trades)
    for (const trade of trades) {
      const key = `${trade.time} ${trade.id}`
      const known = existing.get(key)
      const kept = known === undefined ? trade : merged(known, trade)
      if (known === undefined) result.added += 1
      else if (sameTrade(known, trade)) result.present += 1
      else result.conflicts += 1
      if (kept === known) continue
      existing.set(key, kept)
      result.changed.push(kept)
    }
    this.#insert.write(result.changed.flatMap((trade) => rowOf(market, trade)))
    return result
  }

  #existing(market: number, trades: readonly Trade[]): Map<string, Trade> {
    let first = Number.POSITIVE_INFINITY
    let last = Number.NEGATIVE_INFINITY
    for (const { time } of trades) {
      if (time < first) first = time
      if (time > last) last = time
    }
    const rows = trades.length === 0 ? [] : (this.#read.all([market, first, last + 1]) as TradeRow[])
    return new Map(rows.map((row) => [`${row[0]} ${row[1]}`, tradeOf(row)]))
  }
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

function rowOf(market: number, trade: Trade): (number | string)[] {
  const { time, id, sequence, price, amount, side, arrivedAt } = trade
  return [market, time, id, sequence, price, amount, SIDES.indexOf(side) - 1, arrivedAt]
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
