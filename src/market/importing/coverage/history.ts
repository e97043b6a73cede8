// How far what is stored of a market reaches.
import { rangeOf } from '../../ranges.ts'
import type { MarketStore } from '../../store/market-store.ts'
import { durationOf, TIMEFRAMES } from '../../timeframe.ts'
import type { Market, TimeRange } from '../../types.ts'

/** From the first to the last stored trade or candle; null where there are none. */
export function historyOf(store: MarketStore, market: Market): TimeRange | null {
  const id = store.find(market)
  if (id === null) return null
  const ends = [
    ...endsOf(
      store,
      'SELECT min(time) FROM trade WHERE market = ?',
      'SELECT max(time) FROM trade WHERE market = ?',
      [id],
    ),
    ...TIMEFRAMES.flatMap((timeframe) => {
      const where = 'FROM candle WHERE market = ? AND timeframe = ?'
      const place = [id, durationOf(timeframe) / 1000]
      return endsOf(store, `SELECT min(open_time) ${where}`, `SELECT max(open_time) ${where}`, place)
    }),
  ]
  return ends.length === 0 ? null : rangeOf(Math.min(...ends), Math.max(...ends) + 1)
}

function endsOf(store: MarketStore, first: string, last: string, place: readonly number[]): number[] {
  return [first, last].flatMap((sql) => {
    const [row] = store.sqlite
      .prepare(sql)
      .raw()
      .all([...place]) as [number | null][]
    return row?.[0] === null || row === undefined ? [] : [row[0]]
  })
}
