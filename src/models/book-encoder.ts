// COB RL's encoder of order books over time, after DeepLOB; a book and the same one upside down share all weights.
import { at } from '../core/at.ts'
import { conv1d } from '../nn/conv.ts'
import { maximum, mul, neg, relu } from '../nn/elementwise.ts'
import { linear, withBias } from '../nn/matmul.ts'
import { reduceMax } from '../nn/pool.ts'
import { filled, kaiming } from '../nn/random.ts'
import { reduceMean } from '../nn/reduce.ts'
import { concat, reshape, slice } from '../nn/shape.ts'
import { BATCH, constant, parameter, sizeOf, type Value } from '../nn/value.ts'
import { BOOK_COLUMNS, BOOK_LEVELS, LEVEL_FIELDS, MID_CHANNELS } from './order-book-features.ts'

export interface BookEncoderShape {
  /** Steps that each of the two convolutions over time sees. */
  readonly bookTaps: number
  /** Filters of one side of a level, and of all that comes after. */
  readonly sideFilters: number
  readonly filters: number
}

/** The last steps that are averaged, besides all of them. */
const HORIZONS = [1, 5, 16]

/**
 * Of the layer over price and amount, ask and bid side by side: [4, 2·filters] of [2, filters] twice each way. A bid's price counts as a
 * distance down from the mid, as an ask's is one up: then a book upside down is one with its sides exchanged.
 */
const ofSides = (filters: number): Value =>
  constant(
    [
      [1, 0],
      [1, 0],
      [0, -1],
      [0, 1],
    ].flatMap((of) => of.flatMap((factor) => new Array<number>(filters).fill(factor))),
    'float32',
    [LEVEL_FIELDS, 2 * filters],
  )

/**
 * After DeepLOB's blocks (section IV.B): price and amount of a side, ask and bid of a level, the levels of a book, time, the inception
 * block. Taps that do not overlap are a reshape and a dense layer. The book upside down has its sides exchanged and its mid's moves
 * turned round; it goes through the same weights: [batch, steps, channels] to [batch, 2, n].
 */
export function bookEncoder(steps: Value, shape: BookEncoderShape): Value {
  const { bookTaps, filters } = shape
  const [batch, count, channels] = steps.shape as [number, number, number]
  const levels = reshape(slice(steps, 2, 0, BOOK_COLUMNS), [batch, count, BOOK_LEVELS, LEVEL_FIELDS])
  const mid = slice(steps, 2, BOOK_COLUMNS, channels)
  const [asIs, turned] = bookTwins(sidesOf(levels, shape), shape)
  const twins = reshape(concat([asIs, mid, turned, neg(mid)], 2), [batch, count, 2, filters + MID_CHANNELS])
  const overTime = timeConvolution('time1', twins, bookTaps, filters)
  return pooled(inception(timeConvolution('time2', overTime, bookTaps, filters), filters))
}

/** Each side of each level by the same layer: [..., 4] to [..., 2·filters], the ask's first. One product of all numbers of a level: two of half are slower. */
function sidesOf(levels: Value, { sideFilters }: BookEncoderShape): Value {
  const one = weight('side', [LEVEL_FIELDS / 2, sideFilters], LEVEL_FIELDS / 2)
  const row = concat([one, one], 1)
  const offset = bias('side', sideFilters)
  return active(levels, mul(concat([row, row], 0), ofSides(sideFilters)), concat([offset, offset], 0))
}

/** Books as they are and with their sides exchanged, [batch, steps, filters] each. Exchanged are the weights, which are fewer than the sides. */
function bookTwins(sides: Value, { sideFilters, filters }: BookEncoderShape): [Value, Value] {
  const [batch, steps] = sides.shape as [number, number]
  const asIs = weight('level', [2 * sideFilters, filters], 2 * sideFilters)
  const exchanged = concat([slice(asIs, 0, sideFilters, 2 * sideFilters), slice(asIs, 0, 0, sideFilters)], 0)
  const offset = bias('level', filters)
  const levels = BOOK_LEVELS * filters
  const [book, bookOffset] = [weight('book', [levels, filters], levels), bias('book', filters)]
  const bookOf = (ofLevel: Value): Value => {
    const pairs = active(sides, ofLevel, offset)
    return active(reshape(pairs, [batch, steps, levels]), book, bookOffset)
  }
  return [bookOf(asIs), bookOf(exchanged)]
}

/** Three branches (Szegedy et al. 2015, as in DeepLOB): one step then 3, one then 5, the largest of 3 then one. */
function inception(x: Value, filters: number): Value {
  const three = timeConvolution('inception.three', dense('inception.three.in', x, filters), 3, filters)
  const five = timeConvolution('inception.five', dense('inception.five.in', x, filters), 5, filters)
  const peaks = dense('inception.peak', largestOfThree(x), filters)
  const length = at(five.shape, 1)
  return concat(
    [three, five, peaks].map((branch) => slice(branch, 1, at(branch.shape, 1) - length, at(branch.shape, 1))),
    3,
  )
}

function largestOfThree(x: Value): Value {
  const length = at(x.shape, 1) - 2
  const [a, b, c] = [0, 1, 2].map((from) => slice(x, 1, from, from + length)) as [Value, Value, Value]
  return maximum(maximum(a, b), c)
}

/** In the place of DeepLOB's LSTM: means over the newest steps, and mean and maximum of all: [batch, steps, 2, n] to [batch, 2, m]. */
function pooled(x: Value): Value {
  const length = at(x.shape, 1)
  const recent = HORIZONS.map((horizon) => reduceMean(slice(x, 1, length - horizon, length), [1]))
  return concat([...recent, reduceMean(x, [1]), reduceMax(x, [1])], 2)
}

/** A dense layer over the last axis. */
function dense(name: string, x: Value, units: number): Value {
  const n = at(x.shape, -1)
  return active(x, weight(name, [n, units], n), bias(name, units))
}

/** A layer with ReLU over the last axis. Of a fixed batch by rows, of which ONNX Runtime makes one operation. */
function active(x: Value, weights: Value, offset: Value): Value {
  const [batch, inputs, units] = [at(x.shape, 0), at(weights.shape, 0), at(weights.shape, 1)]
  if (batch === BATCH) return relu(linear(x, weights, offset))
  const rows = reshape(x, [sizeOf(x.shape) / inputs, inputs])
  return reshape(relu(linear(rows, weights, offset)), [...x.shape.slice(0, -1), units])
}

/** A convolution over axis 1, time, without padding: the last output sees the last steps. */
function timeConvolution(name: string, x: Value, taps: number, filters: number): Value {
  const n = at(x.shape, -1)
  const kernel = weight(name, [taps, n, filters], taps * n)
  return relu(withBias(conv1d(x, kernel, { axis: 1 }), bias(name, filters)))
}

function weight(name: string, shape: readonly number[], inputs: number): Value {
  return parameter(`${name}.weight`, shape, kaiming(inputs))
}

function bias(name: string, units: number): Value {
  return parameter(`${name}.bias`, [units], filled(0), false)
}
