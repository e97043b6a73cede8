// What each import gave, row by row, in packed blocks: so that it can be taken out again, and what others gave of the same rows put back.
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Sqlite } from '../../core/database.ts'
import { epochMs } from '../../core/time.ts'
import { durationOf, type Timeframe } from '../timeframe.ts'
import type { Candle, Side, TimeRange, Trade } from '../types.ts'
import type { Claim } from './what-stands.ts'

/** Candles of a timeframe, or trades. */
export type Holds = Timeframe | 'trades'

export interface Block {
  readonly id: number
  readonly import: number
  /** First and last key, both included, UTC ms. */
  readonly from: number
  readonly to: number
  readonly rows: number
}

type Head = [number, number, number, number, number]
type BlockTuple = [...Head, Uint8Array | ArrayBuffer]
type CandleTuple = [number, number, number, number, number, number]
type TradeTuple = [number, string, number, number, number, Side | null, number]

/** Few enough that taking one out holds a server's loop for milliseconds. */
const ROWS_A_BLOCK = 2_000

/** 0 stands for trades, as nothing is that long. */
export function placeOf(holds: Holds): number {
  return holds === 'trades' ? 0 : durationOf(holds) / 1000
}

export class ImportBlocks {
  readonly #insert
  readonly #within
  readonly #ofImport
  readonly #delete
  readonly #span

  constructor(sqlite: Sqlite) {
    const columns = 'id, import, from_time, to_time, rows, data'
    this.#insert = sqlite.prepare(
      'INSERT INTO import_block (import, market, timeframe, from_time, to_time, rows, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    this.#within = sqlite
      .prepare(
        `SELECT ${columns} FROM import_block
         WHERE market = ? AND timeframe = ? AND from_time < ? AND to_time >= ? ORDER BY import, id`,
      )
      .raw()
    this.#ofImport = sqlite
      .prepare(
        'SELECT id, import, from_time, to_time, rows FROM import_block WHERE import = ? ORDER BY from_time, id',
      )
      .raw()
    this.#delete = sqlite.prepare('DELETE FROM import_block WHERE id = ?')
    this.#span = sqlite.prepare(
      'UPDATE import SET from_time = min(ifnull(from_time, ?2), ?2), to_time = max(ifnull(to_time, ?3), ?3) WHERE id = ?1',
    )
  }

  addCandles(source: number, market: number, timeframe: Timeframe, candles: readonly Candle[]): void {
    const rows = candles.map(({ openTime, open, high, low, close, volume }): CandleTuple => [
      openTime,
      open,
      high,
      low,
      close,
      volume,
    ])
    this.#add(source, market, timeframe, rows, durationOf(timeframe))
  }

  addTrades(source: number, market: number, trades: readonly Trade[]): void {
    const rows = trades.map(({ time, id, sequence, price, amount, side, arrivedAt }): TradeTuple => [
      time,
      id,
      sequence,
      price,
      amount,
      side,
      arrivedAt,
    ])
    this.#add(source, market, 'trades', rows, 1)
  }

  /** Candles that imports gave within `range`, in the order of the imports. */
  candles(market: number, timeframe: Timeframe, range: TimeRange): Claim<Candle>[] {
    return this.#given(market, timeframe, range, candleOf)
  }

  trades(market: number, range: TimeRange): Claim<Trade>[] {
    return this.#given(market, 'trades', range, tradeOf)
  }

  /** The blocks of an import, by time. */
  of(source: number): Block[] {
    return (this.#ofImport.all([source]) as Head[]).map(blockOf)
  }

  drop(block: Block): void {
    this.#delete.run([block.id])
  }

  /** Takes the rows of all imports within `range` out: nothing puts them back any more. */
  trim(market: number, holds: Holds, { from, to }: TimeRange): void {
    for (const tuple of this.#within.all([market, placeOf(holds), to, from]) as BlockTuple[]) {
      const block = blockOf(tuple)
      const rows = rowsIn(tuple) as (CandleTuple | TradeTuple)[]
      const kept = rows.filter(([time]) => time < from || time >= to)
      this.drop(block)
      this.#write(block.import, market, holds, kept)
    }
  }

  #add(source: number, market: number, holds: Holds, rows: (CandleTuple | TradeTuple)[], step: number): void {
    const ordered = rows.toSorted((a, b) => a[0] - b[0])
    const [first, last] = [ordered[0], ordered.at(-1)]
    if (first === undefined || last === undefined) return
    this.#span.run([source, first[0], last[0] + step])
    for (let from = 0; from < ordered.length; from += ROWS_A_BLOCK)
      this.#write(source, market, holds, ordered.slice(from, from + ROWS_A_BLOCK))
  }

  #write(source: number, market: number, holds: Holds, rows: readonly (CandleTuple | TradeTuple)[]): void {
    const [first, last] = [rows[0], rows.at(-1)]
    if (first === undefined || last === undefined) return
    const data = deflateRawSync(JSON.stringify(rows), { level: 1 })
    this.#insert.run([source, market, placeOf(holds), first[0], last[0], rows.length, data])
  }

  #given<Row>(
    market: number,
    holds: Holds,
    { from, to }: TimeRange,
    rowOf: (tuple: readonly unknown[]) => Row,
  ): Claim<Row>[] {
    const blocks = this.#within.all([market, placeOf(holds), to, from]) as BlockTuple[]
    return blocks.flatMap((block) =>
      (rowsIn(block) as (CandleTuple | TradeTuple)[])
        .filter(([time]) => time >= from && time < to)
        .map((tuple) => ({ source: block[1], row: rowOf(tuple) })),
    )
  }
}

function blockOf([id, source, from, to, rows]: readonly [...Head, ...unknown[]]): Block {
  return { id, import: source, from, to, rows }
}

function rowsIn(tuple: BlockTuple): unknown {
  const data = tuple[5]
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data)
  return JSON.parse(inflateRawSync(bytes).toString('utf8'))
}

function candleOf(tuple: readonly unknown[]): Candle {
  const [openTime, open, high, low, close, volume] = tuple as CandleTuple
  return { openTime: epochMs(openTime), open, high, low, close, volume }
}

function tradeOf(tuple: readonly unknown[]): Trade {
  const [time, id, sequence, price, amount, side, arrivedAt] = tuple as TradeTuple
  return { id, time: epochMs(time), sequence, price, amount, side, arrivedAt: epochMs(arrivedAt) }
}
