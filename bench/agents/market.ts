// Markets with a right answer, made second by second, and jobs on them: what agents are measured and tested on.
import { HOUR, MINUTE, SECOND, epochMs, type EpochMs } from '../../src/core/time.ts'
import { columnsOf, type CandleTuple } from '../../src/market/columns.ts'
import type { MarketSlice } from '../../src/market/slice.ts'
import type { AgentPlan, Job } from '../../src/training/learning/job.ts'

/** Long enough after its first second for hundred candles of each timeframe: days and hours are made up. */
export const START: EpochMs = epochMs(Date.parse('2024-03-01T00:00:00Z'))

/** A slice whose seconds from `START` on close at `closes`, each opening at the close before; earlier ones stand still. */
export function sliceOf(closes: ArrayLike<number>): MarketSlice {
  const length = closes.length
  const first = closes[0]!
  const at = (second: number): number => (second < 0 ? first : closes[Math.min(second, length - 1)]!)
  const to = epochMs(START + length * SECOND)
  const series = (step: number, count: number) => {
    const perStep = step / SECOND
    const from = START - count * step
    const rows = Array.from({ length: count + Math.floor((length * SECOND) / step) }, (_, i) => {
      const begin = (from + i * step - START) / SECOND
      const inside = begin < 0 ? [first] : Array.from({ length: perStep }, (__, k) => at(begin + k))
      const open = begin <= 0 ? first : at(begin - 1)
      return [
        from + i * step,
        open,
        Math.max(open, ...inside),
        Math.min(open, ...inside),
        inside.at(-1)!,
        perStep,
      ]
    })
    return {
      candles: columnsOf(rows as unknown as readonly CandleTuple[]),
      covered: [{ from: epochMs(from), to }],
      closeBefore: null,
      firstOpen: epochMs(from),
    }
  }
  return {
    market: { venue: 'test', symbol: 'A/B' },
    asOf: { from: START, to },
    series: {
      '1s': series(SECOND, 200),
      '1m': series(MINUTE, 130),
      '1h': series(HOUR, 130),
      '1d': series(24 * HOUR, 130),
    },
  }
}

export const NO_INPUTS = {
  count: 0,
  tensors: {
    ohlcv_1s: new Float64Array(),
    ohlcv_1m: new Float64Array(),
    ohlcv_1h: new Float64Array(),
    ohlcv_1d: new Float64Array(),
  },
}

/** A job on one stretch with nothing annotated. */
export function jobOn(plan: Partial<AgentPlan>, change: Partial<Job> = {}): Job {
  return {
    number: 0,
    options: { seed: 5, epochs: 2, batchSize: 16, learningRate: 3e-3, views: 2, threads: 1 },
    examples: [],
    mining: { afterEpoch: 1, count: 0, ranges: [], seconds: 10 },
    agent: { ranges: [], reviewed: [], marks: [], holdingSeconds: 60, ...plan },
    evaluate: [],
    ...change,
  }
}

/** Swings of `amplitude` over two minutes up and two down, on a random walk of `noise` a second. */
export function swingsOf(seconds: number, amplitude: number, noise: number, random: () => number): number[] {
  let walk = 0
  return Array.from({ length: seconds }, (_, i) => {
    const phase = i % 240
    const rise = phase < 120 ? phase / 120 : 2 - phase / 120
    walk += noise * Math.sqrt(12) * (random() - 0.5)
    return 100 * Math.exp(amplitude * rise + walk)
  })
}
