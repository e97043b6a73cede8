// What makes a test case nonsense beyond its form: times that do not end at T, candles that contradict themselves.
import { actionOf } from '../contract/direction.ts'
import type { TestCaseFile } from '../contract/annotations.ts'
import { CASE_TIMEFRAMES, tensorOf } from '../contract/timeframes.ts'
import { epochMs, SECOND, toIso } from '../core/time.ts'
import { numberIn } from '../core/number-at.ts'
import { durationOf, type Timeframe } from '../market/timeframe.ts'
import { orderBookFault } from './case-order-book.ts'
import { firstOpenTime } from '../market-state/window.ts'

type Columns = TestCaseFile['market_state']['ohlcv_1s']

/** The first fault in words; null where there is none. `name` is the file's, without `.json`. */
export function faultOf(content: TestCaseFile, name: string): string | null {
  const { direction, entry_price, exit_price, holding_period_seconds } = content.expected_outcome
  if (content.test_case_id !== name) return `its test_case_id is ${content.test_case_id}`
  const asOf = Date.parse(content.timestamp)
  if (!Number.isInteger(asOf / SECOND)) return `timestamp ${content.timestamp} is no whole second`
  if (content.action !== actionOf(direction)) return `${content.action} is not ${direction}`
  if (!(entry_price > 0)) return 'entry_price of expected_outcome is not above 0'
  if (!Number.isFinite(exit_price)) return 'exit_price of expected_outcome is no number'
  if (!(holding_period_seconds > 0)) return 'holding_period_seconds is not above 0'
  for (const timeframe of CASE_TIMEFRAMES) {
    const fault = columnsFault(content.market_state[tensorOf(timeframe)], timeframe, asOf)
    if (fault !== null) return `${tensorOf(timeframe)} ${fault}`
  }
  if (content.order_book === undefined) return null
  const fault = orderBookFault(content.order_book, epochMs(asOf))
  return fault === null ? null : `order_book ${fault}`
}

function columnsFault(columns: Columns, timeframe: Timeframe, asOf: number): string | null {
  const first = firstOpenTime(timeframe, epochMs(asOf))
  for (const [slot, timestamp] of columns.timestamps.entries()) {
    const expected = toIso(epochMs(first + slot * durationOf(timeframe)))
    if (timestamp !== expected) return `has ${timestamp} where ${expected} belongs`
    const inSlot = (column: readonly number[]): number => numberIn(column, slot)
    const [high, low] = [inSlot(columns.high), inSlot(columns.low)]
    const prices = [inSlot(columns.open), high, low, inSlot(columns.close)]
    if (prices.some((price) => !(price > 0)) || high < low) {
      return `has an impossible candle at ${timestamp}`
    }
    if (!(inSlot(columns.volume) >= 0)) return `has a negative volume at ${timestamp}`
  }
  return null
}
