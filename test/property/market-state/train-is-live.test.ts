// Train = live, bit for bit: whatever the slice, the order of imports or the way the data came, a state is the same.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { effort } from '../../long.ts'
import { epochMs, type EpochMs } from '../../../src/core/time.ts'
import { shortfallAt } from '../../../src/market-state/availability.ts'
import { gapSharePct } from '../../../src/market-state/gap-share.ts'
import { marketStateAt } from '../../../src/market-state/state.ts'
import { StateSweep } from '../../../src/market-state/sweep.ts'
import { allocateInputs, writeState } from '../../../src/market-state/tensors.ts'
import type { MarketSlice } from '../../../src/market/slice.ts'
import { randomMarket, randomOf, type RandomMarket } from './random-market.ts'
import { stateText } from './state-text.ts'
import { addNative, addTrades, MARKET, openMemory, storeOf, tradesOf } from './store-of.ts'

const seeds = fc.integer({ min: 0, max: 2 ** 31 })

function hull(raw: RandomMarket): { from: EpochMs; to: EpochMs } {
  const sorted = raw.instants.toSorted((a, b) => a - b)
  return { from: epochMs(sorted[0]!), to: epochMs(sorted.at(-1)!) }
}

describe('train = live', () => {
  it('makes the same state of a slice for one instant and of one for all of them', async () => {
    let states = 0
    const check = async (seed: number): Promise<void> => {
      const raw = randomMarket(seed)
      const { reader, close } = storeOf(raw)
      const all = await reader.slice(MARKET, hull(raw))
      for (const asOf of raw.instants.map(epochMs)) {
        const one = await reader.slice(MARKET, { from: asOf, to: asOf })
        expect(stateText(all, asOf) === stateText(one, asOf), `as of ${asOf}`).toBe(true)
        states += shortfallAt(one, asOf) === null ? 1 : 0
      }
      close()
    }
    await fc.assert(fc.asyncProperty(seeds, check), { numRuns: effort(15, 50) })
    expect(states).toBeGreaterThan(effort(120, 500))
  })

  it('writes the same tensors in a sweep over every second, and wherever it goes next', async () => {
    let states = 0
    const check = async (seed: number): Promise<void> => {
      const raw = randomMarket(seed)
      const { reader, close } = storeOf(raw)
      const range = hull(raw)
      const random = randomOf(seed)
      const all = Array.from({ length: (range.to - range.from) / 1000 + 1 }, (_, i) => range.from + i * 1000)
      const anywhere = all.filter(() => random() < 0.1).toSorted(() => random() - 0.5)
      const instants = [...all, ...anywhere, ...all.filter((_, i) => i % 7 === 0)].map(epochMs)
      states += sweepLikeStates(await reader.slice(MARKET, range), instants)
      close()
    }
    await fc.assert(fc.asyncProperty(seeds, check), { numRuns: effort(8, 25) })
    expect(states).toBeGreaterThan(effort(400, 1500))
  })

  it('does not depend on the order of imports', async () => {
    const check = async (seed: number): Promise<void> => {
      const raw = randomMarket(seed)
      const straight = storeOf(raw)
      const random = randomOf(seed)
      const order = (['1d', '1h', '1m', 'trades'] as const).toSorted(() => random() - 0.5)
      const shuffled = storeOf(raw, order)
      for (const asOf of raw.instants.map(epochMs)) {
        const range = { from: asOf, to: asOf }
        const [a, b] = [
          await straight.reader.slice(MARKET, range),
          await shuffled.reader.slice(MARKET, range),
        ]
        expect(stateText(a, asOf) === stateText(b, asOf), `as of ${asOf}, ${order.join(', ')}`).toBe(true)
      }
      straight.close()
      shuffled.close()
    }
    await fc.assert(fc.asyncProperty(seeds, check), { numRuns: effort(8, 25) })
  })

  it('makes the same state of a stream, second by second, and of an import at once', async () => {
    let states = 0
    const check = async (seed: number): Promise<void> => {
      const raw = randomMarket(seed)
      const whole = storeOf(raw)
      const live = openMemory()
      for (const timeframe of ['1d', '1h', '1m'] as const) addNative(live.store, raw, timeframe)
      const wanted = new Set(raw.instants)
      const { from, to } = seconds(raw)
      for (let second = from; second < to; second += 1000) {
        feedSecond(live.store, raw, second)
        const asOf = epochMs(second + 1000)
        if (!wanted.has(asOf)) continue
        const range = { from: asOf, to: asOf }
        const [a, b] = [await live.reader.slice(MARKET, range), await whole.reader.slice(MARKET, range)]
        expect(stateText(a, asOf) === stateText(b, asOf), `as of ${asOf}`).toBe(true)
        states += shortfallAt(a, asOf) === null ? 1 : 0
      }
      whole.close()
      live.close()
    }
    await fc.assert(fc.asyncProperty(seeds, check), { numRuns: effort(4, 10) })
    expect(states).toBeGreaterThan(effort(12, 40))
  })
})

/** How many states there were in the range. */
function sweepLikeStates(slice: MarketSlice, instants: readonly EpochMs[]): number {
  const sweep = new StateSweep(slice)
  const [swept, written] = [allocateInputs(2), allocateInputs(2)]
  let states = 0
  for (const asOf of instants) {
    const possible = shortfallAt(slice, asOf) === null
    expect(sweep.writeAt(asOf, swept, 1)).toBe(possible)
    if (!possible) continue
    const state = marketStateAt(slice, asOf)
    writeState(state, written, 1)
    expect(sweep.gapSharePct).toBe(gapSharePct(state.gaps))
    for (const name of ['ohlcv_1s', 'ohlcv_1m', 'ohlcv_1h', 'ohlcv_1d'] as const) {
      const [a, b] = [swept.tensors[name], written.tensors[name]].map((tensor) => Buffer.from(tensor.buffer))
      expect(a!.equals(b!), `${name} as of ${asOf}`).toBe(true)
    }
    states += 1
  }
  return states
}

function seconds(raw: RandomMarket): { from: number; to: number } {
  const first = Math.min(raw.covered[0]!.from, raw.trades[0]?.time ?? Infinity)
  return { from: Math.floor(first / 1000) * 1000, to: raw.covered.at(-1)!.to }
}

/** As a stream does: the trades of a second, then that it is confirmed, then its candles. */
function feedSecond(store: ReturnType<typeof openMemory>['store'], raw: RandomMarket, second: number): void {
  const covered = raw.covered.filter(({ from, to }) => from <= second && second < to)
  const trades = tradesOf(raw.trades).filter(({ time }) => time >= second && time < second + 1000)
  addTrades(
    store,
    trades,
    covered.map(() => ({ from: second, to: second + 1000 })),
  )
}
