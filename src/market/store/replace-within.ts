// What a newer file does not have, inside its span, goes: `import --replace`. The older rows are kept with the time they stood until.
import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../core/clock.ts'
import { ceilTo, floorTo, SECOND } from '../../core/time.ts'
import { rangeOf } from '../ranges.ts'
import type { TimeRange } from '../types.ts'
import { TRADES } from './claim-kinds.ts'
import { KINDS_OF } from './coverage-table.ts'
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
    store.cutCoverage.cut(market, lowest, mask, KINDS_OF[timeframe === null ? 'trades' : 'candles'])
    store.changes.note(market, lowest, mask.span.from, mask.span.to)
  })
  let gone = 0
  for (const piece of piecesOf(mask.span, lowest)) {
    const now = clock.now()
    gone += store.transaction(() => {
      const removed =
        timeframe === null ? removeTrades(store, record, piece) : removeCandles(store, record, piece, clock)
      store.recompose(record.market, lowest, piece, { first: now, corrected: now })
      // Who has read the piece meanwhile has what went.
      if (removed > 0) store.changes.note(market, lowest, piece.from, piece.to)
      return removed
    })
    await setImmediate()
  }
  return gone
}

function removeTrades(store: MarketStore, { id, marketId: market }: ImportRecord, piece: TimeRange): number {
  const given = store.blocks.trades(market, piece).filter(({ source }) => source === id)
  const own = new Set(given.map(({ row }) => TRADES.keyOf(row)))
  const others = store.trades.claims(market, piece).filter(({ row }) => !own.has(TRADES.keyOf(row)))
  for (const claim of others) if (claim.source <= 0) store.aside.putTrade(market, claim)
  return store.trades.remove(
    market,
    others.map(({ row }) => row),
  )
}

function removeCandles(
  store: MarketStore,
  { id, marketId: market, timeframe }: ImportRecord,
  piece: TimeRange,
  clock: Clock,
): number {
  if (timeframe === null) return 0
  const given = store.blocks.candles(market, timeframe, piece).filter(({ source }) => source === id)
  const own = new Set<number>(given.map(({ row }) => row.openTime))
  const others = store.nativeClaims(market, timeframe, piece).filter(({ row }) => !own.has(row.openTime))
  for (const claim of others) if (claim.source <= 0) store.aside.putCandle(market, timeframe, claim)
  const now = clock.now()
  const opens = others.map(({ row }) => row.openTime)
  return store.candles.removeNative(market, timeframe, opens, { first: now, corrected: now })
}
