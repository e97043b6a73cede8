// Takes a stretch of a market out, whoever brought it: candles, trades, coverage, order books, and what imports kept of them; piece by piece.
import { pacing } from '../../core/busy.ts'
import type { Clock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import { ceilTo, floorTo, SECOND, type EpochMs } from '../../core/time.ts'
import type { BookStore } from '../book/book-store.ts'
import { rangeOf } from '../ranges.ts'
import { durationOf, TIMEFRAMES, type Timeframe } from '../timeframe.ts'
import type { Market, TimeRange } from '../types.ts'
import type { ForgetOptions, Forgotten, Touched } from './forgotten.ts'
import type { MarketStore } from './market-store.ts'
import { piecesOf } from './pieces.ts'

export interface Stretch {
  readonly market: Market
  /** Null: trades, candles of every timeframe, order books. 1s takes the trades along, since seconds are made of them. */
  readonly holds: Timeframe | 'books' | null
  readonly range: TimeRange
}

interface StretchOptions extends ForgetOptions {
  readonly books: BookStore
}

/**
 * Killed in the middle it is gone on with by asking again: what is out stays out.
 * @throws AppError 404 `nothing_to_forget`
 */
export async function forgetStretch(stretch: Stretch, options: StretchOptions): Promise<Forgotten> {
  const { store, clock, dryRun = false, onProgress } = options
  const { symbol, venue } = stretch.market
  const market = store.find(stretch.market)
  if (market === null) throw nothing(`Nothing of ${symbol} on ${venue} is stored.`)
  const touched = timeframesOf(stretch).flatMap((each) => heldOf(store, market, each, stretch.range))
  const books = withBooks(stretch) ? options.books.extent(stretch.market, stretch.range) : null
  if (touched.length === 0 && books === null) {
    throw nothing(`Nothing of ${symbol} on ${venue} that is asked for is stored there.`)
  }
  const pieces = touched.flatMap((part) =>
    [...piecesOf(part, part.timeframe)].map((piece) => ({ timeframe: part.timeframe, ...piece })),
  )
  const pause = pacing()
  let removed = 0
  for (const [index, piece] of pieces.entries()) {
    if (dryRun) removed += count(store, market, piece)
    else removed += await store.write(() => take(store, market, piece, clock))
    onProgress?.((index + 1) / (pieces.length + 1))
    await pause()
  }
  const seconds = books === null ? 0 : await forgetBooks(stretch.market, books, options)
  if (!dryRun) await settle(stretch.market, market, pieces, options)
  onProgress?.(1)
  const gone = books === null ? null : { seconds, range: books }
  return { removed, restored: 0, kept: 0, touched, books: gone }
}

function timeframesOf({ holds }: Stretch): readonly Timeframe[] {
  if (holds === null) return TIMEFRAMES
  return holds === 'books' ? [] : [holds]
}

function withBooks({ holds }: Stretch): boolean {
  return holds === null || holds === 'books'
}

/** Seconds that went, or would. */
async function forgetBooks(
  market: Market,
  range: TimeRange,
  { store, books, dryRun = false }: StretchOptions,
): Promise<number> {
  const pause = pacing()
  let seconds = 0
  for (const piece of piecesOf(range, '1s')) {
    if (dryRun) seconds += books.range(market, piece).length
    else seconds += await store.write(() => books.remove(market, piece))
    await pause()
  }
  return seconds
}

function nothing(words: string): AppError {
  return new AppError('nothing_to_forget', `${words} annotate ledger lists what is held.`, { status: 404 })
}

/** How far what is stored of a timeframe reaches within `range`; nothing where nothing is. */
function heldOf(
  store: MarketStore,
  market: number,
  timeframe: Timeframe,
  { from, to }: TimeRange,
): Touched[] {
  const step = durationOf(timeframe)
  const one = (sql: string, values: number[]): (number | null)[] =>
    store.sqlite.prepare(sql).raw().all(values)[0] as (number | null)[]
  const candles = one(
    'SELECT min(open_time), max(open_time) FROM candle WHERE market = ? AND timeframe = ? AND open_time >= ? AND open_time < ?',
    [market, step / 1000, from, to],
  )
  const trades =
    timeframe === '1s'
      ? one('SELECT min(time), max(time) FROM trade WHERE market = ? AND time >= ? AND time < ?', [
          market,
          from,
          to,
        ])
      : [null, null]
  const known = one(
    'SELECT max(min(from_time), ?3), min(max(to_time), ?4) FROM coverage WHERE market = ?1 AND timeframe = ?2 AND from_time < ?4 AND to_time > ?3',
    [market, step / 1000, from, to],
  )
  const firsts = [candles[0], trades[0], known[0]].filter((time) => typeof time === 'number')
  const lasts = [candles[1], trades[1], known[1] == null ? null : known[1] - 1].filter(
    (time) => typeof time === 'number',
  )
  if (firsts.length === 0) return []
  const unit = timeframe === '1s' ? SECOND : step
  const end = Math.min(to, ceilTo(Math.max(...lasts) + 1, unit))
  return [{ timeframe, ...rangeOf(Math.max(from, floorTo(Math.min(...firsts), unit)), end) }]
}

function count(store: MarketStore, market: number, { timeframe, ...range }: Touched): number {
  const trades = timeframe === '1s' ? store.trades.read(market, range).length : 0
  return trades + store.candles.nativeOpens(market, timeframe, range).length
}

function take(store: MarketStore, market: number, { timeframe, ...range }: Touched, clock: Clock): number {
  const now = clock.now()
  const opens = store.candles.nativeOpens(market, timeframe, range)
  let removed = store.candles.removeNative(market, timeframe, opens, { first: now, corrected: now })
  const all = timeframe === '1s' ? (['1s', 'trades'] as const) : [timeframe]
  for (const holds of all) {
    store.blocks.trim(market, holds, range)
    store.aside.trim(market, holds, range)
  }
  if (timeframe === '1s') removed += store.trades.remove(market, store.trades.read(market, range))
  store.coverage.take(market, timeframe, range)
  store.cutCoverage.trim(market, timeframe, range)
  store.changes.note(market, timeframe, range.from, range.to)
  return removed
}

/** Candles that can be composed now; imports of which nothing is left are out, and so is a market of which nothing is. */
async function settle(
  market: Market,
  id: number,
  pieces: readonly Touched[],
  { store, clock }: StretchOptions,
): Promise<void> {
  const pause = pacing()
  for (const piece of pieces) {
    const now = clock.now()
    const when = { first: now, corrected: now }
    await store.write(() => store.recompose(market, piece.timeframe, piece, when))
    await pause()
  }
  await store.write(() => close(store, id, clock.now()))
}

function close(store: MarketStore, market: number, now: EpochMs): void {
  store.sqlite
    .prepare(
      `UPDATE import SET forgetting_at = ?1, forgotten_at = ?1 WHERE market = ?2 AND forgotten_at IS NULL AND (
         kind != 'book' AND from_time IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM import_block WHERE import_block.import = import.id)
         OR kind = 'book' AND NOT EXISTS (SELECT 1 FROM book_block WHERE book_block.market = ?2))`,
    )
    .run([now, market])
  if (!store.hideEmpty(market, now)) return
  // A stream's row goes on counting.
  store.sqlite
    .prepare(
      "UPDATE import SET forgetting_at = ?1, forgotten_at = ?1 WHERE market = ?2 AND forgotten_at IS NULL AND file NOT LIKE 'stream %'",
    )
    .run([now, market])
}
