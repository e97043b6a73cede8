// Exchanges, their symbols, and the past that can be fetched when somebody looks at it.
import Type, { type Static } from 'typebox'
import { InstantIn, IsoOut, SymbolName, TimeframeName, VenueName } from './shapes.ts'

export const ExchangesOut = Type.Object({
  exchanges: Type.Array(Type.Object({ id: Type.String({ description: 'ccxt’s id; the venue' }) })),
})
export type ExchangesOut = Static<typeof ExchangesOut>

export const SymbolsQuery = Type.Object(
  {
    q: Type.Optional(Type.String({ maxLength: 64, description: 'a part of the symbol, such as ETH' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
  },
  { additionalProperties: false },
)

export const SymbolsOut = Type.Object({
  exchange: Type.String(),
  symbols: Type.Array(
    Type.Object({
      symbol: SymbolName,
      base: Type.String(),
      quote: Type.String(),
      type: Type.String({ description: 'spot, swap, future' }),
    }),
  ),
})
export type SymbolsOut = Static<typeof SymbolsOut>

const stretch = {
  symbol: SymbolName,
  venue: Type.Optional(VenueName),
  timeframe: TimeframeName,
  from: InstantIn,
  to: InstantIn,
}

/** Of GET as a query, of POST as a body. */
export const HistoryStretch = Type.Object(stretch, { additionalProperties: false })
export type HistoryStretch = Static<typeof HistoryStretch>

const Spans = Type.Array(Type.Object({ from: IsoOut, to: IsoOut }))

/** What fetching a stretch would take. */
export const HistoryCostOut = Type.Object({
  missing: Spans,
  way: Type.Union([Type.Literal('candles'), Type.Literal('trades'), Type.Literal('none')], {
    description: 'the exchange’s own candles, or trades; none: it keeps neither',
  }),
  requests: Type.Integer(),
  seconds: Type.Number({ description: 'about so long' }),
})
export type HistoryCostOut = Static<typeof HistoryCostOut>

export const HistoryOut = Type.Object({
  added: Type.Integer({ description: 'rows that are new' }),
  missing: Spans,
  duration_ms: Type.Number(),
})
export type HistoryOut = Static<typeof HistoryOut>
