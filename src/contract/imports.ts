// Imports: what came in, and what taking one out changes.
import Type, { type Static } from 'typebox'
import { IsoOut, Nullable, SymbolName, TimeframeName, VenueName } from './shapes.ts'

export const ImportOut = Type.Object({
  id: Type.Integer(),
  kind: Type.Union([Type.Literal('trades'), Type.Literal('candles'), Type.Literal('book')]),
  symbol: SymbolName,
  venue: VenueName,
  timeframe: Nullable(TimeframeName),
  file: Type.String({ description: 'its name; "exchange …" or "stream …" of what came otherwise' }),
  path: Nullable(Type.String({ description: 'where it lay' })),
  sha256: Nullable(Type.String()),
  rows: Nullable(Type.Integer()),
  added: Nullable(Type.Integer()),
  from: Nullable(IsoOut),
  to: Nullable(IsoOut),
  started_at: IsoOut,
  finished_at: Nullable(IsoOut),
  replaced: Type.Boolean({ description: 'inside its span it stands before what was there' }),
  state: Type.Union(
    [
      Type.Literal('kept'),
      Type.Literal('not_kept'),
      Type.Literal('unfinished'),
      Type.Literal('leaving'),
      Type.Literal('forgotten'),
    ],
    {
      description:
        'kept: it can be taken out alone; not_kept: only by stretch; leaving: taking it out broke off, ask again',
    },
  ),
})
export type ImportOut = Static<typeof ImportOut>
export const ImportsOut = Type.Object({ imports: Type.Array(ImportOut) })

export const ImportsQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 200 })),
    before: Type.Optional(Type.Integer({ minimum: 1, description: 'those with smaller ids' })),
  },
  { additionalProperties: false },
)

export const ForgetQuery = Type.Object(
  { dry_run: Type.Optional(Type.Boolean({ default: false, description: 'change nothing, only say' })) },
  { additionalProperties: false },
)

export const ForgottenOut = Type.Object({
  dry_run: Type.Boolean(),
  removed: Type.Integer({ description: 'rows that go' }),
  restored: Type.Integer({ description: 'rows that others gave differently, and that stand again' }),
  kept: Type.Integer({ description: 'rows that stay, since a stream or a download gave them too' }),
  order_book_seconds: Type.Integer({ description: 'seconds of order books that go' }),
  test_cases: Type.Array(Type.String(), {
    description: 'that stood on what goes: their state becomes revised',
  }),
  training_runs: Type.Array(Type.String(), { description: 'that learned from those test cases' }),
})
export type ForgottenOut = Static<typeof ForgottenOut>
