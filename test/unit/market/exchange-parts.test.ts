// The parts of the connector that need no exchange: the chain of trades, the clock, the lag, closed candles, coverage taken back.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../src/core/clock.ts'
import { DAY, epochMs, MINUTE, SECOND, type EpochMs } from '../../../src/core/time.ts'
import { candlePages } from '../../../src/market/exchange/candle-history.ts'
import type { CcxtCandle, CcxtExchange, CcxtMarket } from '../../../src/market/exchange/ccxt.ts'
import { ExchangeClock } from '../../../src/market/exchange/exchange-clock.ts'
import { LagMeter } from '../../../src/market/exchange/lag-meter.ts'
import { inBase, printsOf } from '../../../src/market/exchange/prints.ts'
import { profileOf } from '../../../src/market/exchange/profiles.ts'
import { Rest } from '../../../src/market/exchange/rest.ts'
import { TradeChain } from '../../../src/market/exchange/trade-chain.ts'
import { unionOf } from '../../../src/market/ranges.ts'
import type { Timeframe } from '../../../src/market/timeframe.ts'
import type { TimeRange, Trade } from '../../../src/market/types.ts'
import { at, MARKET, openStore, span, storeTrades, trade } from './fixture.ts'

const T0 = at('2024-01-15T10:00:00Z')
const SPOT: CcxtMarket = {
  id: 'ETHUSDT',
  symbol: 'ETH/USDT',
  base: 'ETH',
  quote: 'USDT',
  type: 'spot',
  active: true,
  contract: false,
  inverse: undefined,
  contractSize: undefined,
}
const numbered = (id: number): Trade => ({ ...trade(T0 + id * 100, 10, 1, id), id: String(id) })

describe('the chain of trades', () => {
  it('hands on each trade once and in order, whatever comes twice, late or in the wrong order', () => {
    const arrivals = fc.array(fc.integer({ min: 0, max: 29 }), { maxLength: 60 })
    fc.assert(
      fc.property(arrivals, arrivals, (first, second) => {
        const chain = new TradeChain('contiguous')
        chain.add([numbered(0)])
        for (const id of first) chain.add([numbered(id)])
        const taken = chain.take(epochMs(T0 + 1000))
        for (const id of [...second, ...Array.from({ length: 30 }, (_, index) => index)])
          chain.add([numbered(id)])
        taken.push(...chain.take(epochMs(T0 + 10_000)))
        expect(taken.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 30 }, (_, index) => index))
        expect(chain.hole()).toBeNull()
      }),
    )
  })

  it('names the first hole, and hands on nothing beyond it', () => {
    const chain = new TradeChain('contiguous')
    chain.add([5, 6, 9, 12].map(numbered))
    expect(chain.hole()).toMatchObject({ from: 7, to: 8 })
    expect(chain.take(epochMs(T0 + DAY)).map(({ sequence }) => sequence)).toEqual([5, 6])
    chain.add([7, 8].map(numbered))
    expect(chain.hole()).toMatchObject({ from: 10, to: 11 })
    chain.skip(chain.hole()!)
    expect(chain.take(epochMs(T0 + DAY)).map(({ sequence }) => sequence)).toEqual([7, 8, 9, 12])
  })

  it('knows trades of an exchange without counted ids again', () => {
    const chain = new TradeChain('opaque')
    const a = { ...trade(T0, 10, 1), id: 'f3a' }
    chain.add([a, { ...a, id: 'f3b' }])
    chain.add([
      { ...a, id: 'f3b' },
      { ...a, id: 'f3c', time: epochMs(T0 + 5) },
    ])
    expect(chain.take(epochMs(T0 + 1000)).map(({ id }) => id)).toEqual(['f3a', 'f3b', 'f3c'])
  })
})

describe('the exchange’s clock', () => {
  const systemTime = T0
  const clockWith = (offsets: number[]): ExchangeClock => {
    const clock = new ExchangeClock(new ManualClock(systemTime))
    clock.measure(
      offsets.map((offset, index) => ({
        asked: systemTime,
        answered: systemTime + 10 * (index + 1),
        exchange: systemTime + 5 * (index + 1) + offset,
      })),
    )
    return clock
  }

  it('takes the answer with the shortest way', () => {
    expect(clockWith([3000, 3400]).now()).toBe(T0 + 3000)
  })

  it('believes trades rather than an answer that would have them come from the future or far too late', () => {
    const behind = clockWith([-9000])
    behind.witness(systemTime - 40, systemTime)
    expect(behind.offset).toBe(-40)
    expect(behind.isDoubted).toBe(true)
    const ahead = clockWith([9000])
    ahead.witness(systemTime - 40, systemTime)
    expect(ahead.offset).toBe(1960)
    expect(ahead.isDoubted).toBe(true)
    const right = clockWith([100])
    right.witness(systemTime + 60, systemTime)
    expect(right.offset).toBe(100)
    expect(right.isDoubted).toBe(false)
  })

  it('never goes back', () => {
    const clock = clockWith([9000])
    const before = clock.now()
    clock.witness(systemTime - 40, systemTime)
    expect(clock.now()).toBe(before)
  })
})

describe('grace', () => {
  it('follows what 99 of 100 trades need, between its limits', () => {
    const meter = new LagMeter({ least: 250, most: 1000 })
    for (let index = 0; index < 49; index += 1) meter.add(600)
    expect(meter.grace()).toBe(250)
    for (let index = 0; index < 100; index += 1) meter.add(400)
    expect(meter.grace()).toBe(650)
    for (let index = 0; index < 50; index += 1) meter.add(5000)
    expect(meter.grace()).toBe(1000)
    for (let index = 0; index < 600; index += 1) meter.add(20)
    expect(meter.grace()).toBe(250)
  })
})

describe('prints', () => {
  it('of next to nothing, or of a time that no date is, are left out', () => {
    const print = { id: '1', symbol: 'ETH/USDT', timestamp: T0, price: 10, amount: 1, side: 'buy' } as const
    const raw = [print, { ...print, amount: 5e-324 }, { ...print, timestamp: 1e300 }]
    const contract = { contract: true, contractSize: 0.1 }
    const { trades, refused } = printsOf(raw, contract, T0, () => 0)
    expect(trades.map(({ amount }) => amount)).toEqual([0.1])
    expect(refused).toBe(2)
  })

  it('are refused without a time, a price or an amount, and counted', () => {
    const good = { id: '7', timestamp: T0, symbol: 'ETH/USDT', side: 'sell', price: 10, amount: 2 }
    const raw = [
      good,
      { ...good, price: 0 },
      { ...good, timestamp: undefined },
      { ...good, amount: Number.NaN },
    ]
    const { trades, refused } = printsOf(raw, SPOT, T0, () => 0)
    expect(refused).toBe(3)
    expect(trades).toEqual([
      { id: '7', time: T0, sequence: 7, price: 10, amount: 2, side: 'sell', arrivedAt: T0 },
    ])
  })

  it('of contracts count in base units', () => {
    const raw = [{ id: 'x', timestamp: T0, symbol: 'A', side: undefined, price: 10, amount: 3 }]
    const contract = { contract: true, contractSize: 0.1 }
    expect(printsOf(raw, contract, null, () => 4).trades[0]).toMatchObject({
      amount: 0.3,
      sequence: 4,
      side: null,
    })
    expect(inBase(7, 0.01)).toBe(0.07)
  })
})

describe('candles of an exchange', () => {
  const row = (open: number): CcxtCandle => [open, 10, 12, 9, 11, 1]

  async function fetched(rows: CcxtCandle[], timeframe: Timeframe, range: TimeRange, now: EpochMs) {
    const asked: number[] = []
    const exchange = {
      has: { fetchOHLCV: true },
      timeframes: { [timeframe]: timeframe },
      fetchOHLCV: async (_: string, __: string, since: number, limit: number) => {
        asked.push(since)
        return rows.filter(([open]) => open! >= since).slice(0, limit)
      },
    } as unknown as CcxtExchange
    const rest = new Rest({ exchange, onTrouble: () => undefined })
    const profile = { ...profileOf('binance'), candlesAPage: timeframe === '1s' ? 6 : 4 }
    const signal = new AbortController().signal
    const request = { rest, market: SPOT, profile, timeframe, range, attempts: 1, signal, now: () => now }
    const pages = []
    for await (const page of candlePages(request)) pages.push(page)
    return { opens: pages.flatMap(({ candles }) => candles.map(({ openTime }) => openTime)), pages, asked }
  }

  it('count as closed once a later one has come, whatever the clock says', async () => {
    const minutes = Array.from({ length: 10 }, (_, index) => row(T0 + index * MINUTE))
    const lying = epochMs(T0 + 60 * MINUTE)
    const { opens, asked } = await fetched(minutes, '1m', span(T0, T0 + 60 * MINUTE), lying)
    expect(opens).toEqual(minutes.slice(0, 9).map(([open]) => open))
    expect(asked).toEqual([0, 3, 6, 9].map((index) => T0 + index * MINUTE))
  })

  it('that are missing are not known, and those that are none are refused', async () => {
    const rows = [0, 1, 3, 5].map((index) => row(T0 + index * MINUTE))
    rows.splice(1, 0, [T0 + MINUTE, 10, 9, 12, 11, 1], [T0 + 30_000, 10, 12, 9, 11, 1])
    const { pages } = await fetched(rows, '1m', span(T0, T0 + 4 * MINUTE), epochMs(T0 + 2 * DAY))
    expect(unionOf(pages.flatMap(({ known }) => known))).toEqual([
      span(T0, T0 + 2 * MINUTE),
      span(T0 + 3 * MINUTE, T0 + 4 * MINUTE),
    ])
    expect(pages.reduce((sum, { refused }) => sum + refused, 0)).toBeGreaterThanOrEqual(2)
  })

  it('of a second have had time to settle', async () => {
    const rows = Array.from({ length: 8 }, (_, index) => row(T0 + index * SECOND))
    const { opens } = await fetched(rows, '1s', span(T0, T0 + 8 * SECOND), epochMs(T0 + MINUTE))
    expect(opens).toEqual([0, 1, 2, 3].map((index) => T0 + index * SECOND))
  })
})

describe('coverage that is taken back', () => {
  it('leaves what stands around it, and its candles go', () => {
    const store = openStore()
    storeTrades(
      store,
      [0, 1, 2, 3, 4].map((second) => trade(T0 + second * SECOND, 10, 1)),
      span(T0, T0 + 5 * SECOND),
    )
    const id = store.open(MARKET)
    const opens = (): number[] =>
      [...store.candles.read(id, '1s', span(T0, T0 + DAY)).openTime].filter((open) => open > 0)
    expect(opens()).toHaveLength(5)
    store.uncover(MARKET, span(T0 + SECOND, T0 + 3 * SECOND), T0)
    expect(store.coverage.byTrades(id)).toEqual([
      span(T0, T0 + SECOND),
      span(T0 + 3 * SECOND, T0 + 5 * SECOND),
    ])
    expect(opens()).toEqual([T0, T0 + 3 * SECOND, T0 + 4 * SECOND])
  })
})

it('who asks an exchange that owes an answer waits no longer once he has given up', async () => {
  const rest = new Rest({ exchange: {} as CcxtExchange, onTrouble: () => undefined })
  const given = new AbortController()
  const asking = rest.ask('time', 3, given.signal, () => new Promise<never>(() => undefined))
  given.abort(new Error('The stream was stopped.'))
  await expect(asking).rejects.toThrow('The stream was stopped.')
}, 10_000)
