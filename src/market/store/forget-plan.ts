// What taking an import out of one stretch changes: rows that go, rows that others gave come back, rows that stay because others gave them too.
import { rangeOf } from '../ranges.ts'
import type { Timeframe } from '../timeframe.ts'
import type { Candle, TimeRange, Trade } from '../types.ts'
import { CANDLES, TRADES } from './claim-kinds.ts'
import type { ImportRecord } from './import-records.ts'
import type { MarketStore } from './market-store.ts'
import { maskOf } from './replace-within.ts'
import { whatStands, type Claim, type Kind, type Mask } from './what-stands.ts'

export interface Plan<Row> {
  /** To be put, each with who gave it; of these `restored` differ from what is stored. */
  readonly put: readonly Claim<Row>[]
  readonly restored: number
  readonly remove: readonly Row[]
  /** Rows of streams and downloads that stand no longer by themselves, and are kept apart. */
  readonly aside: readonly Claim<Row>[]
  /** Rows of the import that stay as they are, since a stream or a download gave them too. */
  readonly kept: number
}

/** Imports other than `record` that stand before what came earlier; of one that broke off its rows alone do. */
export function masksBeside(store: MarketStore, record: ImportRecord): Mask[] {
  return store.imports
    .replacing(record.marketId, record.timeframe)
    .filter(({ id }) => id !== record.id)
    .flatMap((other) => {
      const mask = maskOf(other)
      if (mask === null) return []
      return other.finishedAt === null ? { ...mask, span: rangeOf(0, 0) } : mask
    })
}

export function candlePlan(
  store: MarketStore,
  record: ImportRecord,
  timeframe: Timeframe,
  range: TimeRange,
): Plan<Candle> {
  const { marketId: market } = record
  return planOf(store, record, CANDLES, {
    given: store.blocks.candles(market, timeframe, range),
    aside: store.aside.candles(market, timeframe, range),
    stored: store.nativeClaims(market, timeframe, range),
  })
}

export function tradePlan(store: MarketStore, record: ImportRecord, range: TimeRange): Plan<Trade> {
  const { marketId: market } = record
  return planOf(store, record, TRADES, {
    given: store.blocks.trades(market, range),
    aside: store.aside.trades(market, range),
    stored: store.trades.claims(market, range),
  })
}

interface Found<Row> {
  /** By imports. */
  readonly given: readonly Claim<Row>[]
  readonly aside: readonly Claim<Row>[]
  readonly stored: readonly Claim<Row>[]
}

function planOf<Row>(
  store: MarketStore,
  record: ImportRecord,
  kind: Kind<Row>,
  { given, aside, stored }: Found<Row>,
): Plan<Row> {
  const leaving = store.imports.leaving()
  const others = given.filter(({ source }) => source !== record.id && !leaving.has(source))
  const streamed = [...aside, ...stored.filter(({ source }) => source <= 0)]
  const stands = whatStands([...streamed, ...others], masksBeside(store, record), kind)
  const rows = new Map(stored.map((claim) => [kind.keyOf(claim.row), claim]))
  const own = new Set(given.filter(({ source }) => source === record.id).map(({ row }) => kind.keyOf(row)))
  const plan = {
    put: [] as Claim<Row>[],
    restored: 0,
    remove: [] as Row[],
    aside: [] as Claim<Row>[],
    kept: 0,
  }
  for (const key of new Set([...own, ...(record.replaces ? stands.keys() : [])])) {
    const [row, wanted] = [rows.get(key), stands.get(key)]
    const isSame = row !== undefined && wanted !== undefined && kind.isSame(row.row, wanted.row)
    if (isSame && wanted.source <= 0 && own.has(key)) plan.kept += 1
    if (isSame && row.source !== record.id) continue
    if (row !== undefined && row.source <= 0) plan.aside.push(row)
    if (wanted !== undefined) plan.put.push(wanted)
    else if (row !== undefined) plan.remove.push(row.row)
    if (wanted !== undefined && !isSame) plan.restored += 1
  }
  return plan
}
