// Market data that a model needs beyond candles: which test cases hold it, and what a run says of those that do not.
import type { TestCaseState } from '../contract/annotations.ts'
import { AppError } from '../core/errors.ts'
import { MAX_GAP_SHARE_PCT } from '../market-state/gap-share.ts'
import type { ModelDefinition } from '../models/model.ts'

export type Needs = ModelDefinition['needs']

export const NO_ORDER_BOOK = 'it has no order book'

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
  'Where a book has been recorded since, saving the annotation again puts it into its case: annotate test-cases lists which.'

/** Of cases of which none can train the model for want of a book. */
export function noOrderBook(cases: readonly TestCaseState[], model: string): AppError {
  const count = cases.filter(({ left_out }) => left_out === null).length
  const subject =
    count === 1 ? 'The test case has no order book' : `None of the ${count} test cases has an order book`
  return new AppError(
    'no_order_book',
    `${subject}, which model ${model} needs. Serve a market that sends its book (the simulated one and exchanges do; it is recorded as it moves), or import a recording (annotate import book FILE --symbol SYMBOL). Then annotate entries within what is recorded, or save annotations there again.`,
    { status: 422, field: 'model' },
  )
}
