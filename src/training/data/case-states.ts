// The states that test cases hold, as a model takes them.
import { writeOrderBook } from '../../annotation/case-order-book.ts'
import type { TestCaseFile } from '../../contract/annotations.ts'
import { FIELDS, TENSOR_NAMES, WINDOW } from '../../contract/timeframes.ts'
import { allocateInputs, BOOK_ROW } from '../../market-state/tensors.ts'
import type { ModelInputs } from '../../models/model.ts'
import { CANDLES_ALONE } from './sources.ts'

/** The states of test cases as their files have them, one row each; with order books for a model that needs them. */
export function statesOf(
  contents: readonly Pick<TestCaseFile, 'market_state' | 'order_book'>[],
  { needs } = CANDLES_ALONE,
): ModelInputs {
  const inputs = allocateInputs(contents.length, needs.includes('order_book'))
  for (const [row, { market_state, order_book: book }] of contents.entries()) {
    if (book !== undefined && inputs.orderBook !== undefined) {
      writeOrderBook(book, inputs.orderBook, row * BOOK_ROW)
    }
    for (const name of TENSOR_NAMES) {
      const { open, high, low, close, volume } = market_state[name]
      for (const [field, column] of [open, high, low, close, volume].entries()) {
        column.forEach((value, i) => (inputs.tensors[name][(row * WINDOW + i) * FIELDS + field] = value))
      }
    }
  }
  return inputs
}
