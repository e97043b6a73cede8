// Rows of streams and downloads that an import changed, as they were: put back when that import is taken out.
import type { Sqlite } from '../../core/database.ts'
import { placeOf, type Holds } from './import-blocks.ts'
import type { Candle, TimeRange, Trade } from '../types.ts'

export class RowsBefore {
  readonly #insert
  readonly #read
  readonly #trim

  constructor(sqlite: Sqlite) {
    const place = 'market = ? AND timeframe = ? AND time >= ? AND time < ?'
    this.#insert = sqlite.prepare(
      'INSERT OR IGNORE INTO row_before (market, timeframe, time, id, data) VALUES (?, ?, ?, ?, ?)',
    )
    this.#read = sqlite.prepare(`SELECT data FROM row_before WHERE ${place} ORDER BY time, id`).raw()
    this.#trim = sqlite.prepare(`DELETE FROM row_before WHERE ${place}`)
  }

  /** The first row that is kept of a place stays. */
  keepCandle(market: number, holds: Exclude<Holds, 'trades'>, candle: Candle): void {
    this.#insert.run([market, placeOf(holds), candle.openTime, '', JSON.stringify(candle)])
  }

  keepTrade(market: number, trade: Trade): void {
    this.#insert.run([market, 0, trade.time, trade.id, JSON.stringify(trade)])
  }

  candles(market: number, holds: Exclude<Holds, 'trades'>, range: TimeRange): Candle[] {
    return this.#rows(market, holds, range) as Candle[]
  }

  trades(market: number, range: TimeRange): Trade[] {
    return this.#rows(market, 'trades', range) as Trade[]
  }

  trim(market: number, holds: Holds, { from, to }: TimeRange): void {
    this.#trim.run([market, placeOf(holds), from, to])
  }

  #rows(market: number, holds: Holds, { from, to }: TimeRange): unknown[] {
    const rows = this.#read.all([market, placeOf(holds), from, to]) as [string][]
    return rows.map(([data]) => JSON.parse(data) as unknown)
  }
}
