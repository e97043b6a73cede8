// ETTh1 as the forecasting papers use it: 12, 4 and 4 months of hours, standardised by the first, every window of each part.
import { sharedText } from './files.ts'

export const HORIZON = 96
export const CHANNELS = 7
const MONTH = 30 * 24
const TRAIN_END = 12 * MONTH
const VALIDATION_END = 16 * MONTH
const TEST_END = 20 * MONTH

export interface Hours {
  /** One series a channel, standardised by the mean and deviation of its training part. */
  readonly series: readonly Float32Array[]
}

/** A window begins to forecast at an hour: `lookback` hours before it are seen, HORIZON from it on are the target. */
export interface Windows {
  readonly lookback: number
  readonly starts: readonly number[]
}

export async function readHours(): Promise<Hours | undefined> {
  const text = await sharedText('ett/ETTh1.csv.gz')
  if (text === undefined) return undefined
  const rows = text
    .trim()
    .split('\n')
    .slice(1, TEST_END + 1)
  const numbers = rows.map((row) => row.split(',').slice(1).map(Number))
  return {
    series: Array.from({ length: CHANNELS }, (_, i) => standardized(numbers.map((row) => row[i]!))),
  }
}

function standardized(values: readonly number[]): Float32Array {
  const train = values.slice(0, TRAIN_END)
  const mean = train.reduce((sum, x) => sum + x, 0) / train.length
  const variance = train.reduce((sum, x) => sum + (x - mean) ** 2, 0) / train.length
  return Float32Array.from(values, (x) => (x - mean) / Math.sqrt(variance))
}

/** Windows whose target lies in the part, each `every` hours after the last; what they see may lie in the part before. */
export function windowsOf(part: 'train' | 'validation' | 'test', lookback: number, every: number): Windows {
  const [from, to] = {
    train: [lookback, TRAIN_END],
    validation: [TRAIN_END, VALIDATION_END],
    test: [VALIDATION_END, TEST_END],
  }[part] as [number, number]
  const count = Math.ceil((to - HORIZON - from + 1) / every)
  return { lookback, starts: Array.from({ length: count }, (_, i) => from + i * every) }
}

/** The seen and the coming hours of windows: every channel of every window a row, [windows·7, lookback] and [windows·7, 96]. */
export function rowsOf(
  { series }: Hours,
  starts: readonly number[],
  lookback: number,
): { x: Float32Array; y: Float32Array } {
  const x = new Float32Array(starts.length * CHANNELS * lookback)
  const y = new Float32Array(starts.length * CHANNELS * HORIZON)
  starts.forEach((start, i) =>
    series.forEach((values, channel) => {
      const row = i * CHANNELS + channel
      x.set(values.subarray(start - lookback, start), row * lookback)
      y.set(values.subarray(start, start + HORIZON), row * HORIZON)
    }),
  )
  return { x, y }
}
