// What streams and downloads said of places where it does not stand by itself, since an import gave such a row, too: found again when that is taken out.
import type { Sqlite } from '../../core/database.ts'
import type { Candle, TimeRange, Trade } from '../types.ts'
import { CANDLES, TRADES } from './claim-kinds.ts'
import { placeOf, type Holds } from './import-blocks.ts'
import type { Claim, Kind } from './what-stands.ts'

export class RowsAside {
  readonly #write
  readonly #one
  readonly #read
  readonly #trim

  constructor(sqlite: Sqlite) {
    const place = 'market = ? AND timeframe = ? AND time >= ? AND time < ?'
    this.#write = sqlite.prepare('INSERT OR REPLACE INTO row_aside VALUES (?, ?, ?, ?, ?, ?)')
    this.#one = sqlite
      .prepare(
        'SELECT data FROM row_aside WHERE market = ? AND timeframe = ? AND time = ? AND id = ? AND after_import = ?',
      )
      .raw()
    this.#read = sqlite
      .prepare(`SELECT after_import, data FROM row_aside WHERE ${place} ORDER BY time, id, after_import`)
      .raw()
    this.#trim = sqlite.prepare(`DELETE FROM row_aside WHERE ${place}`)
  }

  /** `source`: 0 or less. */
  putCandle(market: number, holds: Exclude<Holds, 'trades'>, { source, row }: Claim<Candle>): void {
    this.#put([market, placeOf(holds), row.openTime, '', Math.abs(source)], row, CANDLES)
  }

  putTrade(market: number, { source, row }: Claim<Trade>): void {
    this.#put([market, placeOf('trades'), row.time, row.id, Math.abs(source)], row, TRADES)
  }

  candles(market: number, holds: Exclude<Holds, 'trades'>, range: TimeRange): Claim<Candle>[] {
    return this.#rows(market, holds, range) as Claim<Candle>[]
  }

  trades(market: number, range: TimeRange): Claim<Trade>[] {
    return this.#rows(market, 'trades', range) as Claim<Trade>[]
  }

  /** What lies within `range` never comes back. */
  trim(market: number, holds: Holds, { from, to }: TimeRange): void {
    this.#trim.run([market, placeOf(holds), from, to])
  }

  #put<Row>(place: (number | string)[], row: Row, { together }: Kind<Row>): void {
    const [known] = this.#one.all(place) as [string][]
    const whole = known === undefined ? row : together(JSON.parse(known[0]) as Row, row)
    this.#write.run([...place, JSON.stringify(whole)])
  }

  #rows(market: number, holds: Holds, { from, to }: TimeRange): Claim<unknown>[] {
    const rows = this.#read.all([market, placeOf(holds), from, to]) as [number, string][]
    return rows.map(([after, data]) => ({ source: 0 - after, row: JSON.parse(data) as unknown }))
  }
}
