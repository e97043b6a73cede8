// Seconds that were made again of the store: what a session was shown live, and what the store tells of the same second now.
import Type, { type Static } from 'typebox'
import { TENSOR_NAMES, tableOf } from './timeframes.ts'
import { IsoOut, Nullable, ScoresOut } from './shapes.ts'

const Numbers = Type.Array(Type.Number())

/** The inputs as the model has them: rows of open, high, low, close, volume, oldest first; the book's 40 columns a second. */
export const MismatchSide = Type.Object({
  ...tableOf(TENSOR_NAMES, () => Numbers),
  order_book: Type.Optional(Numbers),
  /** Null where what the model says are no probabilities. */
  scores: Nullable(ScoresOut),
  /** Of an agent in a position. */
  scores_in_position: Type.Optional(ScoresOut),
})
export type MismatchSide = Static<typeof MismatchSide>

export const MismatchOut = Type.Object({
  /** The as-of second. */
  timestamp: IsoOut,
  /** The first number that differs, in words. */
  place: Type.String(),
  live: MismatchSide,
  stored: MismatchSide,
})
export type MismatchOut = Static<typeof MismatchOut>
export const MismatchesOut = Type.Object({ mismatches: Type.Array(MismatchOut) })
export type MismatchesOut = Static<typeof MismatchesOut>

/** Since the server started, over all sessions. */
export const LiveChecksOut = Type.Object({
  checked: Type.Integer(),
  mismatched: Type.Integer(),
})
export type LiveChecksOut = Static<typeof LiveChecksOut>
