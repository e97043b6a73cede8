// The optional order-book part of a test case: 100 one-second snapshots of the ten best levels, as columns by name.
import Type, { type Static } from 'typebox'
import { WINDOW } from './timeframes.ts'

const LEVELS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const
export type OrderBookColumn = `${'ask' | 'bid'}_${'price' | 'amount'}_${(typeof LEVELS)[number]}`

/** In the order of the tensor `order_book` [100, 40]: of each level, best first, ask price, ask amount, bid price, bid amount. */
export const ORDER_BOOK_COLUMNS: readonly OrderBookColumn[] = LEVELS.flatMap((level) => [
  `ask_price_${level}` as const,
  `ask_amount_${level}` as const,
  `bid_price_${level}` as const,
  `bid_amount_${level}` as const,
])

const Snapshots = Type.Array(Type.Number(), { minItems: WINDOW, maxItems: WINDOW })
const columns = Object.fromEntries(ORDER_BOOK_COLUMNS.map((name) => [name, Snapshots])) as Record<
  OrderBookColumn,
  typeof Snapshots
>

export const OrderBookPart = Type.Object(
  {
    timestamps: Type.Array(Type.String(), {
      minItems: WINDOW,
      maxItems: WINDOW,
      description:
        'Open times of the 100 seconds before T, those of `ohlcv_1s`. A snapshot is the book at the end of its second: every event before that, none at or after it. The last one is the book as of T.',
    }),
    levels: Type.Object(columns, {
      description:
        'Level 1 is the best. Prices in quote units, amounts in base units. A side with fewer levels repeats its last price with amount 0.',
    }),
    venues: Type.Array(Type.String(), {
      description:
        'Whose books are in it: one, or several merged by price (then best bid may exceed best ask).',
    }),
    gaps: Type.Array(Type.Object({ from: Type.String(), to: Type.String() }), {
      description: 'Seconds without a snapshot, from ≤ timestamp < to: they repeat the last one before.',
    }),
  },
  { description: 'There where the order book is recorded for the 100 seconds before T.' },
)
export type OrderBookPart = Static<typeof OrderBookPart>
