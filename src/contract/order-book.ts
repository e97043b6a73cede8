// Order books: what is asked and what is answered.
import Type, { type Static } from 'typebox'
import { BookStreamOut } from './market.ts'
import { InstantIn, IsoOut, Nullable, SymbolName, VenueName } from './shapes.ts'

/** ccxt's form: [price, amount]. */
const Level = Type.Unsafe<[number, number]>(
  Type.Array(Type.Number(), { minItems: 2, maxItems: 2, description: '[price, amount]' }),
)

const Market = {
  symbol: SymbolName,
  venue: Type.Optional(VenueName),
  at: Type.Optional(InstantIn),
}

export const OrderBookQuery = Type.Object(Market, { additionalProperties: false })
export type OrderBookQuery = Static<typeof OrderBookQuery>

export const OrderBooksQuery = Type.Object(
  {
    ...Market,
    seconds: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 600, default: 100, description: 'how many seconds up to `at`' }),
    ),
  },
  { additionalProperties: false },
)
export type OrderBooksQuery = Static<typeof OrderBooksQuery>

const Figures = {
  spread: Nullable(Type.Number({ description: 'best ask − best bid; null while a side is empty' })),
  mid: Nullable(Type.Number()),
  imbalance: Nullable(
    Type.Number({
      minimum: -1,
      maximum: 1,
      description: '(bids − asks) / (bids + asks), amounts of the levels here',
    }),
  ),
}

/** One venue's best levels, best first. Also the SSE event `order_book`, once a second. */
export const OrderBookOut = Type.Object({
  symbol: SymbolName,
  venue: VenueName,
  /** The whole second as of which it holds: every event before it, none at or after it. */
  timestamp: IsoOut,
  event_time: IsoOut,
  arrived_at: IsoOut,
  bids: Type.Array(Level),
  asks: Type.Array(Level),
  ...Figures,
})
export type OrderBookOut = Static<typeof OrderBookOut>

/** `stream`: how the live book does now; null where the market is not followed, or is no real one. */
export const OrderBookNowOut = Type.Object({
  ...OrderBookOut.properties,
  age_ms: Type.Integer({ description: 'from its last event to the instant that was asked for' }),
  stale: Type.Boolean({
    description: 'its last event is more than 5 s before the instant that was asked for',
  }),
  stream: Nullable(BookStreamOut),
})
export type OrderBookNowOut = Static<typeof OrderBookNowOut>

/** One a second, ascending; seconds that are not recorded are left out. */
export const OrderBooksOut = Type.Object({ order_books: Type.Array(OrderBookOut) })
export type OrderBooksOut = Static<typeof OrderBooksOut>

export const ConsolidatedBookQuery = Type.Object(
  { symbol: SymbolName, at: Type.Optional(InstantIn) },
  { additionalProperties: false },
)

const ConsolidatedLevel = Type.Object({
  price: Type.Number(),
  amount: Type.Number(),
  venues: Type.Array(Type.Object({ venue: VenueName, amount: Type.Number() })),
})

/** The books of several venues merged by price. `crossed` and `locked` are no faults: venues do not trade with each other. */
export const ConsolidatedBookOut = Type.Object({
  symbol: SymbolName,
  timestamp: IsoOut,
  bids: Type.Array(ConsolidatedLevel),
  asks: Type.Array(ConsolidatedLevel),
  venues: Type.Array(
    Type.Object({
      venue: VenueName,
      state: Type.Union([Type.Literal('live'), Type.Literal('stale'), Type.Literal('out_of_step')], {
        description:
          'live: takes part. stale: its last event is more than 5 s old. out_of_step: no certain book of this second',
      }),
      stale: Type.Boolean({ description: 'takes no part: its state is not live' }),
      event_time: Nullable(IsoOut),
      age_ms: Nullable(Type.Integer({ description: 'from its last event to the timestamp' })),
      reason: Nullable(Type.String({ description: 'why it takes no part, in words' })),
    }),
  ),
  crossed: Type.Boolean(),
  locked: Type.Boolean(),
  ...Figures,
})
export type ConsolidatedBookOut = Static<typeof ConsolidatedBookOut>
