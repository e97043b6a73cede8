// A second of which the trader says HOLD because it looked like more: an example of the next training.
import Type, { type Static } from 'typebox'
import { InstantIn, IsoOut, SymbolName, VenueName } from './shapes.ts'

export const RejectedHoldBody = Type.Object(
  {
    symbol: SymbolName,
    venue: Type.Optional(VenueName),
    /** The as-of second, a whole one. */
    timestamp: InstantIn,
  },
  { additionalProperties: false },
)
export type RejectedHoldBody = Static<typeof RejectedHoldBody>

export const RejectedHoldOut = Type.Object({
  id: Type.String(),
  symbol: SymbolName,
  venue: VenueName,
  timestamp: IsoOut,
})
export type RejectedHoldOut = Static<typeof RejectedHoldOut>
