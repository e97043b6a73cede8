// What a newer file does not have, inside its span, goes: `import --replace`. The older rows are kept with the time they stood until.
import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../core/clock.ts'
import { ceilTo, floorTo, SECOND } from '../../core/time.ts'
import { includes, rangeOf } from '../ranges.ts'
import type { TimeRange } from '../types.ts'
import type { ImportRecord } from './import-records.ts'
import type { MarketStore } from './market-store.ts'
import { piecesOf } from './pieces.ts'
import type { Mask } from './what-stands.ts'

/** Of trades the whole seconds between first and last: in the two at the ends others' trades stand beside. Null before it has rows. */
export function maskOf({ id, kind, span }: ImportRecord): Mask | null {
  if (span === null) return null
  if (kind !== 'trades') return { import: id, span }
  const [from, to] = [ceilTo(span.from, SECOND), floorTo(span.to - 1, SECOND)]
  return { import: id, span: rangeOf(from, Math.max(from, to)) }
}

/** Once all rows of import `id` are put. Rows that it took the place of were replaced as they came. How many others went. */
export async function replaceWithin(store: MarketStore, id: number, clock: Clock): Promise<number> {
  const record = store.imports.find(id)
  const mask = record === null ? null : maskOf(record)
  if (record === null || mask === null) return 0
  const { marketId: market, timeframe } = record
  const lowest = timeframe ?? '1s'
  store.transaction(() => {
    store.cutCoverage.cut(market, lowest, mask)
    store.changes.note(market, lowest, mask.span.from, mask.span.to)
  })
  let gone = 0
  for (const piece of piecesOf(mask.span, lowest)) {
    const now = clock.now()
    gone += store.transaction(() => {
      const removed =
        timeframe === null ? removeTrades(store, record, piece) : removeCandles(store, record, piece, clock)
      store.recompose(record.market, lowest, piece, { first: now, corrected: now })
      return removed
    })
    await setImmediate()
  }
  return gone
}

function removeTrades(store: MarketStore, { id, marketId: market }: ImportRecord, piece: TimeRange): number {
  const given = store.blocks.trades(market, piece).filter((one) => one.import === id)
  const own = new Set(given.map(({ row }) => `${row.time} ${row.id}`))
  const others = store.trades.read(market, piece).filter((row) => !own.has(`${row.time} ${row.id}`))
  const streamed = store.cutCoverage.streamed(market, '1s')
  for (const row of others) {
    if (includes(streamed, row.time)) store.before.keepTrade(market, row)
  }
  return store.trades.remove(market, others)
}

function removeCandles(
  store: MarketStore,
  { id, marketId: market, timeframe }: ImportRecord,
  piece: TimeRange,
  clock: Clock,
): number {
  if (timeframe === null) return 0
  const given = store.blocks.candles(market, timeframe, piece).filter((one) => one.import === id)
  const own = new Set<number>(given.map(({ row }) => row.openTime))
  const others = store.candles.natives(market, timeframe, piece).filter((row) => !own.has(row.openTime))
  const streamed = store.candles.natives(market, timeframe, piece, (source) => !store.imports.keeps(source))
  for (const row of streamed) if (!own.has(row.openTime)) store.before.keepCandle(market, timeframe, row)
  const now = clock.now()
  const opens = others.map(({ openTime }) => openTime)
  return store.candles.removeNative(market, timeframe, opens, { first: now, corrected: now })
}
