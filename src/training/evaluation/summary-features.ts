// A few summaries of a raw market state, such as a trader would name them: what the logistic-regression floor sees.
import { at as itemAt, numberAt } from '../../core/at.ts'
import { FIELDS, TENSOR_NAMES, WINDOW, tableOf, type TensorName } from '../../contract/timeframes.ts'
import type { ModelInputs } from '../../models/model.ts'

/** Summaries that change their sign when the market is turned upside down come first, then those that stay as they are. */
export const SIGNED = 18
const UNSIGNED = 10
export const SUMMARIES = SIGNED + UNSIGNED

/** Moves are limited to this many units, ratios of volumes to e to this power. */
const LIMIT = 12
const ROW = WINDOW * FIELDS
const [HIGH, LOW, CLOSE, VOLUME] = [1, 2, 3, 4]
/** How many candles back moves are measured, and the timeframe whose unit they are told in. */
const MOVES: readonly {
  readonly of: TensorName
  readonly unit: TensorName
  readonly back: readonly number[]
}[] = [
  { of: 'ohlcv_1s', unit: 'ohlcv_1m', back: [1, 5, 15, 30, 60, 99] },
  { of: 'ohlcv_1m', unit: 'ohlcv_1m', back: [5, 15, 60, 99] },
  { of: 'ohlcv_1h', unit: 'ohlcv_1h', back: [1, 6, 24] },
  { of: 'ohlcv_1d', unit: 'ohlcv_1d', back: [1, 7, 30] },
]
const [SECONDS, MINUTES, HOURS] = TENSOR_NAMES.map((_, i) => i) as [number, number, number]
/** One summary each, in this order, timeframes by their places. */
const MOVE_LIST = MOVES.flatMap(({ of, unit, back }) =>
  back.map((candles) => ({ of: TENSOR_NAMES.indexOf(of), unit: TENSOR_NAMES.indexOf(unit), candles })),
)
/** Minutes of the range that a close may lie beyond; the forming one takes no part. */
const RANGE_MINUTES = 30

/** Mean moves of one timeframe's windows, one after the other: what a window shares with the one before it is not computed again. */
class MeanMoves {
  /** Of each candle: the close before it, its own, and the absolute log return between them. */
  readonly #before = new Float64Array(WINDOW + 1)
  readonly #own = new Float64Array(WINDOW + 1)
  readonly #moves = new Float64Array(WINDOW + 1)

  /** Mean absolute log return from close to close, at least a hundredth of a basis point. */
  of(candles: Float64Array): number {
    let sum = 0
    let before = numberAt(candles, CLOSE)
    for (let i = 1; i < WINDOW; i++) {
      const own = numberAt(candles, i * FIELDS + CLOSE)
      sum += this.#move(i, before, own)
      before = own
    }
    return Math.max(sum / (WINDOW - 1), 1e-6)
  }

  /** A window stands where the one before it did, or a candle later. */
  #move(i: number, before: number, own: number): number {
    const same = this.#own[i] === own && this.#before[i] === before
    const later = this.#own[i + 1] === own && this.#before[i + 1] === before
    const move = same
      ? numberAt(this.#moves, i)
      : later
        ? numberAt(this.#moves, i + 1)
        : Math.abs(Math.log(own / before))
    this.#before[i] = before
    this.#own[i] = own
    this.#moves[i] = move
    return move
  }
}

/** The units of states, in which moves are told: one object for states of one market, as they follow each other. */
export type Units = Readonly<Record<TensorName, { of(candles: Float64Array): number }>>

export function unitsOfStates(): Units {
  return tableOf(TENSOR_NAMES, () => new MeanMoves())
}

/**
 * Writes the summaries of row `row` into `out` from `at` on: moves over several horizons, in the mean absolute return of a longer
 * timeframe; place in and beyond the range of the last half hour; volumes and volatilities against their own past.
 */
export function writeSummaries(
  inputs: Pick<ModelInputs, 'tensors'>,
  row: number,
  out: Float32Array,
  at: number,
  units: Units,
): void {
  const states = TENSOR_NAMES.map((name) => inputs.tensors[name].subarray(row * ROW, (row + 1) * ROW))
  const unit = TENSOR_NAMES.map((name, i) => units[name].of(itemAt(states, i)))
  for (const [i, { of, unit: by, candles }] of MOVE_LIST.entries()) {
    out[at + i] = limited(moveOver(itemAt(states, of), candles) / itemAt(unit, by))
  }
  const [seconds, minutes] = [itemAt(states, SECONDS), itemAt(states, MINUTES)]
  const [ofSecond, ofMinute, ofHour] = [itemAt(unit, SECONDS), itemAt(unit, MINUTES), itemAt(unit, HOURS)]
  const { beyond, place } = inRange(minutes, numberAt(seconds, ROW - FIELDS + CLOSE), ofMinute)
  const allSeconds = meanVolume(seconds, WINDOW)
  const rest = [
    beyond,
    place,
    ...[1, 2, 4].map((i) => Math.abs(numberAt(out, at + i))),
    Math.abs(Math.fround(limited(beyond))),
    Math.abs(Math.fround(limited(place))),
    logRatio(meanVolume(seconds, 5), allSeconds),
    logRatio(meanVolume(seconds, 20), allSeconds),
    logRatio(meanVolume(seconds, 60) * 60, meanVolume(minutes, WINDOW)),
    logRatio(ofSecond, ofMinute),
    logRatio(ofMinute, ofHour),
  ]
  for (const [i, value] of rest.entries()) out[at + MOVE_LIST.length + i] = limited(value)
}

function moveOver(candles: Float64Array, back: number): number {
  const last = numberAt(candles, ROW - FIELDS + CLOSE)
  return Math.log(last / numberAt(candles, ROW - FIELDS * (back + 1) + CLOSE))
}

function inRange(minutes: Float64Array, close: number, unit: number): { beyond: number; place: number } {
  let [high, low] = [-Infinity, Infinity]
  for (let i = ROW - FIELDS * (RANGE_MINUTES + 1); i < ROW - FIELDS; i += FIELDS) {
    high = Math.max(high, numberAt(minutes, i + HIGH))
    low = Math.min(low, numberAt(minutes, i + LOW))
  }
  const above = Math.max(0, Math.log(close / high))
  const below = Math.max(0, Math.log(low / close))
  const width = Math.log(high / low)
  return { beyond: (above - below) / unit, place: width > 0 ? (2 * Math.log(close / low)) / width - 1 : 0 }
}

function meanVolume(candles: Float64Array, count: number): number {
  let sum = 0
  for (let i = ROW - count * FIELDS; i < ROW; i += FIELDS) sum += numberAt(candles, i + VOLUME)
  return sum / count
}

/** 0 where one of them is silent. */
function logRatio(a: number, b: number): number {
  return a > 0 && b > 0 ? Math.log(a / b) : 0
}

function limited(value: number): number {
  return Math.max(-LIMIT, Math.min(LIMIT, value))
}
