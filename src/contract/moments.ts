// Moments that look alike.
import Type, { type Static } from 'typebox'
import { Direction, InstantIn, IsoOut, SymbolName, VenueName } from './shapes.ts'

export const SimilarQuery = Type.Object(
  {
    annotation: Type.Optional(Type.String({ minLength: 1, description: 'the moment it enters at' })),
    at: Type.Optional(InstantIn),
    symbol: Type.Optional(SymbolName),
    venue: Type.Optional(VenueName),
    among: Type.Optional(
      Type.Literal('annotations', {
        description: 'only where annotations enter, of all stored markets; without it, any moment',
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
  },
  { additionalProperties: false },
)
export type SimilarQuery = Static<typeof SimilarQuery>

export const SimilarMoment = Type.Object({
  symbol: SymbolName,
  venue: VenueName,
  /** As of. */
  timestamp: IsoOut,
  /** That of the moment asked about (an annotation's own, else LONG), or the other where it looks like it upside down. */
  direction: Direction,
  similarity: Type.Number({ minimum: -1, maximum: 1, description: 'cosine of standardised rows' }),
  /** The one that enters there, where it was asked for among annotations. */
  annotation_id: Type.Optional(Type.String()),
})
export type SimilarMoment = Static<typeof SimilarMoment>

/** Nearest first, at least two minutes apart. */
export const SimilarOut = Type.Object({ similar: Type.Array(SimilarMoment) })
export type SimilarOut = Static<typeof SimilarOut>

/** How far the table of moments has come. */
export const MomentsOut = Type.Object({
  rows: Type.Integer(),
  bytes: Type.Integer(),
  wanted_minutes: Type.Integer({ description: 'of which rows are wanted, within what may be kept on disk' }),
  made_minutes: Type.Integer({ description: 'of those, how many are done' }),
})
