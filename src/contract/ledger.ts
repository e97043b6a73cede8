// The ledger of what is held: per market and timeframe its span, rows, gaps, hash and origins.
import Type, { type Static } from 'typebox'
import { IsoOut, Nullable, SymbolName, TimeframeName, VenueName } from './shapes.ts'

export const LedgerQuery = Type.Object(
  {
    symbol: Type.Optional(SymbolName),
    venue: Type.Optional(VenueName),
    hash: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'of the content too; reads every row, a second a million',
      }),
    ),
  },
  { additionalProperties: false },
)
export type LedgerQuery = Static<typeof LedgerQuery>

const OriginOut = Type.Object({
  kind: Type.Union(
    [
      Type.Literal('file'),
      Type.Literal('dump'),
      Type.Literal('exchange'),
      Type.Literal('stream'),
      Type.Literal('demo'),
    ],
    { description: 'an imported file, one of Binance’s dumps, asked for, as it happened, or simulated' },
  ),
  name: Type.String({ description: 'the file’s, or the exchange’s id' }),
  rows: Nullable(Type.Integer()),
  added: Nullable(Type.Integer({ description: 'rows that were new' })),
  sha256: Nullable(Type.String({ description: 'of the file, or of the rows that came, as text' })),
  at: Nullable(IsoOut),
})

export const LedgerEntryOut = Type.Object({
  symbol: SymbolName,
  venue: VenueName,
  simulated: Type.Boolean(),
  holds: Type.Union([TimeframeName, Type.Literal('trades'), Type.Literal('moments')]),
  /** First open and last end of what is known. */
  from: Nullable(IsoOut),
  to: Nullable(IsoOut),
  rows: Type.Integer(),
  /** On disk, of rows of moments; null of what the database of the market holds. */
  bytes: Nullable(Type.Integer()),
  own_rows: Type.Integer({
    description: 'of candles: the venue’s own; the others are composed of lower ones',
  }),
  gaps: Type.Array(Type.Object({ from: IsoOut, to: IsoOut })),
  sha256: Nullable(
    Type.String({
      description: 'of all rows, in order: the same content has the same; null unless asked for',
    }),
  ),
  origins: Type.Array(OriginOut),
})
export type LedgerEntryOut = Static<typeof LedgerEntryOut>

export const LedgerOut = Type.Object({ ledger: Type.Array(LedgerEntryOut) })
export type LedgerOut = Static<typeof LedgerOut>
