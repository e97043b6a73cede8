// Keeps the exchange's own candles behind the stream: at start and once a minute, what is missing is fetched and stored.
import { AppError } from '../../core/errors.ts'
import { DAY, floorTo, MINUTE, SECOND, shift, type EpochMs } from '../../core/time.ts'
import { missingFrom, rangeOf } from '../ranges.ts'
import type { MarketStore } from '../store/market-store.ts'
import { durationOf, TIMEFRAMES, type Timeframe } from '../timeframe.ts'
import type { Market, TimeRange } from '../types.ts'
import { noteDownload } from './download-ledger.ts'
import { candlePages, hasTimeframe, type CandlePage, type CandleRequest } from './candle-history.ts'

/** How far back candles are wanted at start: a chart's worth, and well over the 100 of a market state. */
const BACK: Readonly<Partial<Record<Timeframe, number>>> = {
  '1s': 15 * MINUTE,
  '1m': DAY,
  '1h': 40 * DAY,
  '1d': 400 * DAY,
}
/** Candles of any other timeframe. */
const CANDLES_BACK = 960
/** The newest seconds are left to the trades. */
const SECONDS_LEFT = 5 * SECOND

export interface KeeperRequest extends Omit<CandleRequest, 'timeframe' | 'range'> {
  /** When what is stored now becomes known. */
  readonly stamp: () => EpochMs
}

/** Fills each of `timeframes`; what fails is told and left for the next time. Returns whether all went well. */
export async function keepCandles(
  store: MarketStore,
  market: Market,
  request: KeeperRequest,
  timeframes: readonly Timeframe[],
  onTrouble: (words: string) => void,
): Promise<boolean> {
  let isWhole = true
  for (const timeframe of timeframes) {
    try {
      await keep(store, market, { ...request, timeframe, range: wanted(timeframe, request.now()) })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      onTrouble(error.message)
      isWhole = false
    }
  }
  return isWhole
}

async function keep(
  store: MarketStore,
  market: Market,
  request: CandleRequest & KeeperRequest,
): Promise<void> {
  const { timeframe, range } = request
  if (!hasTimeframe(request.rest.exchange, timeframe)) return
  const begun = request.now()
  let [rows, added] = [0, 0]
  for (const missing of missingFrom(store.known(market, timeframe), range)) {
    for await (const page of candlePages({ ...request, range: missing })) {
      added += (await storePage(store, market, timeframe, page, request.stamp)).added
      rows += page.candles.length
    }
  }
  await noteDownload(store, market, timeframe, { rows, added, sha256: null, begun, ended: request.now() })
}

/** Stores a page and what it completes of longer timeframes, as known from the moment (`stamp`) that it is stored. */
export async function storePage(
  store: MarketStore,
  market: Market,
  timeframe: Timeframe,
  { candles, known }: Pick<CandlePage, 'candles' | 'known'>,
  stamp: () => EpochMs,
): Promise<{ added: number; present: number; conflicts: number }> {
  return store.write(() => {
    const now = stamp()
    const when = { first: now, corrected: now }
    const result = store.addCandles(market, timeframe, candles, when)
    store.cover(market, timeframe, 'candles', known, now)
    const longer = TIMEFRAMES[TIMEFRAMES.indexOf(timeframe) + 1]
    if (longer !== undefined) for (const range of known) store.recompose(market, longer, range, when)
    return result
  })
}

function wanted(timeframe: Timeframe, now: EpochMs): TimeRange {
  const step = durationOf(timeframe)
  const end = floorTo(timeframe === '1s' ? shift(now, -SECONDS_LEFT) : now, step)
  return rangeOf(end - (BACK[timeframe] ?? CANDLES_BACK * durationOf(timeframe)), end)
}

export const KEPT_AT_START: readonly Timeframe[] = ['1d', '1h', '1m', '1s']
/** Seconds are the trades' affair; a longer candle that they do not cover whole is fetched once it has closed. */
export const KEPT_WHILE_STREAMING: readonly Timeframe[] = ['1m', '1h', '1d']
/** ms after a minute's end: by then its candle is settled. */
export const KEEP_AFTER = 4 * SECOND
