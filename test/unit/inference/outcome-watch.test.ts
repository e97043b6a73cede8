// Calls that were open when a server ended, followed by the next one: to the outcome their own seconds say, without reading all that came since.
import { expect, it } from 'vitest'
import { DAY, MINUTE, SECOND, epochMs, shift, type EpochMs } from '../../../src/core/time.ts'
import { OutcomeWatch } from '../../../src/inference/outcome-watch.ts'
import type { DataProvider } from '../../../src/market/provider.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import type { Market, TimeRange } from '../../../src/market/types.ts'
import type { Outcome } from '../../../src/signals/outcome.ts'
import { MARKET, openStore, span, storeTrades, trade } from '../market/fixture.ts'

const T = epochMs(Date.parse('2026-01-15T10:30:00Z'))
const HELD = 30
const BARRIERS = {
  target_pct: 1,
  stop_pct: 0.5,
  stop_assumed: true,
  seconds: HELD,
  fee_pct_per_side: 0.1,
}

/** A trade a second for two minutes from `from`, at prices that rise by a thousandth each. */
function rising(from: EpochMs) {
  return Array.from({ length: 120 }, (_, n) => trade(from + n * SECOND, 100 * 1.001 ** n, 1))
}

it('are decided by their own seconds, however long the server was away', async () => {
  const store = openStore()
  const now = shift(T, 7 * DAY)
  for (const from of [shift(T, -60_000), shift(now, -60_000)])
    storeTrades(store, rising(from), span(from, from + 2 * MINUTE))
  const reader = createMarketReader(store)
  const read: number[] = []
  let tell: (market: Market, second: EpochMs) => Promise<void> = () => Promise.resolve()
  const provider = {
    onEverySecond: (listener: typeof tell) => {
      tell = listener
      return () => undefined
    },
    slice: (market: Market, asOf: TimeRange) => {
      read.push(asOf.to - asOf.from)
      return reader.slice(market, asOf)
    },
  } as unknown as DataProvider
  const outcomes = new Map<string, Outcome>()
  const watch = new OutcomeWatch({
    provider,
    onOutcome: async (id, outcome) => void outcomes.set(id, outcome),
    onFault: (_, error) => expect.unreachable(String(error)),
  })
  const call = { market: MARKET, action: 'BUY', price: 100 * 1.001 ** 59, barriers: BARRIERS } as const
  watch.follow({ ...call, id: 'before', opensAt: T })
  watch.follow({ ...call, id: 'now', opensAt: now })
  await tell(MARKET, shift(now, SECOND))
  expect([...outcomes.keys()]).toEqual(['before'])
  // The target of a hundredth is met in the tenth second from a price that rises by a thousandth each.
  expect(outcomes.get('before')).toEqual({ outcome: 'right', pct: 0.8, at: shift(T, 10 * SECOND) })
  for (let n = 2; n <= 10; n++) await tell(MARKET, shift(now, n * SECOND))
  expect(outcomes.get('now')).toMatchObject({ outcome: 'right', at: shift(now, 10 * SECOND) })
  expect(Math.max(...read)).toBeLessThanOrEqual(HELD * SECOND)
})
