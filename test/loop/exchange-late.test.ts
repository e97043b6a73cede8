// Trades of an exchange that arrive after their second was decided: what each second saw is rebuilt bit for bit, what is stored is the truth.
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { shift, type EpochMs } from '../../src/core/time.ts'
import type { MarketSlice } from '../../src/market/slice.ts'
import { shortfallAt } from '../../src/market-state/availability.ts'
import { marketStateAt } from '../../src/market-state/state.ts'
import { LocalBinance } from '../exchange/binance-server.ts'
import { LiveMarket } from '../exchange/live-market.ts'

const MARKET = { venue: 'binance', symbol: 'ETH/USDT' }
const SECONDS = 15

/** The state's values, as text that differs where a bit does; or that there is none, because the second before is not known. */
function stateText(slice: MarketSlice, second: EpochMs): string {
  if (shortfallAt(slice, second) !== null) return 'none'
  const { candles, gaps } = marketStateAt(slice, second)
  const columns = Object.values(candles).map((of) =>
    Object.values(of).map((values) => [...(values as Float64Array)]),
  )
  return JSON.stringify({ columns, gaps })
}

describe('an exchange whose trades come late', () => {
  it.each([
    ['all of them, by more than the longest grace', { latency: 1450 }, null],
    ['some, after a stall', {}, 2200],
  ] as const)('%s: each second is rebuilt as it was seen', async (_, options, stall) => {
    const exchange = await new LocalBinance(options).open()
    const live = await LiveMarket.start(exchange)
    const { provider } = live
    try {
      const seen = new Map<EpochMs, { slice: MarketSlice; text: string }>()
      await live.until(
        'trades',
        () => live.status.state === 'streaming' && live.status.connection!.tradeLagMs !== null,
      )
      provider.onSecond(MARKET, async (second) => {
        const slice = await provider.slice(MARKET, { from: second, to: second })
        seen.set(second, { slice, text: stateText(slice, second) })
      })
      if (stall !== null) {
        for (let count = 0; count < 3; count += 1) {
          exchange.stalled = true
          await sleep(stall)
          exchange.release()
          await sleep(1500)
        }
      }
      await live.until('seconds', () => seen.size >= SECONDS)
      const to = await live.caughtUp()
      await sleep(1500 + (exchange.options.latency ?? 0) * 2)
      let corrected = 0
      for (const [second, { slice, text }] of seen) {
        const asOf = { from: second, to: second }
        // The writer's grace, whatever the stream had to wait: what a signal saw is stamped by it.
        const rebuilt = await provider.slice(MARKET, asOf, { knownAt: shift(second, 250) })
        expect(rebuilt).toEqual(slice)
        expect(stateText(rebuilt, second)).toBe(text)
        if (stateText(await provider.slice(MARKET, asOf), second) !== text) corrected += 1
      }
      expect(corrected).toBeGreaterThan(0)
      if (stall === null) expect(live.status.lateSeconds).toBeGreaterThan(0)
      expect(live.differences(to)).toEqual([])
      expect(live.gaps(to)).toEqual([])
      expect(live.faults).toEqual([])
    } finally {
      await live.stop()
      await exchange.close()
    }
  })
})
