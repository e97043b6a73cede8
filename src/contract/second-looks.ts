// Moments that were labelled before, shown blind a second time, and how far one agrees with oneself.
import Type, { type Static } from 'typebox'
import { LabelledMoment } from './data-set-health.ts'
import { InstantIn, IsoOut, Nullable, SymbolName, VenueName } from './shapes.ts'

const Label = LabelledMoment.properties.label

export const SecondLooksQuery = Type.Object(
  {
    symbol: SymbolName,
    venue: Type.Optional(VenueName),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 12 })),
    seed: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 4_294_967_295,
        description: 'the same seed draws the same moments of the same marks; by the clock where absent',
      }),
    ),
  },
  { additionalProperties: false },
)
export type SecondLooksQuery = Static<typeof SecondLooksQuery>

/** Nothing of it tells which label it has. */
export const BlindMoment = Type.Object({
  symbol: SymbolName,
  venue: VenueName,
  /** As of. */
  timestamp: IsoOut,
})
export type BlindMoment = Static<typeof BlindMoment>

export const SecondLooksOut = Type.Object({
  /** Ascending, so that none shows what came after a later one. */
  moments: Type.Array(BlindMoment),
  seed: Type.Integer(),
  /** Why there is none; null where there is one. */
  reason: Nullable(Type.String()),
})
export type SecondLooksOut = Static<typeof SecondLooksOut>

export const SecondLookBody = Type.Object(
  {
    symbol: SymbolName,
    venue: Type.Optional(VenueName),
    timestamp: InstantIn,
    answer: Label,
    seconds_spent: Type.Optional(Type.Number({ minimum: 0 })),
  },
  { additionalProperties: false },
)
export type SecondLookBody = Static<typeof SecondLookBody>

/** What stood there is not answered: the next one is to be as blind. */
export const SecondLookOut = Type.Object({ id: Type.String(), ...BlindMoment.properties, answer: Label })
export type SecondLookOut = Static<typeof SecondLookOut>
