// What a test case lacks is fetched, where the market's source still has it: candles before the mark is refused, order books first.
import { CASE_TIMEFRAMES } from '../contract/timeframes.ts'
import { AppError } from '../core/errors.ts'
import { floorTo, parseInstant, SECOND, type EpochMs } from '../core/time.ts'
import { FILL_LIMIT, WINDOW } from '../market/book/book-slice.ts'
import { rangeOf } from '../market/ranges.ts'
import type { PastOnDemand } from '../market/sources/source.ts'
import { durationOf } from '../market/timeframe.ts'
import type { Market } from '../market/types.ts'
import type { App } from './app.ts'
import { pastOf, recallBooks } from './beside/past-elsewhere.ts'

/** Candles of a state, and one that is open at its instant. */
const CANDLES = 101
/** The entry check looks a little past the entry. */
const AFTER = 10 * SECOND
const LONGEST = 60_000
/** The order book's window, and what fills its first seconds. */
const BOOK_REACH = (WINDOW + 1) * SECOND + FILL_LIMIT

/** Does `work`; where it lacks candles as of `instant` that can be had, fetches them and does it once more. */
export async function withPast<T>(
  app: App,
  market: Market,
  instant: string | number,
  work: () => Promise<T>,
): Promise<T> {
  const at = parseInstant(instant, 'entry.timestamp')
  await recallBooks(app, market, rangeOf(at - BOOK_REACH, at + SECOND))
  try {
    return await work()
  } catch (error) {
    const past = pastOf(app, market)
    const isLacking = error instanceof AppError && error.code === 'not_enough_candles'
    if (!isLacking || past === undefined) throw error
    await fetchState(past, at)
    return work()
  }
}

/** What cannot be had stays missing: the second attempt says which. */
async function fetchState(past: Pick<PastOnDemand, 'fetch'>, instant: EpochMs): Promise<void> {
  for (const timeframe of CASE_TIMEFRAMES) {
    const step = durationOf(timeframe)
    const to = timeframe === '1s' ? instant + AFTER : floorTo(instant, step) + step
    try {
      await past.fetch(
        timeframe,
        rangeOf(floorTo(instant, step) - CANDLES * step, to),
        AbortSignal.timeout(LONGEST),
      )
    } catch (error) {
      if (!(error instanceof AppError)) throw error
    }
  }
}
