// Market states as the raw float64 inputs of a model: [count, 100, 5] per timeframe, [count, 100, 40] of the order book, row-major.
import {
  CASE_TIMEFRAMES,
  FIELDS,
  tableOf,
  TENSOR_NAMES,
  tensorOf,
  WINDOW,
  type TensorName,
} from '../contract/timeframes.ts'
import { float64At } from '../core/number-at.ts'
import { WINDOW as BOOK_SECONDS, WINDOW_COLUMNS } from '../market/book/book-slice.ts'
import type { MarketState } from './state.ts'
import type { StateColumns } from './window.ts'

/** Numbers of one state's candles of a timeframe. */
export const CANDLE_ROW = WINDOW * FIELDS
/** Numbers of one state's order book. */
export const BOOK_ROW = BOOK_SECONDS * WINDOW_COLUMNS

const TENSOR_OF = tableOf(CASE_TIMEFRAMES, (timeframe) => tensorOf(timeframe))

/** Has the shape of `ModelInputs` in models/model.ts. */
export interface StateInputs {
  readonly count: number
  readonly tensors: Readonly<Record<TensorName, Float64Array>>
  /** For models that read it. */
  readonly orderBook?: Float64Array
}

/** Where a state is written to. */
export type StateTarget = Pick<StateInputs, 'tensors' | 'orderBook'>

/** Zeroed inputs for `count` states: 16 kB a state, 48 kB with the order book. */
export function allocateInputs(count: number, withOrderBook = false): StateInputs {
  const tensor = () => new Float64Array(count * CANDLE_ROW)
  return {
    count,
    tensors: tableOf(TENSOR_NAMES, tensor),
    ...(withOrderBook ? { orderBook: new Float64Array(count * BOOK_ROW) } : {}),
  }
}

/** The first `count` states of `inputs`, in the same memory. */
export function firstRows({ tensors, orderBook }: StateTarget, count: number): StateInputs {
  return {
    count,
    tensors: tableOf(TENSOR_NAMES, (name) => tensors[name].subarray(0, count * CANDLE_ROW)),
    ...(orderBook === undefined ? {} : { orderBook: orderBook.subarray(0, count * BOOK_ROW) }),
  }
}

/** Writes one state as row `row` of `inputs`; its order book where both have one. */
export function writeState(
  state: Pick<MarketState, 'candles' | 'orderBook'>,
  inputs: StateTarget,
  row: number,
): void {
  for (const timeframe of CASE_TIMEFRAMES) {
    interleave(state.candles[timeframe], inputs.tensors[TENSOR_OF[timeframe]], row * CANDLE_ROW)
  }
  if (state.orderBook !== null) inputs.orderBook?.set(state.orderBook.values, row * BOOK_ROW)
}

/** Writes the candles from slot `from` on where they stand in a state that begins at `offset`. */
export function interleave(columns: StateColumns, tensor: Float64Array, offset: number, from = 0): void {
  const { open, high, low, close, volume } = columns
  for (let slot = from, at = offset + from * FIELDS; slot < WINDOW; slot += 1, at += FIELDS) {
    tensor[at] = float64At(open, slot)
    tensor[at + 1] = float64At(high, slot)
    tensor[at + 2] = float64At(low, slot)
    tensor[at + 3] = float64At(close, slot)
    tensor[at + 4] = float64At(volume, slot)
  }
}
