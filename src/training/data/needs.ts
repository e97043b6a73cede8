// Market data that a model needs beyond candles: which test cases hold it, and what a run says of those that do not.
import type { TestCaseState } from '../../contract/annotations.ts'
import { AppError } from '../../core/errors.ts'
import { MAX_GAP_SHARE_PCT } from '../../market-state/gap-share.ts'
import type { ModelDefinition } from '../../models/model.ts'

type Needs = ModelDefinition['needs']

const NO_ORDER_BOOK = 'it has no order book'

/** Why a case that is fit for training can not train this model; null where it can. */
export function lackOf({ order_book_gap_share_pct: share }: TestCaseState, needs: Needs): string | null {
  if (!needs.includes('order_book')) return null
  if (share === null) return NO_ORDER_BOOK
  return share > MAX_GAP_SHARE_PCT ? `${share} % of the seconds of its order book are missing` : null
}

/** "12 of 20 test cases have no order book"; nothing where all have one. */
export function lacking(cases: readonly TestCaseState[], needs: Needs): string[] {
  const without = cases.filter((state) => lackOf(state, needs) === NO_ORDER_BOOK).length
  if (without === 0) return []
  return [
    `${without} of ${cases.length} test cases ${without === 1 ? 'has' : 'have'} no order book and ${without === 1 ? 'is' : 'are'} left out. ${HOW_TO_ADD}`,
  ]
}

const HOW_TO_ADD =
  'Where a book has been recorded since, saving the annotation again puts it into its case: annotate test-cases --save-again all.'

/** Of cases of which none can train the model for want of a book. */
export function noOrderBook(cases: readonly TestCaseState[], model: string): AppError {
  return new AppError(
    'no_order_book',
    `${cases.length} of ${cases.length} test cases ${cases.length === 1 ? 'has' : 'have'} no order book that could be trained on, and model ${model} needs one. Serve a market that sends its book (the simulated one and exchanges do; it is recorded as it moves), or import a recording (annotate import book FILE --symbol SYMBOL). Then annotate entries within what is recorded, or save those there again: annotate test-cases --save-again all.`,
    { status: 422, field: 'model' },
  )
}

/** @throws AppError `no_order_book` where cases are fit for training, but none for this model */
export function requireNeeds(
  cases: readonly TestCaseState[],
  { id, needs }: Pick<ModelDefinition, 'id' | 'needs'>,
): void {
  const fit = cases.filter(({ left_out }) => left_out === null)
  if (fit.length > 0 && fit.every((state) => lackOf(state, needs) !== null)) throw noOrderBook(cases, id)
}
