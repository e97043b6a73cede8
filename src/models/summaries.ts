// Plain summaries of market features: mean, largest and smallest of every channel over the last candles. No parameters.
import { TENSOR_NAMES, WINDOW } from '../contract/timeframes.ts'
import { at, valueAt } from '../core/at.ts'
import { matmul } from '../nn/matmul.ts'
import { scale } from '../nn/elementwise.ts'
import { reduceMax, reduceMin } from '../nn/pool.ts'
import { reduceMean } from '../nn/reduce.ts'
import { concat, reshape, slice, stack } from '../nn/shape.ts'
import { constant, type Value } from '../nn/value.ts'
import { CHANNELS } from './features.ts'

/** Brings extremes, which run to the limit of the moves, to the size of the means. */
const EXTREME_SCALE = 0.3
/** Mean, largest, smallest. */
const KINDS = 3
const WIDTH = KINDS * CHANNELS.length

/** Numbers that `summaries` gives for a state. */
export function summarySize(horizons: readonly number[]): number {
  return horizons.length * TENSOR_NAMES.length * WIDTH
}

/** What number `index` of `summaries` sums up: over which horizon, of which of the four timeframes, and whether an extreme of its candles. */
export function summaryAt(index: number): { horizon: number; timeframe: number; isExtreme: boolean } {
  const block = Math.floor(index / WIDTH)
  return {
    horizon: Math.floor(block / TENSOR_NAMES.length),
    timeframe: block % TENSOR_NAMES.length,
    isExtreme: index % WIDTH >= CHANNELS.length,
  }
}

/** float32 [batch, 4, 100, channels] to [batch, horizons·4·30], over the last candles of each horizon. */
export function summaries(candles: Value, horizons: readonly number[]): Value {
  const batch = at(candles.shape, 0)
  const parts = horizons.map((horizon) => {
    const span = slice(candles, 2, WINDOW - horizon, WINDOW)
    const kinds = [
      reduceMean(span, [2]),
      scale(reduceMax(span, [2]), EXTREME_SCALE),
      scale(reduceMin(span, [2]), EXTREME_SCALE),
    ]
    return stack(kinds, 2)
  })
  return reshape(stack(parts, 1), [batch, summarySize(horizons)])
}

/** The summaries of the same market turned upside down: [batch, n] to [batch, n]. */
export function mirroredSummaries(x: Value): Value {
  const [batch, size] = x.shape as [number, number]
  return reshape(matmul(reshape(x, [batch, size / WIDTH, WIDTH]), TURNED), [batch, size])
}

/** How a row is turned upside down outside a graph: number i of the turned row is `sign[i]` times number `from[i]`. */
export interface Turning {
  readonly from: Int32Array
  readonly sign: Float64Array
}

/** Of the summaries over `horizons` and of `units` numbers behind them that stay as they are. */
export function turningOf(horizons: readonly number[], units: number): Turning {
  const size = summarySize(horizons)
  const sources = Array.from({ length: size + units }, (_, i) =>
    i < size ? turnedFrom(i) : { from: i, sign: 1 },
  )
  return {
    from: Int32Array.from(sources, ({ from }) => from),
    sign: Float64Array.from(sources, ({ sign }) => sign),
  }
}

function turnedFrom(index: number): { from: number; sign: number } {
  const to = index % WIDTH
  const from = WITHIN.find((source) => turnedWeight(source, to) !== 0) ?? to
  return { from: index - to + from, sign: turnedWeight(from, to) }
}

/**
 * The summaries and the `units` of a state, [batch, n + units], beside those of the same market turned upside down, whose units are the
 * same: [batch, 2, n + units].
 */
export function twinSummaries(candles: Value, units: Value, horizons: readonly number[]): Value {
  const sums = summaries(candles, horizons)
  return stack([concat([sums, units], 1), concat([mirroredSummaries(sums), units], 1)], 1)
}

const WITHIN = Array.from({ length: WIDTH }, (_, i) => i)

/** By the name of a channel, the sign that its mirror takes. */
const SIGNS = new Map(CHANNELS.map(({ mirror, sign }) => [mirror, sign]))

/** A channel that changes its sign has its largest where the other's smallest was. */
const TURNED = constant(
  Array.from({ length: WIDTH * WIDTH }, (_, i) => turnedWeight(Math.floor(i / WIDTH), i % WIDTH)),
  'float32',
  [WIDTH, WIDTH],
)

/** What number `from` counts in number `to` of the mirrored summaries. */
function turnedWeight(from: number, to: number): number {
  const { length } = CHANNELS
  const { name } = at(CHANNELS, from % length)
  const target = at(CHANNELS, to % length)
  // MIRROR[row, column] in features.ts: row `target` of the channel `mirror` names.
  if (at(CHANNELS, from % length).mirror !== target.name) return 0
  const sign = valueAt(SIGNS, name)
  const kind = Math.floor(from / length)
  const turnedKind = kind === 0 || sign === 1 ? kind : 3 - kind
  return Math.floor(to / length) === turnedKind ? sign : 0
}
