// Market states of slices made by hand, each number worked out by hand.
import { describe, expect, it } from 'vitest'
import { DAY, epochMs, HOUR, MINUTE, SECOND } from '../../../src/core/time.ts'
import { columnsOf } from '../../../src/market/columns.ts'
import type { MarketSlice, SliceSeries } from '../../../src/market/slice.ts'
import { shortfallAt } from '../../../src/market-state/availability.ts'
import { marketStateAt } from '../../../src/market-state/state.ts'
import { StateSweep } from '../../../src/market-state/sweep.ts'
import { allocateInputs, writeState } from '../../../src/market-state/tensors.ts'

const NOON = Date.UTC(2024, 0, 15, 12)
const FAR = NOON + DAY

/** [open time, o, h, l, c, v], covered without a hole from `from` on. */
function series(
  rows: [number, number, number, number, number, number][],
  from: number,
  to: number,
): SliceSeries {
  return {
    candles: columnsOf(rows),
    covered: [{ from: epochMs(from), to: epochMs(to) }],
    closeBefore: 50,
    firstOpen: epochMs(from),
  }
}

function slice(parts: Partial<MarketSlice['series']> = {}): MarketSlice {
  return {
    market: { venue: 'test', symbol: 'ETH/USDT' },
    asOf: { from: epochMs(NOON - 60 * SECOND), to: epochMs(NOON + 120 * SECOND) },
    series: {
      '1s': series([], NOON - 300 * SECOND, FAR),
      '1m': series([], NOON - 300 * MINUTE, FAR),
      '1h': series([], NOON - 300 * HOUR, FAR),
      '1d': series([], NOON - 300 * DAY, FAR),
      ...parts,
    },
  }
}

function last(state: ReturnType<typeof marketStateAt>, timeframe: '1s' | '1m' | '1h' | '1d'): number[] {
  const { openTime, open, high, low, close, volume } = state.candles[timeframe]
  return [openTime, open, high, low, close, volume].map((column) => column.at(-1)!)
}

describe('market state', () => {
  const seconds = series(
    [
      [NOON - 2000, 98, 99, 97, 98.5, 4],
      [NOON, 100, 103, 99, 101, 0.1],
      [NOON + 1000, 101, 101, 101, 101, 0],
      [NOON + 2000, 102, 104, 102, 103, 0.2],
      [NOON + 5000, 90, 200, 1, 150, 1000],
    ],
    NOON - 300 * SECOND,
    FAR,
  )

  it('ends with the second before T, whole, and the minute it lies in, forming', () => {
    const state = marketStateAt(slice({ '1s': seconds }), epochMs(NOON + 5000))
    // 12:00:04 was quiet: the last close four times.
    expect(last(state, '1s')).toEqual([NOON + 4000, 103, 103, 103, 103, 0])
    // 0.1 + 0.2 is 0.3, not 0.30000000000000004; the venue's quiet second takes no part.
    expect(last(state, '1m')).toEqual([NOON, 100, 104, 99, 103, 0.3])
    expect(last(state, '1h')).toEqual([NOON, 100, 104, 99, 103, 0.3])
    expect(last(state, '1d')).toEqual([NOON - 12 * HOUR, 100, 104, 99, 103, 0.3])
    expect(state.gaps).toEqual([])
  })

  it('has closed candles only where T is their end, and forms the next a second later', () => {
    const minutes = series([[NOON - MINUTE, 97, 99, 96, 98.5, 7]], NOON - 300 * MINUTE, FAR)
    const at = marketStateAt(slice({ '1s': seconds, '1m': minutes }), epochMs(NOON))
    expect(last(at, '1m')).toEqual([NOON - MINUTE, 97, 99, 96, 98.5, 7])
    expect(last(at, '1h')[0]).toBe(NOON - HOUR)
    const after = marketStateAt(slice({ '1s': seconds, '1m': minutes }), epochMs(NOON + 1000))
    expect(last(after, '1m')).toEqual([NOON, 100, 103, 99, 101, 0.1])
    expect(after.candles['1m'].close.at(-2)).toBe(98.5)
  })

  it('composes the day of closed hours, closed minutes and closed seconds', () => {
    const hours = series([[NOON - 2 * HOUR, 80, 120, 79, 81, 10]], NOON - 300 * HOUR, FAR)
    const minutes = series([[NOON, 99, 105, 98, 104, 1]], NOON - 300 * MINUTE, FAR)
    const later = series([[NOON + MINUTE + 1000, 106, 107, 60, 61, 0.5]], NOON - 300 * SECOND, FAR)
    const state = marketStateAt(
      slice({ '1s': later, '1m': minutes, '1h': hours }),
      epochMs(NOON + MINUTE + 3000),
    )
    expect(last(state, '1h')).toEqual([NOON, 99, 107, 60, 61, 1.5])
    expect(last(state, '1d')).toEqual([NOON - 12 * HOUR, 80, 120, 60, 61, 11.5])
  })

  it('is the last close where nothing has traded since the open', () => {
    const state = marketStateAt(slice({ '1s': series([], NOON - 300 * SECOND, FAR) }), epochMs(NOON + 5000))
    expect(last(state, '1m')).toEqual([NOON, 50, 50, 50, 50, 0])
    expect(state.candles['1d'].close.every((close) => close === 50)).toBe(true)
  })

  it('lists what is missing, also inside a candle that still forms', () => {
    const holes = { ...seconds, covered: [range(-300, -10), range(-8, 2), range(4, 600)] }
    const state = marketStateAt(slice({ '1s': holes }), epochMs(NOON + 5000))
    // 12:00:02 has a candle though nothing covers it: it is there.
    const inside = range(3, 4)
    expect(state.gaps).toEqual([
      { timeframe: '1s', ...range(-10, -8) },
      { timeframe: '1s', ...inside },
      ...(['1m', '1h', '1d'] as const).map((timeframe) => ({ timeframe, ...inside })),
    ])
  })

  it('refuses what is no whole second, and slices of other instants', () => {
    expect(() => marketStateAt(slice(), epochMs(NOON + 1))).toThrow('no whole second')
    expect(() => marketStateAt(slice(), epochMs(NOON + DAY))).toThrow(RangeError)
  })
})

describe('shortfall', () => {
  it('counts back to the first candle of each timeframe, finest first', () => {
    const short = slice({
      '1m': series([], NOON - 98 * MINUTE, FAR),
      '1d': series([], NOON - 40 * DAY, FAR),
    })
    expect(shortfallAt(short, epochMs(NOON + 1000))).toMatchObject({
      timeframe: '1m',
      have: 99,
      need: 100,
      available: [],
    })
    const { how } = shortfallAt(short, epochMs(NOON))!
    expect(how).toContain('--timeframe 1m')
    expect(how).toContain('--timeframe 1d')
    expect(how).not.toContain('--timeframe 1h')
  })

  it('needs the second before T', () => {
    const seconds = series([], NOON - 300 * SECOND, NOON)
    expect(shortfallAt(slice({ '1s': seconds }), epochMs(NOON))).toBeNull()
    expect(shortfallAt(slice({ '1s': seconds }), epochMs(NOON + 1000))).toMatchObject({
      timeframe: '1s',
      have: 99,
    })
  })

  it('takes quiet seconds before the very first price for none', () => {
    const seconds = {
      ...series([[NOON - 90_000, 1, 1, 1, 1, 1]], NOON - 300 * SECOND, FAR),
      closeBefore: null,
    }
    expect(shortfallAt(slice({ '1s': seconds }), epochMs(NOON))).toMatchObject({ timeframe: '1s', have: 90 })
    expect(shortfallAt(slice({ '1s': seconds }), epochMs(NOON + 10_000))).toBeNull()
  })
})

describe('tensors', () => {
  it('hold open, high, low, close, volume of each candle in rows', () => {
    const seconds = series([[NOON - 1000, 1, 4, 0.5, 2, 8]], NOON - 300 * SECOND, FAR)
    const inputs = allocateInputs(2)
    writeState(marketStateAt(slice({ '1s': seconds }), epochMs(NOON)), inputs, 1)
    expect(inputs.tensors.ohlcv_1s).toHaveLength(1000)
    expect(Array.from(inputs.tensors.ohlcv_1s.subarray(990))).toEqual([50, 50, 50, 50, 0, 1, 4, 0.5, 2, 8])
    expect(inputs.tensors.ohlcv_1s.slice(0, 500).every((value) => value === 0)).toBe(true)
  })

  it('are left alone by a sweep where no state is possible', () => {
    const seconds = series([], NOON - 300 * SECOND, NOON)
    const sweep = new StateSweep(slice({ '1s': seconds }))
    const inputs = allocateInputs(1)
    expect(sweep.writeAt(epochMs(NOON + 1000), inputs, 0)).toBe(false)
    expect(inputs.tensors.ohlcv_1d[0]).toBe(0)
    expect(sweep.writeAt(epochMs(NOON), inputs, 0)).toBe(true)
    expect([inputs.tensors.ohlcv_1d[0], sweep.lastClose, sweep.gapSharePct]).toEqual([50, 50, 0])
  })
})

function range(from: number, to: number) {
  return { from: epochMs(NOON + from * 1000), to: epochMs(NOON + to * 1000) }
}
