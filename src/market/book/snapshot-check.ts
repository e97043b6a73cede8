// What a snapshot must be before it is stored.
import { AppError } from '../../core/errors.ts'
import { numberIn } from '../../core/number-at.ts'
import type { FlatLevels } from './message.ts'
import type { TopSnapshot } from './top-snapshot.ts'

const LARGEST_ID = 2 ** 52

/**
 * @throws AppError `invalid_book_snapshot` unless its time is a whole second, every event in it is earlier, and both sides are ladders of
 *   positive amounts whose best prices do not cross.
 */
export function checkSnapshot(snapshot: TopSnapshot): void {
  const fault = faultOf(snapshot)
  if (fault === null) return
  throw new AppError(
    'invalid_book_snapshot',
    `The order-book snapshot of ${snapshot.time} cannot be stored: ${fault}.`,
    { status: 422, details: { time: snapshot.time } },
  )
}

function faultOf({ time, eventTime, arrivedAt, lastUpdateId, bids, asks }: TopSnapshot): string | null {
  if (!isWhole(time) || time % 1000 !== 0) return 'its time is no whole second'
  if (!isWhole(eventTime)) return 'its last event has no time in whole UTC milliseconds'
  if (eventTime >= time) return `its last event (${eventTime}) is not before it`
  if (!isWhole(arrivedAt)) return 'its arrival is not in whole UTC milliseconds'
  if (!isWhole(lastUpdateId) || lastUpdateId >= LARGEST_ID) return `its update number is ${lastUpdateId}`
  if (bids.length + asks.length === 0) return 'it has no level'
  if (!isLadder(bids, -1)) return 'its bids are no ladder: prices fall, amounts are above 0'
  if (!isLadder(asks, 1)) return 'its asks are no ladder: prices rise, amounts are above 0'
  const [[bid], [ask]] = [bids, asks]
  if (bid !== undefined && ask !== undefined && bid >= ask) {
    return `its best bid ${bid} is not below its best ask ${ask}`
  }
  return null
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function isLadder(levels: FlatLevels, direction: 1 | -1): boolean {
  if (levels.length % 2 !== 0) return false
  for (let at = 0; at < levels.length; at += 2) {
    const [price, amount] = [numberIn(levels, at), numberIn(levels, at + 1)]
    if (!(price > 0 && amount > 0 && price + amount < Number.POSITIVE_INFINITY)) return false
    if (at > 0 && (price - numberIn(levels, at - 2)) * direction <= 0) return false
  }
  return true
}
