// What of a market was on a trader's screen, as pages tell it: what says whether a mark was made without knowing how things went on.
import Type, { type Static } from 'typebox'
import { InstantIn, IsoOut, Nullable, SymbolName, TimeframeName, VenueName } from './shapes.ts'

/** Candles of one timeframe from ≤ open and known before `to`. */
export const ShownSpan = Type.Object(
  { timeframe: TimeframeName, from: InstantIn, to: InstantIn },
  { additionalProperties: false },
)
export type ShownSpan = Static<typeof ShownSpan>

export const ShownBody = Type.Object(
  {
    symbol: SymbolName,
    venue: Type.Optional(VenueName),
    spans: Type.Array(ShownSpan, { maxItems: 256 }),
    entry: Type.Optional(
      Type.Union(InstantIn.anyOf, {
        description: 'where an entry is chosen now: what was shown by then is kept for the mark',
      }),
    ),
  },
  { additionalProperties: false },
)
export type ShownBody = Static<typeof ShownBody>

/** The latest instant after `entry` that was ever shown of its stretch in candles of a minute or less; null without an entry, and where none was. */
export const ShownOut = Type.Object({ visible_until: Nullable(IsoOut) })
export type ShownOut = Static<typeof ShownOut>
