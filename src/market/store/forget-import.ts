// Takes one import out again, stretch by stretch, each in a transaction of its own: what is left is what the others alone would have made.
import { pacing } from '../../core/busy.ts'
import type { Clock } from '../../core/clock.ts'
import { AppError, unknownThing } from '../../core/errors.ts'
import { ceilTo, floorTo, SECOND, toIso } from '../../core/time.ts'
import { hullOf, rangeOf, unionOf } from '../ranges.ts'
import type { Timeframe } from '../timeframe.ts'
import type { Candle, TimeRange, Trade } from '../types.ts'
import type { Block } from './import-blocks.ts'
import type { Knowledge } from './putting.ts'
import { forgetBookImport } from './forget-book-import.ts'
import type { ForgetOptions, Forgotten, Touched } from './forgotten.ts'
import { candlePlan, masksBeside, tradePlan, type Plan } from './forget-plan.ts'
import type { ImportRecord } from './import-records.ts'
import type { MarketStore } from './market-store.ts'
import { piecesOf } from './pieces.ts'
import type { Claim } from './what-stands.ts'

/**
 * Killed in the middle it is gone on with by calling it again: the import stays marked as leaving until all of it is out.
 * @throws AppError 404 `unknown_import`; 409 `import_not_kept` where its rows are not known apart
 */
export async function forgetImport(id: number, options: ForgetOptions): Promise<Forgotten> {
  const { store, clock, dryRun = false, onProgress } = options
  const record = requireKept(store, id)
  if (record.kind === 'book') return forgetBookImport(record, options)
  const blocks = store.blocks.of(id)
  const pause = pacing()
  if (!dryRun) await store.write(() => begin(store, record, clock))
  const total = { removed: 0, restored: 0, kept: 0, touched: [] as Touched[], books: null }
  for (const [index, block] of blocks.entries()) {
    const range = rangeOf(block.from, endOf(record, block, blocks[index + 1]))
    if (dryRun) add(total, record, planOf(store, record, range))
    else add(total, record, await store.write(() => step(store, record, block, range, clock)))
    onProgress?.((index + 1) / (blocks.length + 1))
    await pause()
  }
  if (!dryRun) await finish(store, record, clock)
  onProgress?.(1)
  return total
}

function requireKept(store: MarketStore, id: number): ImportRecord {
  const record = store.imports.find(id)
  const hint = 'annotate imports lists those there are.'
  if (record === null) throw unknownThing('import', String(id), hint)
  if (record.forgottenAt !== null)
    throw new AppError(
      'unknown_import',
      `Import ${id} (${record.file}) was taken out before, at ${toIso(record.forgottenAt)}.`,
      { status: 404 },
    )
  if (record.kept) return record
  const { symbol, venue } = record.market
  if (record.kind === 'book') {
    throw new AppError(
      'import_not_kept',
      `Which seconds import ${id} (${record.file}) brought is not known: take the stretch out instead, with annotate forget --symbol ${symbol} --venue ${venue} --books --from … --to ….`,
      { status: 409 },
    )
  }
  throw new AppError(
    'import_not_kept',
    `Which rows import ${id} (${record.file}) brought is not known apart from others: take the stretch out instead, with annotate forget --symbol ${symbol} --venue ${venue} --from … --to ….`,
    { status: 409 },
  )
}

/** Up to the next block where the import stood before all others: what they gave between its rows comes back, too. */
function endOf(record: ImportRecord, block: Block, next: Block | undefined): number {
  if (!record.replaces) return block.to + 1
  return Math.max(block.to + 1, next?.from ?? record.span?.to ?? 0)
}

function begin(store: MarketStore, record: ImportRecord, clock: Clock): void {
  const { id, marketId, span } = record
  const timeframe = record.timeframe ?? '1s'
  store.imports.mark(id, 'forgetting_at', clock.now())
  const covered = store.coverage.take(marketId, timeframe, ALWAYS, ({ source }) => source === id)
  const reach = hullOf(unionOf(covered))
  if (reach !== null) store.imports.widen(id, reach)
  store.cutCoverage.restore(marketId, timeframe, id, masksBeside(store, record))
  if (span !== null) store.changes.note(marketId, timeframe, span.from, span.to)
}

const ALWAYS = rangeOf(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)

type AnyPlan = { readonly candles: Plan<Candle> } | { readonly trades: Plan<Trade> }

function planOf(store: MarketStore, record: ImportRecord, range: TimeRange): AnyPlan {
  return record.timeframe === null
    ? { trades: tradePlan(store, record, range) }
    : { candles: candlePlan(store, record, record.timeframe, range) }
}

function step(
  store: MarketStore,
  record: ImportRecord,
  block: Block,
  range: TimeRange,
  clock: Clock,
): AnyPlan {
  const { marketId: market, timeframe } = record
  const plan = planOf(store, record, range)
  if ('trades' in plan) {
    putTrades(store, market, plan.trades)
  } else if (timeframe !== null) {
    const now = clock.now()
    putCandles(store, market, timeframe, plan.candles, { first: now, corrected: now })
  }
  store.blocks.drop(block)
  store.changes.note(market, timeframe ?? '1s', range.from, range.to)
  return plan
}

function putTrades(store: MarketStore, market: number, { put, remove, aside }: Plan<Trade>): void {
  for (const claim of aside) store.aside.putTrade(market, claim)
  store.trades.remove(market, [...remove, ...put.map(({ row }) => row)])
  for (const [source, rows] of bySource(put)) store.trades.put(market, rows, { source })
}

function bySource<Row>(claims: readonly Claim<Row>[]): Map<number, Row[]> {
  const rows = new Map<number, Row[]>()
  for (const { source, row } of claims) {
    const known = rows.get(source)
    if (known === undefined) rows.set(source, [row])
    else known.push(row)
  }
  return rows
}

function putCandles(
  store: MarketStore,
  market: number,
  timeframe: Timeframe,
  { put, remove, aside }: Plan<Candle>,
  when: Knowledge,
): void {
  for (const claim of aside) store.aside.putCandle(market, timeframe, claim)
  const opens = remove.map(({ openTime }) => openTime)
  store.candles.removeNative(market, timeframe, opens, when)
  for (const [source, rows] of bySource(put)) {
    const ascending = rows.toSorted((a, b) => a.openTime - b.openTime)
    store.candles.putNative(market, timeframe, ascending, { source, when, win: true })
  }
}

/** Candles that were composed of what is gone, or that can be composed now that it is. */
async function finish(
  store: MarketStore,
  { id, market, marketId, timeframe }: ImportRecord,
  clock: Clock,
): Promise<void> {
  const span = store.imports.find(id)?.span ?? null
  const lowest = timeframe ?? '1s'
  const pause = pacing()
  const whole =
    span === null ? [] : piecesOf(rangeOf(floorTo(span.from, SECOND), ceilTo(span.to, SECOND)), lowest)
  for (const piece of whole) {
    const now = clock.now()
    await store.write(() => store.recompose(market, lowest, piece, { first: now, corrected: now }))
    await pause()
  }
  await store.write(() => {
    store.imports.mark(id, 'forgotten_at', clock.now())
    store.hideEmpty(marketId, clock.now())
  })
}

function add(
  total: { removed: number; restored: number; kept: number; touched: Touched[] },
  { timeframe }: ImportRecord,
  plan: AnyPlan,
): void {
  const { put, remove, restored, kept } = 'trades' in plan ? plan.trades : plan.candles
  const timeOf = (row: Candle | Trade): number => ('openTime' in row ? row.openTime : row.time)
  const times = [...remove, ...put.map(({ row }) => row)].map(timeOf)
  total.removed += remove.length
  total.restored += restored
  total.kept += kept
  if (times.length === 0) return
  const [first, last] = times.reduce(([low, high], time) => [Math.min(low, time), Math.max(high, time)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as [number, number])
  total.touched.push({ timeframe: timeframe ?? '1s', ...rangeOf(first, last + 1) })
}
