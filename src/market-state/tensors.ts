// Market states as the raw float64 inputs of a model: [count, 100, 5] per timeframe, [count, 100, 40] of the order book, row-major.
import { WINDOW as BOOK_SECONDS, WINDOW_COLUMNS } from '../market/book/book-slice.ts'
import { TIMEFRAMES, type Timeframe } from '../market/timeframe.ts'
import type { MarketState } from './state.ts'
import { WINDOW, type StateColumns } from './window.ts'

/** Open, high, low, close, volume. */
export const FIELDS = 5
const ROW = WINDOW * FIELDS
/** Numbers of one state's order book. */
export const BOOK_ROW = BOOK_SECONDS * WINDOW_COLUMNS

/** Names of the inputs in the ONNX interface (design, section 8). */
export const TENSOR_OF = { '1s': 'ohlcv_1s', '1m': 'ohlcv_1m', '1h': 'ohlcv_1h', '1d': 'ohlcv_1d' } as const
export type TensorName = (typeof TENSOR_OF)[Timeframe]

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
  const tensor = () => new Float64Array(count * ROW)
  return {
    count,
    tensors: { ohlcv_1s: tensor(), ohlcv_1m: tensor(), ohlcv_1h: tensor(), ohlcv_1d: tensor() },
    ...(withOrderBook ? { orderBook: new Float64Array(count * BOOK_ROW) } : {}),
  }
}

/** Writes one state as row `row` of `inputs`; its order book where both have one. */
export function writeState(
  state: Pick<MarketState, 'candles' | 'orderBook'>,
  inputs: StateTarget,
  row: number,
): void {
  for (const timeframe of TIMEFRAMES) {
    interleave(state.candles[timeframe], inputs.tensors[TENSOR_OF[timeframe]], row * ROW)
  }
  if (state.orderBook !== null) inputs.orderBook?.set(state.orderBook.values, row * BOOK_ROW)
}

function interleave(columns: StateColumns, tensor: Float64Array, offset: number): void {
  const { open, high, low, close, volume } = columns
  for (let slot = 0, at = offset; slot < WINDOW; slot += 1, at += FIELDS) {
    tensor[at] = open[slot]!
    tensor[at + 1] = high[slot]!
    tensor[at + 2] = low[slot]!
    tensor[at + 3] = close[slot]!
    tensor[at + 4] = volume[slot]!
  }
}
