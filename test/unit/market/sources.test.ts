import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../src/core/clock.ts'
import { shift } from '../../../src/core/time.ts'
import { candlesOf } from '../../../src/market/columns.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import { createDemoSource } from '../../../src/market/sources/demo.ts'
import type { MarketEvent } from '../../../src/market/sources/market-event.ts'
import { createReplaySource } from '../../../src/market/sources/replay.ts'
import type { MarketSource } from '../../../src/market/sources/source.ts'
import { conformance } from './source-conformance.ts'
import { at, BY_TIME, candle, MARKET, openStore, span, storeTrades, trade } from './fixture.ts'

const T0 = at('2024-01-15T10:00:00Z')

function storedMinute() {
  const store = openStore()
  const trades = Array.from({ length: 60 }, (_, second) => trade(T0 + second * 1000 + 300, 10 + second, 1))
  storeTrades(store, trades, span(T0, T0 + 60_000))
  return { store, reader: createMarketReader(store) }
}

async function collect(source: MarketSource): Promise<MarketEvent[]> {
  const events: MarketEvent[] = []
  for await (const event of source.events(new AbortController().signal)) events.push(event)
  return events
}

describe('demo', () => {
  conformance('demo', async () => {
    const clock = new ManualClock(shift(T0, 400))
    const source = createDemoSource({ seed: 3, symbol: 'ETH/USDT', clock })
    return { source, advance: () => clock.moveTo(shift(clock.now(), 500)) }
  })

  it('has 105 days of 1d, 1h, 1m and two days of 1s at the start, and after a restart fills the time it was off', async () => {
    const store = openStore()
    const reader = createMarketReader(store)
    const clock = new ManualClock(shift(T0, 61_400))
    const market = { venue: 'demo-3', symbol: 'ETH/USDT' }
    await createDemoSource({ seed: 3, symbol: 'ETH/USDT', clock }).backfill!(store)
    const days = async (timeframe: '1s' | '1m' | '1h' | '1d') => {
      const coverage = await reader.coverage(market, timeframe)
      expect(coverage).toHaveLength(1)
      return (coverage[0]!.to - coverage[0]!.from) / 86_400_000
    }
    expect(await days('1d')).toBe(105)
    expect(await days('1h')).toBeGreaterThan(105)
    expect(await days('1m')).toBeGreaterThan(105)
    expect(await days('1s')).toBeGreaterThanOrEqual(2)
    clock.moveTo(shift(T0, 3_700_000))
    await createDemoSource({ seed: 3, symbol: 'ETH/USDT', clock }).backfill!(store)
    for (const timeframe of ['1s', '1m', '1h', '1d'] as const) await days(timeframe)
    expect((await reader.stored(market, '1s'))?.to).toBe(shift(T0, 3_700_000))
  })

  it('lets other work of its process go on while its past is written, and writes no more once it is stopped', async () => {
    const store = openStore()
    const clock = new ManualClock(shift(T0, 400))
    const source = createDemoSource({ seed: 3, symbol: 'ETH/USDT', clock })
    const stop = new AbortController()
    const filling = source.backfill!(store, stop.signal)
    const covered = () => store.coverage.known(store.open(source.market), '1s')
    // 53 pieces of minutes come before those of seconds.
    for (let turn = 0; covered().length === 0; turn += 1) {
      expect(turn).toBeLessThan(100_000)
      await new Promise((resolve) => setImmediate(resolve))
    }
    stop.abort()
    await expect(filling).rejects.toThrow('aborted')
    const [known] = covered()
    expect(known!.to - known!.from).toBeLessThan(2 * 86_400_000)
    await source.backfill!(store)
    const whole = openStore()
    await createDemoSource({ seed: 3, symbol: 'ETH/USDT', clock }).backfill!(whole)
    const rowsOf = ({ sqlite }: typeof store) =>
      sqlite
        .prepare(
          'SELECT timeframe, count(*), sum(open), sum(close), sum(volume) FROM candle GROUP BY timeframe',
        )
        .raw()
        .all()
    expect(rowsOf(store)).toEqual(rowsOf(whole))
  })
})

describe('replay', () => {
  conformance('replay', async () => {
    const { reader } = storedMinute()
    const source = await createReplaySource({ reader, market: MARKET, from: T0, speed: 1000 })
    return { source, advance: () => undefined }
  })

  it('ends where the seconds end', async () => {
    const { reader } = storedMinute()
    const source = await createReplaySource({
      reader,
      market: MARKET,
      from: shift(T0, 55_000),
      speed: Infinity,
    })
    const events = await collect(source)
    const confirmed = events.filter(({ kind }) => kind === 'confirmed')
    expect(confirmed).toHaveLength(6)
    expect(events.at(-1)).toEqual({ kind: 'end_of_data', market: MARKET, at: shift(T0, 60_000) })
  })

  it('says where it could start instead', async () => {
    const { reader } = storedMinute()
    const making = createReplaySource({ reader, market: MARKET, from: shift(T0, -1000), speed: 1 })
    await expect(making).rejects.toMatchObject({
      code: 'no_stored_data',
      message: expect.stringContaining('2024-01-15T10:00:00Z to 2024-01-15T10:01:00Z') as string,
    })
  })

  it('keeps its speed by the wall’s clock', async () => {
    const { reader } = storedMinute()
    const wall = new ManualClock(at('2030-01-01T00:00:00Z'))
    const source = await createReplaySource({ reader, market: MARKET, from: T0, speed: 2, wall })
    const iterator = source.events(new AbortController().signal)[Symbol.asyncIterator]()
    await iterator.next()
    let arrived = false
    const next = iterator.next().then((result) => {
      arrived = true
      return result
    })
    wall.moveTo(shift(wall.now(), 499))
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(arrived).toBe(false)
    wall.moveTo(shift(wall.now(), 1))
    expect((await next).done).toBe(false)
  })

  it('plays 1s candles without trades too', async () => {
    const store = openStore()
    store.addCandles(MARKET, '1s', [candle(T0, [1, 1, 1, 1], 1)], BY_TIME)
    store.cover(MARKET, '1s', 'candles', [span(T0, T0 + 3000)])
    const reader = createMarketReader(store)
    const source = await createReplaySource({ reader, market: MARKET, from: T0, speed: Infinity })
    const events = await collect(source)
    expect(events.map(({ kind }) => kind)).toEqual([...Array(4).fill('confirmed'), 'end_of_data'])
    expect(candlesOf(store.candles.read(store.open(MARKET), '1s', span(T0, T0 + 3000)))).toHaveLength(1)
  })
})
