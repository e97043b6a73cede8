// The simulated order book as it is recorded: its best levels as of whole seconds.
import { AppError } from '../../core/errors.ts'
import { SECOND, shift, type EpochMs } from '../../core/time.ts'
import { LEVELS, type TopSnapshot } from '../book/top-snapshot.ts'
import type { TimeRange } from '../types.ts'
import type { DemoMarket } from './demo-market.ts'

/**
 * The book as of second `time`: it stands on trades before `time` alone. Its last event is put in the last millisecond before; the market renews
 * its book ten times a second, and the update's number counts those.
 */
export function demoSnapshot(market: DemoMarket, time: EpochMs): TopSnapshot {
  const { bids, asks } = market.book(time, LEVELS)
  const eventTime = shift(time, -1)
  return {
    time,
    eventTime,
    arrivedAt: eventTime,
    lastUpdateId: Math.floor(time / 100),
    bids: bids.flat(),
    asks: asks.flat(),
  }
}

/** The snapshots of seconds S with from ≤ S < to; none where the market has no book. */
export function demoSnapshots(market: DemoMarket, { from, to }: TimeRange): TopSnapshot[] {
  const snapshots: TopSnapshot[] = []
  for (let time = from; time < to; time = shift(time, SECOND)) {
    try {
      snapshots.push(demoSnapshot(market, time))
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'no_order_book') throw error
    }
  }
  return snapshots
}
