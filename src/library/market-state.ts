// A market state as a program hands it in: the `market_state` of a test case, its order book beside the candles.
import Type, { type Static } from 'typebox'
import { marketStateOut } from '../annotation/case-content.ts'
import { orderBookOut } from '../annotation/case-order-book.ts'
import { TestCaseFile } from '../contract/annotations.ts'
import { OrderBookPart } from '../contract/case-order-book.ts'
import { Checker } from '../core/checker.ts'
import { AppError } from '../core/errors.ts'
import type { MarketState } from '../market-state/state.ts'
import type { ModelInputs } from '../models/model.ts'
import { statesOf } from '../training/data/case-states.ts'

/** 100 candles of each timeframe, oldest first, as a test case has them; `order_book` for models that read it. */
export const MarketStateIn = Type.Object({
  ...TestCaseFile.properties.market_state.properties,
  order_book: Type.Optional(OrderBookPart),
})
export type MarketStateIn = Static<typeof MarketStateIn>

const schema = new Checker(MarketStateIn)

/** One row, for model `id`. @throws AppError `invalid_market_state`, naming the first column that is not as expected; `no_order_book` */
export function inputsOf(id: string, given: MarketStateIn, readsOrderBook: boolean): ModelInputs {
  if (!schema.check(given)) throw invalid(given)
  const { order_book, ...market_state } = given
  if (readsOrderBook && order_book === undefined) throw noOrderBook()
  const content = order_book === undefined ? { market_state } : { market_state, order_book }
  return statesOf([content], { id, needs: readsOrderBook ? ['order_book'] : [] })
}

/** What is stored, as `predict` takes it. */
export function marketStateIn(state: MarketState): MarketStateIn {
  const { orderBook, asOf } = state
  return {
    ...marketStateOut(state),
    ...(orderBook === null ? {} : { order_book: orderBookOut(orderBook, asOf) }),
  }
}

function invalid(given: unknown): AppError {
  const fault = schema.faults(given)[0]
  const place = fault?.instancePath.slice(1).replaceAll('/', '.') ?? ''
  const where = place === '' ? 'The market state' : `${place} of the market state`
  return new AppError(
    'invalid_market_state',
    `${where} ${fault?.message ?? 'is not as expected'}: hand in the market_state of a test case, 100 candles each of ohlcv_1s, ohlcv_1m, ohlcv_1h and ohlcv_1d.`,
    { status: 422, field: place },
  )
}

function noOrderBook(): AppError {
  return new AppError(
    'no_order_book',
    'This model reads the order book, and the market state has none: add order_book as a test case has it.',
    { status: 422, field: 'order_book' },
  )
}
