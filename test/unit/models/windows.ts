// Market windows for the model tests: a walk of whole ticks second by second, composed into the four timeframes.
import { FIELDS, TENSOR_NAMES, WINDOW, type TensorName } from '../../../src/contract/timeframes.ts'
import { randomFrom } from '../../../src/nn/random.ts'
import type { ModelInputs } from '../../../src/models/model.ts'

export type Candle = readonly [open: number, high: number, low: number, close: number, volume: number]
export type Windows = Readonly<Record<TensorName, readonly Candle[]>>

const SECONDS: Readonly<Record<TensorName, number>> = {
  ohlcv_1s: 1,
  ohlcv_1m: 60,
  ohlcv_1h: 3600,
  ohlcv_1d: 86400,
}

export interface Walk {
  readonly seed: number
  /** Seconds of the last minute, minutes of the last hour and hours of the last day that have begun; 1 or more each. */
  readonly elapsed: readonly [seconds: number, minutes: number, hours: number]
  readonly price?: number
  readonly tick?: number
  /** Share of the seconds without a trade. */
  readonly quiet?: number
}

/**
 * Windows as of an instant the given time into its minute, hour and day. The seconds are a walk of whole ticks; a
 * forming candle is composed of the lower candles inside it; the closed longer candles before are walks of their own.
 */
export function windowsOf({ seed, elapsed, price = 3000, tick = 0.01, quiet = 0 }: Walk): Windows {
  const random = randomFrom(seed)
  const walk = (count: number, ticks: number, volume: number, silent: number): Candle[] => {
    let level = Math.round(price / tick)
    return Array.from({ length: count }, () => {
      const open = level
      if (random() < silent) return [open * tick, open * tick, open * tick, open * tick, 0]
      level += Math.round((random() - 0.5) * ticks)
      const high = Math.max(open, level) + Math.floor(random() * ticks * 0.3)
      const low = Math.min(open, level) - Math.floor(random() * ticks * 0.3)
      return [
        open * tick,
        high * tick,
        low * tick,
        level * tick,
        Math.round(1 + random() * volume * 1e4) / 1e4,
      ]
    })
  }
  const [s, m, h] = elapsed
  const seconds = walk(WINDOW, 10, 5, quiet)
  const minutes = [...walk(WINDOW - 1, 60, 300, 0), compose(seconds.slice(-s))]
  const hours = [...walk(WINDOW - 1, 400, 18_000, 0), compose(minutes.slice(-m))]
  const days = [...walk(WINDOW - 1, 2000, 432_000, 0), compose(hours.slice(-h))]
  return { ohlcv_1s: seconds, ohlcv_1m: minutes, ohlcv_1h: hours, ohlcv_1d: days }
}

/** One candle out of several, as the market room composes them: quiet ones take no part unless all are quiet. */
export function compose(parts: readonly Candle[]): Candle {
  const traded = parts.filter((candle) => candle[4] > 0)
  const [first, last] = [traded[0] ?? parts[0]!, traded.at(-1) ?? parts[0]!]
  const volume = traded.reduce((sum, candle) => sum + Math.round(candle[4] * 1e4), 0) / 1e4
  const high = Math.max(first[1], ...traded.map((candle) => candle[1]))
  const low = Math.min(first[2], ...traded.map((candle) => candle[2]))
  return [first[0], high, low, last[3], volume]
}

/** Windows turned upside down: prices become k / price, so that every log return changes its sign. */
export function mirrored(windows: Windows): Windows {
  return mapCandles(windows, ([open, high, low, close, volume]) => [
    9e6 / open,
    9e6 / low,
    9e6 / high,
    9e6 / close,
    volume,
  ])
}

export function mapCandles(windows: Windows, change: (candle: Candle) => Candle): Windows {
  const names = TENSOR_NAMES.map((name) => [name, windows[name].map(change)] as const)
  return Object.fromEntries(names) as unknown as Windows
}

/** No trade anywhere: every candle stands still. */
export function silentWindows(price: number): Windows {
  const still: Candle[] = Array.from({ length: WINDOW }, () => [price, price, price, price, 0])
  return { ohlcv_1s: still, ohlcv_1m: still, ohlcv_1h: still, ohlcv_1d: still }
}

export function toInputs(rows: readonly Windows[]): ModelInputs {
  const tensors = Object.fromEntries(
    TENSOR_NAMES.map((name) => [name, Float64Array.from(rows.flatMap((row) => row[name].flat()))]),
  ) as Record<TensorName, Float64Array>
  return { count: rows.length, tensors }
}

export const secondsOf = (name: TensorName): number => SECONDS[name]
export const ROW = WINDOW * FIELDS
