// The features inside the graph against plain doubles: one tick at 60,000, silence, quiet seconds, forming volumes, mirror.
import { describe, expect, it } from 'vitest'
import { TENSOR_NAMES, WINDOW } from '../../../src/contract/timeframes.ts'
import { CHANNELS, MIRROR, marketFeatures, marketInputs } from '../../../src/models/features.ts'
import { matmul } from '../../../src/nn/matmul.ts'
import { transpose } from '../../../src/nn/shape.ts'
import { float64 } from '../../../src/nn/runtime.ts'
import { evaluate } from '../nn/evaluate.ts'
import {
  mapCandles,
  mirrored,
  secondsOf,
  silentWindows,
  toInputs,
  windowsOf,
  type Candle,
  type Windows,
} from './windows.ts'

type ChannelName = (typeof CHANNELS)[number]['name']

interface Features {
  readonly of: (timeframe: number, candle: number, channel: ChannelName) => number
  readonly units: readonly number[]
  readonly all: readonly number[]
}

async function featuresOf(windows: Windows): Promise<Features> {
  const inputs = marketInputs(1)
  const { tensors } = toInputs([windows])
  const feeds = Object.fromEntries(TENSOR_NAMES.map((name) => [name, float64(tensors[name], [1, WINDOW, 5])]))
  const { candles, units } = await evaluate({ ...marketFeatures(inputs) }, inputs, feeds)
  const of = (timeframe: number, candle: number, channel: ChannelName): number => {
    const place = CHANNELS.findIndex(({ name }) => name === channel)
    return candles![(timeframe * WINDOW + candle) * CHANNELS.length + place]!
  }
  return { of, units: units!, all: candles! }
}

/** log(x / y) without cancellation. */
const logRatio = (x: number, y: number): number => Math.log1p((x - y) / y)

/** The unit of a window as the documentation says it: mean absolute return, no less than the smallest step of all windows. */
function unitOf(candles: readonly Candle[], windows: Windows): number {
  const returns = candles.map((candle, i) => logRatio(candle[3], candles[i - 1]?.[3] ?? candle[0]))
  const mean = returns.reduce((sum, r) => sum + Math.abs(r), 0) / WINDOW
  return Math.max(mean, tickShareOf(windows))
}

function tickShareOf(windows: Windows): number {
  const steps = TENSOR_NAMES.flatMap((name) =>
    windows[name].flatMap(([open, high, low, close], i, all) => [
      Math.abs(logRatio(close, open)),
      logRatio(high, low),
      Math.abs(logRatio(close, all[i - 1]?.[3] ?? open)),
    ]),
  )
  return Math.min(1e-2, ...steps.filter((step) => step > 1e-8))
}

const clip = (x: number): number => Math.max(-12, Math.min(12, x))

describe('moves', () => {
  const windows = windowsOf({ seed: 1, elapsed: [17, 23, 5], price: 61_234.01 })

  it('equal plain doubles to 1e-5 of a unit at a price of 61,234.01', async () => {
    const features = await featuresOf(windows)
    TENSOR_NAMES.forEach((name, t) => {
      const candles = windows[name]
      const unit = unitOf(candles, windows)
      const next = unitOf(windows[TENSOR_NAMES[Math.min(3, t + 1)]!], windows)
      const now = candles[WINDOW - 1]![3]
      expect(features.units[t]).toBeCloseTo(Math.log(unit * 1e4), 5)
      candles.forEach(([open, high, low, close], i) => {
        const before = candles[i - 1]?.[3] ?? open
        const expected: readonly (readonly [ChannelName, number])[] = [
          ['return', logRatio(close, before) / unit],
          ['body', logRatio(close, open) / unit],
          ['upper', logRatio(high, close) / unit],
          ['lower', logRatio(low, close) / unit],
          ['high', logRatio(high, now) / unit / 10],
          ['low', logRatio(low, now) / unit / 10],
          ['close', logRatio(close, now) / unit / 10],
          ['closeInNext', logRatio(close, now) / next],
        ]
        for (const [channel, value] of expected) {
          expect(Math.abs(features.of(t, i, channel) - clip(value))).toBeLessThan(1e-5)
        }
      })
    })
  })

  it('see one tick of 0.01 at 60,000, in a window that is silent otherwise, as one unit', async () => {
    const still = silentWindows(60_000)
    const up: Candle = [60_000, 60_000.01, 60_000, 60_000.01, 1]
    const after: Candle = [60_000.01, 60_000.01, 60_000.01, 60_000.01, 0]
    const seconds = still.ohlcv_1s.map((candle, i) => (i < 40 ? candle : i === 40 ? up : after))
    const features = await featuresOf({ ...still, ohlcv_1s: seconds })
    expect(features.of(0, 40, 'return')).toBeCloseTo(1, 5)
    expect(features.of(0, 41, 'return')).toBe(0)
    expect(features.of(0, 39, 'close')).toBeCloseTo(-0.1, 6)
    expect(features.units[0]).toBeCloseTo(Math.log(1e4 * Math.log1p(0.01 / 60_000)), 5)
  })

  it('do not change when all prices or all volumes are multiplied', async () => {
    const one = await featuresOf(windows)
    const two = await featuresOf(
      mapCandles(windows, ([open, high, low, close, volume]) => [
        open / 8,
        high / 8,
        low / 8,
        close / 8,
        volume * 3,
      ]),
    )
    two.all.forEach((x, i) => expect(Math.abs(x - one.all[i]!)).toBeLessThan(1e-5))
  })
})

describe('silence', () => {
  it('gives finite numbers, and no move', async () => {
    const features = await featuresOf(silentWindows(61_234.01))
    expect([...features.all, ...features.units].every(Number.isFinite)).toBe(true)
    expect(features.all.every((x) => x === 0)).toBe(true)
  })

  it('of one timeframe leaves the others alone', async () => {
    const windows = windowsOf({ seed: 2, elapsed: [30, 10, 3] })
    const features = await featuresOf({ ...windows, ohlcv_1d: silentWindows(3000).ohlcv_1d })
    expect(features.all.every(Number.isFinite)).toBe(true)
    expect(features.of(0, 50, 'body')).toBeCloseTo((await featuresOf(windows)).of(0, 50, 'body'), 6)
  })
})

describe('volumes', () => {
  /** What the channel must be when the forming candle counts per elapsed share. */
  function expectedVolumes(candles: readonly Candle[], share: number): number[] {
    const volumes = candles.map((candle, i) => (i === WINDOW - 1 ? candle[4] / share : candle[4]))
    const mean = volumes.reduce((sum, v) => sum + v, 0) / WINDOW
    const logs = volumes.map((v) => Math.log1p(v / mean))
    const centre = logs.reduce((sum, x) => sum + x, 0) / WINDOW
    return logs.map((x) => x - centre)
  }

  const instants: readonly (readonly [number, number, number])[] = [
    [1, 1, 1],
    [5, 30, 7],
    [59, 60, 24],
    [60, 60, 24],
    [60, 1, 12],
    [37, 2, 1],
  ]
  for (const [seconds, minutes, hours] of instants) {
    it(`count per elapsed share: second ${seconds} of minute ${minutes} of hour ${hours}`, async () => {
      const windows = windowsOf({ seed: seconds, elapsed: [seconds, minutes, hours] })
      const features = await featuresOf(windows)
      const inHour = (minutes - 1) * 60 + seconds
      const elapsed = [1, seconds, inHour, (hours - 1) * 3600 + inHour]
      TENSOR_NAMES.forEach((name, t) => {
        const expected = expectedVolumes(windows[name], elapsed[t]! / secondsOf(name))
        expected.forEach((value, i) => expect(features.of(t, i, 'volume')).toBeCloseTo(value, 4))
      })
    })
  }

  it('stay between the bounds where quiet seconds leave the elapsed time open', async () => {
    const windows = windowsOf({ seed: 3, elapsed: [20, 30, 10], quiet: 0.7 })
    const seconds = windows.ohlcv_1s
    const features = await featuresOf(windows)
    // Quiet seconds before the minute began may be taken for part of it: never fewer than have passed.
    let longest = 20
    while (longest < 60 && seconds[WINDOW - 1 - longest]![4] === 0) longest++
    const got = features.of(1, WINDOW - 1, 'volume')
    const candidates = Array.from({ length: longest - 19 }, (_, k) =>
      expectedVolumes(windows.ohlcv_1m, (20 + k) / 60).at(-1)!,
    )
    expect(Math.min(...candidates.map((x) => Math.abs(x - got)))).toBeLessThan(1e-4)
  })

  it('stay finite where the timeframes do not add up', async () => {
    const windows = windowsOf({ seed: 4, elapsed: [20, 30, 10] })
    const torn = {
      ...windows,
      ohlcv_1s: windows.ohlcv_1s.map((c): Candle => [c[0], c[1], c[2], c[3], c[4] * 1e6]),
    }
    expect((await featuresOf(torn)).all.every(Number.isFinite)).toBe(true)
  })
})

describe('mirror', () => {
  it('of the candles is the mirror matrix of the channels', async () => {
    const windows = windowsOf({ seed: 6, elapsed: [17, 23, 5] })
    const inputs = marketInputs(1)
    const { tensors } = toInputs([windows])
    const feeds = Object.fromEntries(
      TENSOR_NAMES.map((name) => [name, float64(tensors[name], [1, WINDOW, 5])]),
    )
    const turned = matmul(marketFeatures(inputs).candles, transpose(MIRROR, [1, 0]))
    const { result } = await evaluate({ result: turned }, inputs, feeds)
    const direct = await featuresOf(mirrored(windows))
    direct.all.forEach((x, i) => expect(Math.abs(x - result![i]!)).toBeLessThan(1e-5))
    expect(direct.units).toEqual((await featuresOf(windows)).units.map((x) => expect.closeTo(x, 5)))
  })
})
