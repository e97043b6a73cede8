// Market states that are made up: on what a network is tried where no market is at hand.
import { FIELDS, TENSOR_NAMES, WINDOW } from '../contract/timeframes.ts'
import type { ModelInputs } from '../models/model.ts'
import { BOOK_COLUMNS } from '../models/order-book-features.ts'

/** Of the first state; each of the others moves five times as much as the one before. */
const TICK = 0.01
const STEP = 5

/** A market of which each second moves by ticks or not: all that a trial needs. Always the same. */
export function trialInputs(withBook: boolean, count = 1): ModelInputs {
  const tensors = Object.fromEntries(TENSOR_NAMES.map((name) => [name, trialCandles(count)]))
  const inputs = { count, tensors: tensors as ModelInputs['tensors'] }
  return withBook ? { ...inputs, orderBook: trialBook(count) } : inputs
}

function trialCandles(count: number): Float64Array {
  const candles = new Float64Array(count * WINDOW * FIELDS)
  for (let row = 0; row < count * WINDOW; row++) {
    const i = row % WINDOW
    const tick = TICK * STEP ** Math.floor(row / WINDOW)
    const close = 2400 + tick * ((i * 7) % 13)
    candles.set([close, close + 2 * tick, close - 2 * tick, close, 1 + (i % 5)], row * FIELDS)
  }
  return candles
}

/** Ten levels a side, a tick apart: price and size of the best ask, of the best bid, of the next ask, and so on. */
function trialBook(count: number): Float64Array {
  const book = new Float64Array(count * WINDOW * BOOK_COLUMNS)
  for (let i = 0; i < count * WINDOW * 10; i++) {
    const level = i % 10
    book.set([2400.05 + TICK * level, 1 + level, 2400.04 - TICK * level, 1 + level], i * 4)
  }
  return book
}
