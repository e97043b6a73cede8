// Raw candles to network inputs, inside the graph: moves in units of their own window, volumes against their own mean.
import { CASE_TIMEFRAMES, LENGTHS, FIELDS, TENSOR_NAMES, WINDOW } from '../contract/timeframes.ts'
import { at } from '../core/at.ts'
import * as nn from '../nn/elementwise.ts'
import { reduceMin } from '../nn/pool.ts'
import { cumulativeSum, reduceMean, reduceSum } from '../nn/reduce.ts'
import { concat, reshape, slice, stack } from '../nn/shape.ts'
import { constant, input, scalar, type Value } from '../nn/value.ts'

/** Moves are limited to this many units. */
const MOVE_LIMIT = 12
/** A path over 100 candles grows to about √100 units; this brings it to the size of a return. */
const PATH_SCALE = 0.1
/** The tick is read off the data; these bound it, as shares of the price. */
const TICK_SHARE = { least: 1e-8, most: 1e-2 }
/** Volumes are decimal sums rounded once: equal ones may differ by this share in float64. */
const SUM_TOLERANCE = 1e-9
/** How many of a timeframe make one of the next (seconds, minutes, hours); the day stands for itself. */
const PER_NEXT = CASE_TIMEFRAMES.map((name, i) => {
  const next = CASE_TIMEFRAMES[i + 1]
  return next === undefined ? 1 : LENGTHS[next] / LENGTHS[name]
})
/** Seconds of a candle of each timeframe. */
const SECONDS = CASE_TIMEFRAMES.map((name) => LENGTHS[name] / 1000)

/**
 * The channels of a candle. `mirror` names the channel that becomes this one when up and down change places, and the
 * sign it takes. "Unit" is the window's mean absolute close-to-close log return, at least a tick.
 */
export const CHANNELS = [
  /** log(close / previous close) in units */
  { name: 'return', mirror: 'return', sign: -1 },
  /** log(close / open) in units */
  { name: 'body', mirror: 'body', sign: -1 },
  /** log(high / close) in units */
  { name: 'upper', mirror: 'lower', sign: -1 },
  /** log(low / close) in units */
  { name: 'lower', mirror: 'upper', sign: -1 },
  /** log(high / last close) in units: where the past lies, seen from now */
  { name: 'high', mirror: 'low', sign: -1 },
  { name: 'low', mirror: 'high', sign: -1 },
  { name: 'close', mirror: 'close', sign: -1 },
  /** log(close / last close) in units of the next longer timeframe */
  { name: 'closeInNext', mirror: 'closeInNext', sign: -1 },
  /** log(1 + volume / the window's mean volume), less its mean over the window */
  { name: 'volume', mirror: 'volume', sign: 1 },
  /** log(1 + volume / the next longer timeframe's mean volume for as many seconds) */
  { name: 'volumeInNext', mirror: 'volumeInNext', sign: 1 },
] as const

/** float32 [channels, channels]: MIRROR · channels = the channels of the same market turned upside down. */
export const MIRROR = constant(
  CHANNELS.flatMap(({ mirror, sign }) => CHANNELS.map(({ name }) => (name === mirror ? sign : 0))),
  'float32',
  [CHANNELS.length, CHANNELS.length],
)

export interface MarketFeatures {
  /** float32 [batch, 4, 100, channels] */
  readonly candles: Value
  /** float32 [batch, 4]: log of each window's unit in basis points, the same for the mirrored market. */
  readonly units: Value
}

/** The four inputs of the ONNX interface (design, section 8) for `batch` rows. */
export function marketInputs(batch: number): Value[] {
  return TENSOR_NAMES.map((name) => input(name, 'float64', [batch, WINDOW, FIELDS]))
}

/**
 * What a network sees of the raw candles. Differences, ratios and logarithms are taken in float64, then cast. No
 * statistic from outside the windows is used; silent windows give zeros.
 */
export function marketFeatures(inputs: readonly Value[]): MarketFeatures {
  const all = stack(inputs, 1)
  const prices = nn.log(slice(all, 3, 0, 4))
  const [open, high, low, close] = [0, 1, 2, 3].map((i) => field(prices, i)) as [Value, Value, Value, Value]
  const volume = field(all, 4)
  const previous = concat([part(open, 0, 1), part(close, 0, WINDOW - 1)], -1)
  const last = part(close, WINDOW - 1, WINDOW)
  const returns = nn.sub(close, previous)
  const unit = nn.maximum(
    reduceMean(nn.abs(returns), [2], true),
    tickShare(returns, nn.sub(close, open), nn.sub(high, low)),
  )
  const moves = [returns, nn.sub(close, open), nn.sub(high, close), nn.sub(low, close)]
  const paths = [high, low, close].map((price) => nn.sub(price, last))
  const scaled = [
    ...moves.map((move) => nn.div(move, unit)),
    ...paths.map((path) => nn.scale(nn.div(path, unit), PATH_SCALE)),
    nn.div(at(paths, 2), nextLonger(unit)),
  ]
  const inUnits = scaled.map((x) => nn.clip(nn.cast(x, 'float32'), -MOVE_LIMIT, MOVE_LIMIT))
  const units = reshape(nn.log(nn.scale(unit, 1e4)), [at(unit.shape, 0), at(unit.shape, 1)])
  return {
    candles: stack([...inUnits, ...volumeChannels(perElapsed(volume))], 3),
    units: nn.cast(units, 'float32'),
  }
}

/** One field of [batch, 4, 100, 5] as [batch, 4, 100]. */
function field(all: Value, index: number): Value {
  return reshape(slice(all, 3, index, index + 1), all.shape.slice(0, 3))
}

function part(x: Value, start: number, end: number): Value {
  return slice(x, -1, start, end)
}

/**
 * The tick as a share of the price, [batch, 1, 1]: the smallest difference between neighbouring prices that is not
 * zero, over all windows. It is the least unit, so that one tick in a silent window is a move of one unit, not of a hundred.
 */
function tickShare(...moves: readonly Value[]): Value {
  const least = moves.map((move) => {
    const size = nn.abs(move)
    const moved = nn.greater(size, scalar(TICK_SHARE.least, 'float64'))
    return reduceMin(nn.where(moved, size, scalar(TICK_SHARE.most, 'float64')), [1, 2], true)
  })
  return nn.minimum(
    nn.minimum(at(least, 0), at(least, 1)),
    nn.minimum(at(least, 2), scalar(TICK_SHARE.most, 'float64')),
  )
}

/** [batch, 4, 1] moved by one timeframe: each gets the next longer one's value, the day its own. */
function nextLonger(x: Value): Value {
  return concat([slice(x, 1, 1, 4), slice(x, 1, 3, 4)], 1)
}

function volumeChannels(volume: Value): Value[] {
  const mean = reduceMean(volume, [2], true)
  const own = log1p(ratioOrZero(volume, mean))
  const perNext = constant(PER_NEXT, 'float64', [1, 4, 1])
  const ofNext = log1p(ratioOrZero(nn.mul(volume, perNext), nextLonger(mean)))
  const centred = nn.sub(own, reduceMean(own, [2], true))
  return [centred, ofNext]
}

/** log(1 + x) of a volume ratio: float32 is enough here. */
function log1p(x: Value): Value {
  return nn.log(nn.shift(nn.cast(x, 'float32'), 1))
}

function ratioOrZero(x: Value, y: Value): Value {
  const zero = scalar(0, 'float64')
  const silent = nn.lessOrEqual(y, zero)
  return nn.where(silent, zero, nn.div(x, nn.where(silent, scalar(1, 'float64'), y)))
}

/** Volumes [batch, 4, 100] with the last candle of 1m, 1h and 1d divided by the share of it that has passed. */
function perElapsed(volume: Value): Value {
  const closed = part(volume, 0, WINDOW - 1)
  const forming = part(volume, WINDOW - 1, WINDOW)
  return concat([closed, nn.div(forming, elapsedShares(volume))], 2)
}

/**
 * The elapsed share of the last candle of each timeframe, [batch, 4, 1], read off the volumes, since no input tells
 * the time: the last candle of 1m is the sum of the last k 1s candles, so k seconds of it have passed; 1h of the last
 * 1m, 1d of the last 1h likewise. Where quiet candles leave k open, the largest k that fits is taken, which never
 * overstates the volume's rate; where the sums do not meet (another source, silent input), at most the whole candle.
 */
function elapsedShares(volume: Value): Value {
  const one = constant([1], 'float64', [1, 1, 1])
  const ofMinute = lowerCandles(volume, 0)
  const ofHour = elapsedSeconds(lowerCandles(volume, 1), 1, ofMinute)
  const ofDay = elapsedSeconds(lowerCandles(volume, 2), 2, ofHour)
  const shares = [ofMinute, ofHour, ofDay].map((seconds, i) => nn.scale(seconds, 1 / at(SECONDS, i + 1)))
  const first = nn.add(nn.scale(at(shares, 0), 0), one)
  return concat([first, ...shares], 1)
}

/** Seconds passed: the whole lower candles before the last one, and the part of the last that has passed. */
function elapsedSeconds(count: Value, lower: number, ofLower: Value): Value {
  return nn.add(nn.scale(nn.shift(count, -1), at(SECONDS, lower)), ofLower)
}

/** The largest k, at least 1, for which the last k candles of timeframe `lower` hold no more than the next one's last. */
function lowerCandles(volume: Value, lower: number): Value {
  const most = at(PER_NEXT, lower)
  const candles = part(slice(volume, 1, lower, lower + 1), WINDOW - most, WINDOW)
  const sums = cumulativeSum(candles, 2, true)
  const whole = part(slice(volume, 1, lower + 1, lower + 2), WINDOW - 1, WINDOW)
  // Not sums ≤ whole·(1 + tolerance): ONNX Runtime drops a product by what is 1 in float32, here too.
  const fits = nn.lessOrEqual(nn.sub(sums, whole), nn.scale(whole, SUM_TOLERANCE))
  return nn.maximum(reduceSum(nn.cast(fits, 'float64'), [2], true), scalar(1, 'float64'))
}
