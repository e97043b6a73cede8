// Takes a stretch of a market out, whoever brought it: candles, trades, coverage, and what imports kept of them; piece by piece.
import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import { ceilTo, floorTo, SECOND } from '../../core/time.ts'
import { rangeOf } from '../ranges.ts'
import { durationOf, TIMEFRAMES, type Timeframe } from '../timeframe.ts'
import type { Market, TimeRange } from '../types.ts'
import type { ForgetOptions, Forgotten, Touched } from './forget-import.ts'
import type { MarketStore } from './market-store.ts'
import { piecesOf } from './pieces.ts'

export interface Stretch {
  readonly market: Market
  /** Null: trades and candles of every timeframe. 1s takes the trades along, since seconds are made of them. */
  readonly timeframe: Timeframe | null
  readonly range: TimeRange | null
}

/**
 * Killed in the middle it is gone on with by asking again: what is out stays out.
 * @throws AppError 404 `unknown_market`, `nothing_to_forget`
 */
export async function forgetStretch(
  stretch: Stretch,
  { store, clock, dryRun = false, onProgress }: ForgetOptions,
): Promise<Forgotten> {
  const { symbol, venue } = stretch.market
  const market = store.find(stretch.market)
  if (market === null) throw nothing(`Nothing of ${symbol} on ${venue} is stored.`)
  const timeframes = stretch.timeframe === null ? TIMEFRAMES : [stretch.timeframe]
  const touched = timeframes.flatMap((timeframe) => heldOf(store, market, timeframe, stretch.range))
  if (touched.length === 0) throw nothing(`Nothing of ${symbol} on ${venue} is stored there.`)
  const pieces = touched.flatMap(({ timeframe, from, to }) =>
    [...piecesOf(rangeOf(from, to), timeframe)].map((piece) => ({ timeframe, ...piece })),
  )
  let removed = 0
  for (const [index, piece] of pieces.entries()) {
    removed += dryRun
      ? count(store, market, piece)
      : store.transaction(() => take(store, market, piece, clock))
    onProgress?.((index + 1) / pieces.length)
    await setImmediate()
  }
  if (!dryRun) {
    for (const piece of pieces) {
      const now = clock.now()
      const when = { first: now, corrected: now }
      store.transaction(() => store.recompose(stretch.market, piece.timeframe, piece, when))
      await setImmediate()
    }
    store.transaction(() => settle(store, market, clock))
  }
  return { removed, restored: 0, kept: 0, touched }
}

function nothing(words: string): AppError {
  return new AppError('nothing_to_forget', `${words} annotate ledger lists what is held.`, { status: 404 })
}

/** How far what is stored of a timeframe reaches within `range`; nothing where nothing is. */
function heldOf(
  store: MarketStore,
  market: number,
  timeframe: Timeframe,
  range: TimeRange | null,
): Touched[] {
  const step = durationOf(timeframe)
  const { from, to } = range ?? rangeOf(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
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
    store.before.trim(market, holds, range)
  }
  if (timeframe === '1s') removed += store.trades.remove(market, store.trades.read(market, range))
  store.coverage.take(market, timeframe, range)
  store.cutCoverage.trim(market, timeframe, range)
  store.changes.note(market, timeframe, range.from, range.to)
  return removed
}

/** Imports of which nothing is left are out, and so is a market of which nothing is. */
function settle(store: MarketStore, market: number, clock: Clock): void {
  const now = clock.now()
  store.sqlite
    .prepare(
      `UPDATE import SET forgetting_at = ?1, forgotten_at = ?1 WHERE market = ?2 AND from_time IS NOT NULL AND kind != 'book'
         AND forgotten_at IS NULL AND NOT EXISTS (SELECT 1 FROM import_block WHERE import_block.import = import.id)`,
    )
    .run([now, market])
  const left = store.sqlite
    .prepare(
      `SELECT EXISTS (SELECT 1 FROM candle WHERE market = ?1) OR EXISTS (SELECT 1 FROM trade WHERE market = ?1)
         OR EXISTS (SELECT 1 FROM coverage WHERE market = ?1)`,
    )
    .raw()
    .all([market]) as [number][]
  if (left[0]?.[0] === 0) store.hide(market, now)
}
