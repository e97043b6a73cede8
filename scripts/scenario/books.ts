// Order books for a scenario's market: the simulated market's own, or with an imbalance planted before chosen entries.
import { MINUTE, SECOND, epochMs, type EpochMs } from '../../src/core/time.ts'
import { BookStore } from '../../src/market/book/book-store.ts'
import type { TopSnapshot } from '../../src/market/book/top-snapshot.ts'
import { createDemoMarket } from '../../src/market/demo/demo-market.ts'
import { demoSnapshots } from '../../src/market/demo/top-book.ts'
import type { TimeRange } from '../../src/market/types.ts'
import type { Mark } from './annotate.ts'
import type { ScenarioMarket } from './market.ts'

/** An imbalance begins so long before an entry and lasts so long after it. */
const LEAD = 10 * SECOND
const TAIL = 30 * SECOND
/** What the amounts of the side that will give way are divided by, and those of the other side multiplied by. */
const FACTOR = 2

/** Stores the book of every second of a range, three minutes before it included. */
export function recordBooks(
  place: ScenarioMarket,
  seed: number,
  { from, to }: TimeRange,
  planted: readonly Mark[] = [],
): void {
  const demo = createDemoMarket({ seed, symbol: place.market.symbol })
  const books = new BookStore(place.database.sqlite)
  for (let at = from - 3 * MINUTE; at < to; at += 10 * MINUTE) {
    const part = { from: epochMs(at), to: epochMs(Math.min(at + 10 * MINUTE, to)) }
    books.append(
      place.market,
      demoSnapshots(demo, part).map((snapshot) => withImbalance(snapshot, planted)),
    )
  }
}

/** Before a long the bids are thicker than the asks, before a short the other way round; prices stay. */
function withImbalance(snapshot: TopSnapshot, planted: readonly Mark[]): TopSnapshot {
  const mark = planted.find(({ entry }) => isNear(entry, snapshot.time))
  if (mark === undefined) return snapshot
  const up = mark.direction === 'LONG' ? FACTOR : 1 / FACTOR
  return { ...snapshot, bids: times(snapshot.bids, up), asks: times(snapshot.asks, 1 / up) }
}

function isNear(entry: EpochMs, time: EpochMs): boolean {
  return time > entry - LEAD && time <= entry + TAIL
}

function times(levels: readonly number[], factor: number): number[] {
  return levels.map((value, i) => (i % 2 === 0 ? value : value * factor))
}
