// What taking an import out of one stretch changes: rows that go, rows that others gave come back, rows that stay because others gave them too.
import { includes } from '../ranges.ts'
import type { Timeframe } from '../timeframe.ts'
import type { Candle, TimeRange, Trade } from '../types.ts'
import { isFuller } from './candle-table.ts'
import type { ImportRecord } from './import-records.ts'
import type { MarketStore } from './market-store.ts'
import { maskOf } from './replace-within.ts'
import { merged } from './trade-table.ts'
import { maskAt, whatStands, type Claim, type Kind, type Mask } from './what-stands.ts'

export interface Plan<Row> {
  /** To be put, each as what its import gave (0: a stream or a download). */
  readonly put: Claim<Row>[]
  readonly remove: Row[]
  /** Rows that stay as they are, since a stream or a download covers them. */
  readonly kept: number
}

const CANDLES: Kind<Candle> = {
  timeOf: ({ openTime }) => openTime,
  keyOf: ({ openTime }) => String(openTime),
  fuller: (a, b) => (isFuller(b, [a.openTime, a.open, a.high, a.low, a.close, a.volume]) ? b : a),
}

const TRADES: Kind<Trade> = {
  timeOf: ({ time }) => time,
  keyOf: ({ time, id }) => `${time} ${id}`,
  fuller: merged,
}

/** Imports other than `record` that stand before what came earlier. */
export function masksBeside(store: MarketStore, record: ImportRecord): Mask[] {
  return store.imports
    .replacing(record.marketId, record.timeframe)
    .filter(({ id }) => id !== record.id)
    .flatMap((other) => maskOf(other) ?? [])
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
    before: [
      ...store.candles.natives(market, timeframe, range, (source) => !store.imports.keeps(source)),
      ...store.before.candles(market, timeframe, range),
    ],
    stored: store.candles.natives(market, timeframe, range),
    streamed: store.coverage.ofNoImport(market, timeframe),
    isStreamed: () => false,
  })
}

export function tradePlan(store: MarketStore, record: ImportRecord, range: TimeRange): Plan<Trade> {
  const { marketId: market } = record
  return planOf(store, record, TRADES, {
    given: store.blocks.trades(market, range),
    before: store.before.trades(market, range),
    stored: store.trades.read(market, range),
    streamed: store.coverage.ofNoImport(market, '1s'),
    isStreamed: ({ time, arrivedAt }) => arrivedAt !== time,
  })
}

interface Found<Row> {
  readonly given: readonly Claim<Row>[]
  readonly before: readonly Row[]
  readonly stored: readonly Row[]
  /** Stretches that streams and downloads cover. */
  readonly streamed: readonly TimeRange[]
  /** By the row itself. */
  readonly isStreamed: (row: Row) => boolean
}

function planOf<Row>(
  store: MarketStore,
  record: ImportRecord,
  kind: Kind<Row>,
  { given, before, stored, streamed, isStreamed }: Found<Row>,
): Plan<Row> {
  const leaving = store.imports.leaving()
  const masks = masksBeside(store, record)
  const others = given.filter((claim) => claim.import !== record.id && !leaving.has(claim.import))
  // Of two of one place the later is the one that was there first.
  const earlier = new Map(before.map((row) => [kind.keyOf(row), row])).values()
  const stands = whatStands([...[...earlier].map((row) => ({ import: 0, row })), ...others], masks, kind)
  const rows = new Map(stored.map((row) => [kind.keyOf(row), row]))
  const own = given.filter((claim) => claim.import === record.id).map(({ row }) => kind.keyOf(row))
  const plan = { put: [] as Claim<Row>[], remove: [] as Row[], kept: 0 }
  for (const key of new Set([...own, ...(record.replaces ? stands.keys() : [])])) {
    const [row, wanted] = [rows.get(key), stands.get(key)]
    if (wanted !== undefined) {
      if (row === undefined || JSON.stringify(row) !== JSON.stringify(wanted.row)) plan.put.push(wanted)
    } else if (row !== undefined) {
      const time = kind.timeOf(row)
      if (maskAt(masks, time) === 0 && (isStreamed(row) || includes(streamed, time))) plan.kept += 1
      else plan.remove.push(row)
    }
  }
  return plan
}
