import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../../src/core/clock.ts'
import { epochMs, shift, type EpochMs } from '../../../src/core/time.ts'
import { createDataProvider } from '../../../src/market/live-provider.ts'
import type { CandleUpdate, DataProvider } from '../../../src/market/provider.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import type { MarketEvent } from '../../../src/market/sources/market-event.ts'
import { createReplaySource } from '../../../src/market/sources/replay.ts'
import type { MarketSource } from '../../../src/market/sources/source.ts'
import type { MarketSlice } from '../../../src/market/slice.ts'
import type { MarketStore } from '../../../src/market/store/market-store.ts'
import type { Trade } from '../../../src/market/types.ts'
import { at, MARKET, openStore, span, storeTrades, trade } from './fixture.ts'
import { turns } from '../../patience.ts'

const T0 = at('2024-01-15T10:00:00Z')
const running: DataProvider[] = []

afterEach(async () => {
  for (const provider of running.splice(0)) await provider.stop()
})

/** A live stream that says what the test tells it to say. */
class ScriptedSource implements MarketSource {
  readonly kind = 'exchange'
  readonly simulated = false
  readonly speed = 1
  readonly market = MARKET
  readonly clock = new ManualClock(T0)
  readonly grace: number
  readonly #queue: MarketEvent[] = []
  #wake: () => void = () => undefined
  #isBroken = false

  constructor(grace: number) {
    this.grace = grace
  }

  async *events(signal: AbortSignal): AsyncGenerator<MarketEvent> {
    signal.addEventListener('abort', () => this.#wake())
    while (!signal.aborted) {
      if (this.#isBroken) throw new Error('the source broke off')
      const event = this.#queue.shift()
      if (event !== undefined) yield event
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  breakOff(): void {
    this.#isBroken = true
    this.#wake()
  }

  trade(sent: Trade): void {
    this.#say({ kind: 'trade', market: MARKET, trade: { ...sent, arrivedAt: this.clock.now() } })
  }

  confirm(through: EpochMs): void {
    this.#say({ kind: 'confirmed', market: MARKET, through })
  }

  #say(event: MarketEvent): void {
    this.#queue.push(event)
    this.#wake()
  }
}

async function live(grace = 250) {
  const store = openStore()
  const source = new ScriptedSource(grace)
  const faults: unknown[] = []
  const options = { store, reader: createMarketReader(store), source }
  const provider = createDataProvider({ ...options, onFault: (error) => faults.push(error) })
  running.push(provider)
  await provider.start()
  source.confirm(T0)
  await turns()
  const seen: EpochMs[] = []
  provider.onSecond(MARKET, async (second) => void seen.push(second))
  /** Moves the clock and lets everything that follows from it happen. */
  const moveTo = async (ms: number): Promise<void> => {
    source.clock.moveTo(shift(T0, ms))
    await turns()
  }
  return { store, source, provider, seen, faults, moveTo }
}

const seconds = (...numbers: number[]): EpochMs[] => numbers.map((number) => epochMs(T0 + number * 1000))

describe('a market whose charts cannot be read', () => {
  it('goes on deciding, and says what went wrong', async () => {
    const store = openStore()
    const source = new ScriptedSource(250)
    const faults: unknown[] = []
    const reader = createMarketReader(store)
    const candles = (): never => {
      throw new Error('the disk failed')
    }
    const provider = createDataProvider({
      store,
      source,
      reader: Object.assign(Object.create(reader) as typeof reader, { candles }),
      onFault: (error) => faults.push(error),
    })
    running.push(provider)
    provider.onCandle(() => undefined)
    await provider.start()
    const seen: EpochMs[] = []
    provider.onSecond(MARKET, async (second) => void seen.push(second))
    for (const n of [0, 1, 2, 3]) {
      source.clock.moveTo(shift(T0, n * 1000 + 250))
      source.confirm(shift(T0, n * 1000))
      await turns()
    }
    expect(seen).toEqual(seconds(1, 2, 3))
    expect(faults.map(String)).toContain('Error: the disk failed')
    expect(provider.statuses()[0]).toMatchObject({ state: 'streaming' })
  })
})

describe('a source that breaks off', () => {
  it('leaves a market that says so, and whose seconds are decided all the same', async () => {
    const { source, provider, seen, faults, moveTo } = await live()
    source.breakOff()
    await moveTo(2300)
    await moveTo(3300)
    expect(faults.map(String)).toContain('Error: the source broke off')
    expect(provider.statuses()[0]).toMatchObject({ state: 'stale' })
    expect(seen.length).toBeGreaterThan(0)
  })
})

describe('a live source', () => {
  it('is stored second by second, and each second is told once, in order', async () => {
    const { source, provider, seen, moveTo } = await live()
    source.trade(trade(T0 + 100, 10, 1))
    source.trade(trade(T0 + 1100, 11, 2))
    await moveTo(1250)
    source.confirm(shift(T0, 1000))
    await turns()
    expect(seen).toEqual(seconds(1))
    expect(provider.asOf()).toBe(shift(T0, 1000))
    await moveTo(2250)
    source.confirm(shift(T0, 2000))
    await turns()
    expect(seen).toEqual(seconds(1, 2))
    const request = {
      market: MARKET,
      timeframe: '1s',
      limit: 5,
      asOf: provider.asOf(),
      forming: false,
    } as const
    const { candles } = await provider.candles(request)
    expect(candles.map(({ close, volume }) => [close, volume])).toEqual([
      [10, 1],
      [11, 2],
    ])
    expect(provider.status()).toMatchObject({ state: 'streaming', lagMs: 250, lateSeconds: 0 })
  })

  it('rebuilds what each second saw, bit for bit, after late trades corrected it', async () => {
    const { source, provider, moveTo } = await live()
    const saw = new Map<EpochMs, MarketSlice>()
    provider.onSecond(MARKET, async (second) => {
      saw.set(second, await provider.slice(MARKET, { from: second, to: second }))
    })
    for (let second = 1; second <= 70; second += 1) {
      source.trade(trade(T0 + second * 1000 - 500, 100 + second, 1))
      // Every seventh second a trade of three seconds ago arrives, right after or between two decisions.
      if (second % 7 === 0) source.trade(trade(T0 + (second - 3) * 1000 - 100, 500 + second, 0.1))
      source.clock.moveTo(shift(T0, second * 1000 + 250))
      source.confirm(shift(T0, second * 1000))
      await new Promise((resolve) => setImmediate(resolve))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await moveTo(70_900)
    expect(saw.size).toBe(70)
    for (const [second, slice] of saw) {
      const rebuilt = await provider.slice(
        MARKET,
        { from: second, to: second },
        { knownAt: shift(second, 250) },
      )
      expect(rebuilt).toEqual(slice)
    }
    const corrected = await provider.slice(MARKET, span(T0 + 70_000, T0 + 70_000))
    expect(corrected.series['1m'].candles.volume[0]).toBe(60.9)
    expect(provider.status().lateSeconds).toBe(10)
  })

  it('decides a second that is not confirmed after its patience, turns stale, and counts what came late', async () => {
    const { source, provider, seen, moveTo } = await live()
    await moveTo(1250)
    source.confirm(shift(T0, 1000))
    await moveTo(3249)
    expect(seen).toEqual(seconds(1))
    await moveTo(3250)
    expect(seen).toEqual(seconds(1, 2))
    const during = await provider.slice(MARKET, span(T0 + 2000, T0 + 2000))
    expect(during.series['1s'].covered).toEqual([span(T0, T0 + 1000)])
    expect(provider.status().state).toBe('streaming')
    await moveTo(7000)
    expect(provider.status().state).toBe('stale')
    source.trade(trade(T0 + 1500, 10, 1))
    source.confirm(shift(T0, 7000))
    await turns()
    expect(provider.status().state).toBe('streaming')
    expect(seen).toEqual(seconds(1, 2, 3, 4, 5, 6, 7))
    const after = await provider.slice(MARKET, span(T0 + 2000, T0 + 2000))
    expect(after.series['1s'].candles.length).toBe(1)
    const then = await provider.slice(MARKET, span(T0 + 2000, T0 + 2000), { knownAt: shift(T0, 2250) })
    expect(then).toEqual(during)
  })

  it('tries a failed write again with the next confirmation, and loses nothing', async () => {
    const { store, source, provider, seen, faults, moveTo } = await live()
    source.trade(trade(T0 + 100, 10, 1))
    store.sqlite.exec('PRAGMA query_only = ON')
    await moveTo(1000)
    source.confirm(shift(T0, 1000))
    await turns()
    expect(faults).toHaveLength(1)
    store.sqlite.exec('PRAGMA query_only = OFF')
    await moveTo(2000)
    source.confirm(shift(T0, 2000))
    await turns()
    expect(seen).toEqual(seconds(1, 2))
    expect(await provider.trades(MARKET, span(T0, T0 + 2000))).toHaveLength(1)
    expect(await provider.coverage(MARKET, '1s')).toEqual([span(T0, T0 + 2000)])
  })

  it('tells charts the last candle of each timeframe, closed at its end', async () => {
    const { source, provider, moveTo } = await live()
    const updates: CandleUpdate[] = []
    provider.onCandle((update) => updates.push(update))
    source.trade(trade(T0 + 59_500, 10, 1))
    await moveTo(60_250)
    source.confirm(shift(T0, 60_000))
    await turns()
    const last = (timeframe: string): CandleUpdate | undefined =>
      updates.findLast((update) => update.timeframe === timeframe)
    expect(last('1s')).toMatchObject({ closed: true, candles: [{ openTime: T0 + 59_000, close: 10 }] })
    expect(last('1m')).toMatchObject({ closed: true, candles: [{ openTime: T0, close: 10, volume: 1 }] })
    expect(last('1h')).toMatchObject({ closed: false, candles: [{ openTime: T0, close: 10, volume: 1 }] })
  })

  it('covers nothing before its first confirmation', async () => {
    const { source, provider, moveTo } = await live()
    source.trade(trade(T0 - 300, 9, 1))
    source.trade(trade(T0 + 1500, 10, 1))
    await moveTo(2250)
    source.confirm(shift(T0, 2000))
    await turns()
    expect(await provider.coverage(MARKET, '1s')).toEqual([span(T0, T0 + 2000)])
    const { series } = await provider.slice(MARKET, span(T0 + 2000, T0 + 2000))
    expect([...series['1s'].candles.close]).toEqual([10])
    expect(series['1s'].closeBefore).toBe(9)
  })

  it('goes on where a listener fails', async () => {
    const { source, provider, seen, faults, moveTo } = await live()
    provider.onSecond(MARKET, () => Promise.reject(new Error('planted')))
    await moveTo(1250)
    source.confirm(shift(T0, 1000))
    await moveTo(2250)
    source.confirm(shift(T0, 2000))
    await turns()
    expect(seen).toEqual(seconds(1, 2))
    expect(faults).toHaveLength(2)
  })

  it('knows its market by symbol, and names the ones there are', async () => {
    const { provider } = await live()
    expect(provider.resolve()).toEqual(MARKET)
    expect(provider.resolve('ETH/USDT')).toEqual(MARKET)
    expect(() => provider.resolve('XRP/USDT')).toThrow(
      'There is no XRP/USDT on test. Known: ETH/USDT on test.',
    )
    expect(() => provider.resolve('ETH/USDT', 'kraken')).toThrow('There is no venue kraken.')
  })
})

describe('a replay', () => {
  async function replaying(store: MarketStore, from: EpochMs) {
    const reader = createMarketReader(store)
    const source = await createReplaySource({ reader, market: MARKET, from, speed: Infinity })
    const provider = createDataProvider({ store, reader, source })
    running.push(provider)
    return provider
  }

  it('passes no second that a listener has not answered, stores nothing, and says when it ends', async () => {
    const store = openStore()
    const trades = Array.from({ length: 20 }, (_, index) => trade(T0 + index * 1000 + 300, 10 + index, 1))
    storeTrades(store, trades, span(T0, T0 + 20_000))
    const changes = store.sqlite.prepare('SELECT total_changes()').raw()
    const before = changes.all()
    const provider = await replaying(store, shift(T0, 5000))
    const log: string[] = []
    provider.onSecond(MARKET, async (second) => {
      expect(provider.asOf()).toBe(second)
      expect(provider.clock.now()).toBe(second)
      log.push(`asked ${(second - T0) / 1000}`)
      await new Promise((resolve) => setTimeout(resolve, 3))
      expect(provider.asOf()).toBe(second)
      log.push(`answered ${(second - T0) / 1000}`)
    })
    const ended = new Promise<EpochMs>((resolve) => void provider.onEnd(({ at: end }) => resolve(end)))
    await provider.start()
    expect(await ended).toBe(shift(T0, 20_000))
    const expected = Array.from({ length: 16 }, (_, index) => [`asked ${5 + index}`, `answered ${5 + index}`])
    expect(log).toEqual(expected.flat())
    expect(provider.status().state).toBe('ended')
    expect(changes.all()).toEqual(before)
  })
})

describe('sixty streams that end', () => {
  it('store it together, not one after the other', async () => {
    const store = openStore()
    const sources = Array.from({ length: 60 }, (_, n) => {
      const source = new ScriptedSource(250)
      return Object.assign(source, { market: { ...MARKET, symbol: `S${n}/USDT` } })
    })
    const [first, ...others] = sources
    if (first === undefined) throw new Error('there is no source')
    const provider = createDataProvider({ store, reader: createMarketReader(store), source: first, others })
    await provider.start()
    await turns()
    const write = store.write.bind(store)
    let transactions = 0
    store.write = (work) => {
      transactions += 1
      return write(work)
    }
    await provider.stop()
    expect(transactions).toBeGreaterThan(0)
    expect(transactions).toBeLessThan(10)
  })
})
