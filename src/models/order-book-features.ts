// A raw order book to network inputs, inside the graph: prices against the mid in units of the window, amounts against their own mean.
import { WINDOW } from '../contract/timeframes.ts'
import { at } from '../core/at.ts'
import * as nn from '../nn/elementwise.ts'
import { reduceMean } from '../nn/reduce.ts'
import { concat, reshape, slice, stack } from '../nn/shape.ts'
import { input, scalar, type Value } from '../nn/value.ts'

export const BOOK_LEVELS = 10
/** Ask price, ask amount, bid price, bid amount of a level. */
export const LEVEL_FIELDS = 4
export const BOOK_COLUMNS = BOOK_LEVELS * LEVEL_FIELDS
/** Beside the levels: the mid's way to now, and its last step. */
export const MID_CHANNELS = 2

/** The unit is at least this share of the price: a book whose mid and spread stand still at nothing gives zeros. */
const LEAST_UNIT = 1e-9
/** Steps and ways of the mid are limited to so many units. */
const MOVE_LIMIT = 12
/** A way over 100 seconds grows to about √100 units; this brings it to the size of a step. */
const PATH_SCALE = 0.1

export interface BookFeatures {
  /**
   * float32 [batch, 100, 10, 4], levels best first: of each side sign · log(1 + |price − mid of its second| in units), positive for asks and
   * negative for bids unless the book is crossed, and log(1 + amount / mean amount of the window); 0 where there is no level.
   */
  readonly levels: Value
  /** float32 [batch, 100, 2]: (mid − last mid) and (mid − mid a second before) in units. */
  readonly mid: Value
  /** float32 [batch]: log of the unit in basis points of the last mid. */
  readonly unit: Value
}

/** The input `order_book` of the ONNX interface (design, section 8): raw, float64 [batch, 100, 40]. */
export function orderBookInput(batch: number): Value {
  return input('order_book', 'float64', [batch, WINDOW, BOOK_COLUMNS])
}

/**
 * What a network sees of a raw book. The unit is the window's mean spread plus its mean absolute step of the mid; differences, ratios and
 * logarithms are taken in float64, then cast. No statistic from outside the window is used, so nothing looks ahead; prices and amounts in
 * other units give the same features.
 */
export function orderBookFeatures(book: Value): BookFeatures {
  const [batch] = book.shape as [number]
  const byLevel = reshape(book, [batch, WINDOW, BOOK_LEVELS, LEVEL_FIELDS])
  const [ask, askAmount, bid, bidAmount] = [0, 1, 2, 3].map((i) => field(byLevel, i)) as [
    Value,
    Value,
    Value,
    Value,
  ]
  const best = (side: Value): Value => slice(side, 2, 0, 1)
  const mid = nn.scale(nn.add(best(ask), best(bid)), 0.5)
  const last = slice(mid, 1, WINDOW - 1, WINDOW)
  const steps = nn.sub(mid, concat([slice(mid, 1, 0, 1), slice(mid, 1, 0, WINDOW - 1)], 1))
  const spreads = nn.abs(nn.sub(best(ask), best(bid)))
  const unit = nn.maximum(reduceMean(nn.add(spreads, nn.abs(steps)), [1], true), nn.scale(last, LEAST_UNIT))
  const prices = [ask, bid].map((side) => compressed(nn.div(nn.sub(side, mid), unit)))
  const amounts = relative(askAmount, bidAmount)
  const levels = stack([at(prices, 0), amounts[0], at(prices, 1), amounts[1]], 3)
  const ways = [nn.scale(nn.sub(mid, last), PATH_SCALE), steps].map((way) =>
    nn.clip(nn.cast(nn.div(way, unit), 'float32'), -MOVE_LIMIT, MOVE_LIMIT),
  )
  return {
    levels,
    mid: concat(ways, 2),
    unit: nn.cast(nn.log(nn.scale(reshape(nn.div(unit, last), [batch]), 1e4)), 'float32'),
  }
}

/** One field of every level, [batch, 100, 10]. */
function field(byLevel: Value, index: number): Value {
  return reshape(slice(byLevel, 3, index, index + 1), byLevel.shape.slice(0, 3))
}

/** sign(x) · log(1 + |x|) in float32: far levels stay in reach of near ones. */
function compressed(x: Value): Value {
  const small = nn.cast(x, 'float32')
  const size = nn.log(nn.shift(nn.abs(small), 1))
  return nn.where(nn.less(small, scalar(0)), nn.neg(size), size)
}

/** log(1 + amount / the window's mean over both sides); an empty window gives zeros. */
function relative(asks: Value, bids: Value): [Value, Value] {
  const mean = nn.scale(nn.add(reduceMean(asks, [1, 2], true), reduceMean(bids, [1, 2], true)), 0.5)
  const zero = scalar(0, 'float64')
  const silent = nn.lessOrEqual(mean, zero)
  const divisor = nn.where(silent, scalar(1, 'float64'), mean)
  const share = (side: Value): Value =>
    nn.log(nn.shift(nn.cast(nn.where(silent, zero, nn.div(side, divisor)), 'float32'), 1))
  return [share(asks), share(bids)]
}
