// Visible patterns on candles made by hand: found where they are complete, both ways up, and not where one of their conditions fails.
import { describe, expect, it } from 'vitest'
import { extremaOf, smooth } from '../../../scripts/few-labels/patterns/kernel-regression.ts'
import { sessionsOf } from '../../../scripts/few-labels/patterns/minute-bars.ts'
import { completionsOf, type Pattern } from '../../../scripts/few-labels/patterns/pattern.ts'
import { doubleExtreme } from '../../../scripts/few-labels/patterns/double-extreme.ts'
import { engulfing } from '../../../scripts/few-labels/patterns/engulfing.ts'
import { headAndShoulders } from '../../../scripts/few-labels/patterns/head-and-shoulders.ts'
import { pullBack } from '../../../scripts/few-labels/patterns/pull-back.ts'
import { squeezeBreak } from '../../../scripts/few-labels/patterns/squeeze-break.ts'
import { MINUTE } from '../../../src/core/time.ts'
import { columnsOf } from '../../../src/market/columns.ts'
import { START } from './demo-slice.ts'

/** Logarithms of open, high, low, close; and the volume. */
type Bar = readonly [number, number, number, number, number]

/** The bars at which a pattern is complete, LONG of it or SHORT. */
function found(pattern: Pattern, bars: readonly Bar[], sign: 1 | -1 = 1): string[] {
  const price = (log: number) => Math.exp(sign * log)
  const rows = bars.map(([open, high, low, close, volume], i) => {
    const [top, bottom] = sign === 1 ? [high, low] : [low, high]
    return [START + i * MINUTE, price(open), price(top), price(bottom), price(close), volume] as const
  })
  return completionsOf(pattern, columnsOf(rows)).map(
    ({ at, direction }) => `${direction} ${(at - START) / MINUTE - 1}`,
  )
}

/** The same upside down gives the same bars on the other side. */
function expectBothWays(pattern: Pattern, bars: readonly Bar[], at: number): void {
  expect(found(pattern, bars)).toEqual([`LONG ${at}`])
  expect(found(pattern, bars, -1)).toEqual([`SHORT ${at}`])
}

/** Candles whose open is the close before. */
function closes(values: readonly number[], volume = 10): Bar[] {
  return values.map((close, i): Bar => {
    const open = values[i - 1] ?? close
    return [open, Math.max(open, close), Math.min(open, close), close, volume]
  })
}

/** Straight lines from point to point: [bar, close]. */
function through(points: readonly (readonly [number, number])[]): number[] {
  return points.slice(1).flatMap(([to, end], k) => {
    const [from, begin] = points[k]!
    return Array.from({ length: to - from }, (_, i) => begin + ((end - begin) * i) / (to - from))
  })
}

describe('squeeze and break', () => {
  // Ever narrower until bar 99.
  const swings = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : -1) * 0.01 * (1 - i / 110))
  const quiet = closes(swings)
  const broken = (close: number, volume: number): Bar => [0, close, 0, close, volume]
  it('is the close beyond the narrowest bands on volume', () => {
    expectBothWays(squeezeBreak, [...quiet, broken(0.02, 30)], 100)
  })
  it('is none without volume, inside the bands, or where the bands have long been wider again', () => {
    expect(found(squeezeBreak, [...quiet, broken(0.02, 14)])).toEqual([])
    expect(found(squeezeBreak, [...quiet, broken(0.001, 30)])).toEqual([])
    const wider = closes(Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 0.02 : -0.02)))
    expect(found(squeezeBreak, [...quiet, ...wider, broken(0.08, 30)])).toEqual([])
  })
})

describe('pull-back', () => {
  const trend = (slope: number) =>
    Array.from({ length: 90 }, (_, i): Bar => [
      slope * i,
      slope * (i + 1.2),
      slope * (i - 0.2),
      slope * (i + 1),
      10,
    ])
  const end = 0.09
  const touch: Bar = [end, end, end - 0.012, end - 0.009, 10]
  const turn: Bar = [end - 0.009, end + 0.001, end - 0.009, end + 0.001, 10]
  it('is the first close above the high of the touch', () => {
    const halting: Bar = [end - 0.009, end - 0.001, end - 0.009, end - 0.001, 10]
    expectBothWays(pullBack, [...trend(0.001), touch, halting, turn], 92)
  })
  it('is none without a trend, without a touch, or where the turn comes late', () => {
    expect(found(pullBack, [...trend(0), [0, 0, -0.012, -0.009, 10], [0, 0.01, 0, 0.01, 10]])).toEqual([])
    expect(found(pullBack, [...trend(0.001), [end, end, end - 0.001, end, 10], turn])).toEqual([])
    // It rises, but as much is lost as is gained.
    const torn = Array.from({ length: 90 }, (_, i): Bar => {
      const [close, half] = [0.0001 * i, i % 2 === 0 ? 0.0003 : -0.0003]
      return [close, close + 0.0005 + half, close - 0.0005 + half, close, 10]
    })
    const back: Bar = [0.009, 0.009, 0.006, 0.007, 10]
    expect(found(pullBack, [...torn, back, [0.007, 0.01, 0.007, 0.01, 10]])).toEqual([])
    const waiting = Array.from({ length: 9 }, (): Bar => [end - 0.01, end - 0.01, end - 0.01, end - 0.01, 10])
    expect(found(pullBack, [...trend(0.001), touch, ...waiting, turn])).toEqual([])
  })
})

describe('double bottom and top', () => {
  const twice = (second: number) =>
    closes(
      through([
        [0, 0.06],
        [20, 0],
        [32, 0.04],
        [44, second],
        [60, 0.1],
      ]),
    )
  it('is seen three minutes after the second low', () => {
    expectBothWays(doubleExtreme, twice(0), 47)
  })
  it('is none where the lows lie apart in price, or close together in time', () => {
    expect(found(doubleExtreme, twice(0.01))).toEqual([])
    const near = through([
      [0, 0.06],
      [26, 0],
      [33, 0.02],
      [40, 0],
      [56, 0.1],
    ])
    expect(found(doubleExtreme, closes(near))).toEqual([])
  })
})

describe('head and shoulders', () => {
  const form = (head: number, right: number, neck: number) =>
    closes(
      through([
        [0, 0.1],
        [20, -0.01],
        [25, 0.01],
        [30, head],
        [35, neck],
        [40, right],
        [56, 0.08],
      ]),
    )
  it('is seen three minutes after the second shoulder', () => {
    expectBothWays(headAndShoulders, form(-0.03, -0.01, 0.01), 43)
  })
  it('is none without a head, or with shoulders or neckline that are not level', () => {
    expect(found(headAndShoulders, form(-0.002, -0.01, 0.01))).toEqual([])
    expect(found(headAndShoulders, form(-0.03, -0.024, 0.01))).toEqual([])
    expect(found(headAndShoulders, form(-0.03, -0.01, 0.03))).toEqual([])
  })
})

describe("engulfing at an hour's extreme", () => {
  const falling = closes(Array.from({ length: 70 }, (_, i) => -0.001 * i))
  const last = -0.069
  const swallows: Bar = [last, last + 0.003, last - 0.001, last + 0.003, 10]
  it('is the body that holds the one before it', () => {
    expectBothWays(engulfing, [...falling, swallows], 70)
  })
  it('is none where the body holds only part of it, is small, or the hour has seen lower', () => {
    const large: Bar = [last, last, last - 0.004, last - 0.004, 10]
    const tiny: Bar = [last, last, last - 0.0001, last - 0.0001, 10]
    const up = (from: number, by: number): Bar => [from, from + by, from - 0.001, from + by, 10]
    expect(found(engulfing, [...falling, large, up(last - 0.004, 0.003)])).toEqual([])
    expect(found(engulfing, [...falling, large, up(last - 0.004, 0.005)])).toEqual(['LONG 71'])
    expect(found(engulfing, [...falling, up(last + 0.0001, 0.003)])).toEqual([])
    expect(found(engulfing, [...falling, tiny, up(last - 0.0001, 0.0005)])).toEqual([])
    const rising: Bar = [last, last + 0.0001, last, last + 0.0001, 10]
    expect(found(engulfing, [...falling, rising, up(last, 0.003)])).toEqual([])
    const lower = falling.map((bar, i): Bar => (i === 30 ? [bar[0], bar[1], -0.2, bar[3], 10] : bar))
    expect(found(engulfing, [...lower, swallows])).toEqual([])
  })
})

describe('kernel regression', () => {
  it('keeps a wave and its turns, and takes the noise on it away', () => {
    const wave = Float64Array.from({ length: 60 }, (_, i) => Math.sin((2 * Math.PI * i) / 30))
    const noisy = wave.map((value, i) => value + (i % 2 === 0 ? 0.1 : -0.1))
    const smoothed = smooth(noisy)
    const distance = (to: Float64Array) =>
      Math.max(...to.subarray(5, 55).map((v, i) => Math.abs(v - wave[i + 5]!)))
    expect(distance(smoothed)).toBeLessThan(0.06)
    expect(distance(noisy)).toBeCloseTo(0.1)
    const turns = extremaOf(noisy, smoothed).map(({ index, isMaximum }) => [
      Math.round(index / 7.5),
      isMaximum,
    ])
    expect(turns).toEqual([
      [1, true],
      [3, false],
      [5, true],
      [7, false],
    ])
  })
})

describe('sessions', () => {
  it('end where nobody trades for half an hour, and fill quiet minutes', () => {
    const row = (minute: number, close: number) => [START + minute * MINUTE, 1, 2, 1, close, 5] as const
    const sessions = sessionsOf(columnsOf([row(0, 2), row(3, 1), row(40, 2)]))
    expect(sessions.map(({ length, from }) => [length, (from - START) / MINUTE])).toEqual([
      [4, 0],
      [1, 40],
    ])
    expect([...sessions[0]!.traded]).toEqual([1, 0, 0, 1])
    expect(Math.exp(sessions[0]!.low[2]!)).toBeCloseTo(2)
    expect(sessionsOf(columnsOf([]))).toEqual([])
  })
})
