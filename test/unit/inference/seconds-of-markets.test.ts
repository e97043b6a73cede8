// The live seconds of a market go with its last session; how many states were made is counted on.
import { expect, it } from 'vitest'
import type { EpochMs } from '../../../src/core/time.ts'
import { MarketSeconds, type MarketAsOf } from '../../../src/inference/market-seconds.ts'
import { SecondsOfMarkets } from '../../../src/inference/seconds-of-markets.ts'
import { SingleRows } from '../../../src/moments/single-rows.ts'

const rows = new SingleRows()
const STALE = {
  status: () => ({ state: 'starting', kind: 'demo', now: 0, clockSetBack: 0 }),
} as unknown as MarketAsOf

it('keeps one a market while it is asked for, and counts those that were let go', async () => {
  const seconds = new SecondsOfMarkets((market) => new MarketSeconds(STALE, market, rows))
  const markets = Array.from({ length: 100 }, (_, n) => ({ venue: 'test', symbol: `S${n}/USDT` }))
  for (const market of markets) {
    expect(seconds.of(market)).toBe(seconds.of(market))
    await seconds.of(market).at(1000 as EpochMs, false)
    seconds.release(market)
    seconds.release(market)
  }
  expect([seconds.size, seconds.count]).toEqual([0, 100])
  const [first] = markets
  if (first !== undefined) await seconds.of(first).at(2000 as EpochMs, false)
  expect([seconds.size, seconds.count]).toEqual([1, 101])
})
