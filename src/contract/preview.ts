// What the instant model would call as of the marks now, each second by a model that did not see its episode.
import Type, { type Static } from 'typebox'
import { InstantIn, IsoOut, Nullable, SymbolName, VenueName } from './shapes.ts'

export const PreviewQuery = Type.Object(
  {
    symbol: SymbolName,
    venue: Type.Optional(VenueName),
    pattern: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'first tag of the annotations it learns from; all where absent',
      }),
    ),
    from: Type.Optional(InstantIn),
    to: Type.Optional(InstantIn),
  },
  { additionalProperties: false },
)
export type PreviewQuery = Static<typeof PreviewQuery>

export const PreviewCall = Type.Object({
  timestamp: IsoOut,
  action: Type.Union([Type.Literal('BUY'), Type.Literal('SELL')]),
  score: Type.Number(),
  /** Last close as of then; null where it is not known. */
  price: Nullable(Type.Number()),
  /** The annotation that it hits; null where it is false. */
  annotation_id: Nullable(Type.String()),
})
export type PreviewCall = Static<typeof PreviewCall>

export const PreviewMiss = Type.Object({
  timestamp: IsoOut,
  action: Type.Union([Type.Literal('BUY'), Type.Literal('SELL')]),
  /** That was marked. */
  price: Type.Number(),
  annotation_id: Type.String(),
})
export type PreviewMiss = Static<typeof PreviewMiss>

export const PreviewOut = Type.Object({
  symbol: SymbolName,
  venue: VenueName,
  pattern: Nullable(Type.String()),
  /** Those that count, ascending; hits and false ones. */
  calls: Type.Array(PreviewCall),
  hits: Type.Integer(),
  false_calls: Type.Integer(),
  /** Annotations that no call hits: how many, and which, ascending. */
  missed: Type.Integer(),
  misses: Type.Array(PreviewMiss),
  /** That it learns from. */
  annotations: Type.Integer(),
  /** Of the market, that it was asked about second by second. */
  hours: Type.Number(),
  /** Why there is nothing to be said yet; null where there is. */
  reason: Nullable(Type.String()),
  fitted_at: IsoOut,
  took_ms: Type.Number(),
})
export type PreviewOut = Static<typeof PreviewOut>
