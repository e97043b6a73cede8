// The exchange's own candles of a stretch of time, page by page; only closed ones, and only what was sent counts as known.
import { DAY, SECOND, type EpochMs } from '../../core/time.ts'
import { rangeOf, runsOf } from '../ranges.ts'
import { durationOf, type Timeframe } from '../timeframe.ts'
import type { Candle, TimeRange } from '../types.ts'
import type { CcxtCandle, CcxtMarket } from './ccxt.ts'
import { inBase } from './prints.ts'
import type { ExchangeProfile } from './profile.ts'
import type { Rest } from './rest.ts'

/** Exchanges still add to a candle for a moment after its end. */
const SETTLED = 3 * SECOND
/** Whether so old a candle is closed needs no proof. */
const OLD = DAY

export interface CandlePage {
  /** Ascending, one a slot, closed. */
  readonly candles: Candle[]
  /** Slots that a candle was sent for. */
  readonly known: TimeRange[]
  /** Everything before this has been asked for. */
  readonly through: EpochMs
  /** Rows that are no candles: a price missing, a high below its low. */
  readonly refused: number
}

export interface CandleRequest {
  readonly rest: Rest
  readonly market: CcxtMarket
  readonly profile: ExchangeProfile
  readonly timeframe: Timeframe
  readonly range: TimeRange
  /** Exchange time, anew for each page. */
  readonly now: () => EpochMs
  readonly attempts: number
  readonly signal: AbortSignal
}

/** Pages of `range`, ascending; none where the exchange has no such timeframe. */
export async function* candlePages(request: CandleRequest): AsyncGenerator<CandlePage> {
  const { rest, market, profile, timeframe, range, signal } = request
  if (!hasTimeframe(rest.exchange, timeframe)) return
  const step = durationOf(timeframe)
  for (let since: number = range.from; since < range.to;) {
    if (since + step + SETTLED > request.now()) return
    const wanted = Math.ceil((range.to - since + SETTLED) / step) + 1
    const limit = Math.min(profile.candlesAPage, wanted)
    const rows = await rest.ask(`${timeframe} candles`, request.attempts, signal, () =>
      rest.exchange.fetchOHLCV(market.symbol, timeframe, since, limit),
    )
    const page = pageOf(rows, request, rangeOf(since, range.to))
    const last = page.candles.at(-1)
    const isEmpty = rows.length === 0 && since + limit * step < request.now() - OLD
    if (last === undefined && !isEmpty) return
    const through = last === undefined ? since + limit * step : last.openTime + step
    yield { ...page, through: Math.min(through, range.to) as EpochMs }
    since = through
  }
}

export function hasTimeframe({ timeframes, has }: Rest['exchange'], timeframe: Timeframe): boolean {
  return has['fetchOHLCV'] === true && timeframes?.[timeframe] !== undefined
}

/**
 * The candles of one answer that are closed: the exchange has sent a later one, whatever its clock and ours say, and it has had time to settle.
 */
function pageOf(
  rows: readonly CcxtCandle[],
  { timeframe, market, now }: CandleRequest,
  window: TimeRange,
): Omit<CandlePage, 'through'> {
  const step = durationOf(timeframe)
  const bySlot = new Map<number, Candle>()
  const newest = Math.max(...rows.map(([openTime]) => openTime ?? 0))
  const isClosed = ({ openTime }: Candle): boolean => {
    const end = openTime + step
    const settled = step === SECOND ? SETTLED : 0
    return end + SETTLED <= now() && (end + settled <= newest || end + OLD <= now())
  }
  let refused = 0
  for (const row of rows) {
    const candle = candleOf(row, market)
    if (candle === null || candle.openTime % step !== 0) refused += 1
    else if (candle.openTime >= window.from && candle.openTime + step <= window.to && isClosed(candle))
      bySlot.set(candle.openTime, candle)
  }
  const candles = [...bySlot.values()].toSorted((a, b) => a.openTime - b.openTime)
  const opens = candles.map(({ openTime }) => openTime)
  return { candles, known: runsOf(opens, step), refused }
}

function candleOf(row: CcxtCandle, market: CcxtMarket): Candle | null {
  const [openTime, open, high, low, close, volume] = row
  if (openTime === undefined || open === undefined || high === undefined || low === undefined) return null
  if (close === undefined || volume === undefined) return null
  if (!row.every((value) => value !== undefined && Number.isFinite(value))) return null
  if (!(low > 0 && volume >= 0 && low <= Math.min(open, close) && high >= Math.max(open, close))) return null
  const amount = market.contract ? inBase(volume, market.contractSize ?? 1) : volume
  return { openTime: openTime as EpochMs, open, high, low, close, volume: amount }
}
