// Suggestions: moments worth an answer, and the answers.
import Type, { type Static } from 'typebox'
import { AnnotationBody, AnnotationOut } from './annotations.ts'
import { Direction, InstantIn, IsoOut, Nullable, SymbolName, VenueName } from './shapes.ts'

export const SuggestionsQuery = Type.Object(
  {
    symbol: SymbolName,
    venue: Type.Optional(VenueName),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 10 })),
  },
  { additionalProperties: false },
)
export type SuggestionsQuery = Static<typeof SuggestionsQuery>

const Leg = Type.Object({ timestamp: IsoOut, price: Type.Number() })

export const SuggestionOut = Type.Object({
  id: Type.String(),
  symbol: SymbolName,
  venue: VenueName,
  direction: Direction,
  /** Probability of that side; not calibrated. */
  score: Type.Number(),
  kind: Type.Union([Type.Literal('confident'), Type.Literal('uncertain')], {
    description: 'why it is asked about: the model is sure, or in doubt',
  }),
  /** The second at which its call opens. */
  entry: Leg,
  /** After the median holding time of the annotations. */
  exit: Leg,
  /** First tag that an accepted one gets: that of all annotations, where they share it. */
  pattern: Nullable(Type.String()),
})
export type SuggestionOut = Static<typeof SuggestionOut>

export const SuggestionsOut = Type.Object({
  /** Best first, at least two minutes apart; as of the answers so far. */
  suggestions: Type.Array(SuggestionOut),
  /** Why there is none; null where there is one. */
  reason: Nullable(Type.String()),
})
export type SuggestionsOut = Static<typeof SuggestionsOut>

export const SuggestionBody = Type.Object(
  {
    answer: Type.Union([
      Type.Literal('accept'),
      Type.Literal('hold'),
      Type.Literal('other_side'),
      Type.Literal('skip'),
    ]),
    /** In place of the one proposed, where it becomes a mark. */
    exit: Type.Optional(AnnotationBody.properties.exit),
    /** Of the mark: the latest instant whose market could be seen before the answer; its entry where absent. */
    visible_until: Type.Optional(InstantIn),
    /** Of the mark: how long the answer took. */
    seconds_spent: Type.Optional(Type.Number({ minimum: 0 })),
  },
  { additionalProperties: false },
)
export type SuggestionBody = Static<typeof SuggestionBody>

export const SuggestionAnswerOut = Type.Object({
  id: Type.String(),
  answer: SuggestionBody.properties.answer,
  /** The mark that it became; null of HOLD and skipped ones. */
  annotation: Nullable(AnnotationOut),
  /** Of HOLD the id to take it back by (DELETE /api/rejected-holds/:id); null of the others. */
  rejected_hold_id: Nullable(Type.String()),
})
export type SuggestionAnswerOut = Static<typeof SuggestionAnswerOut>
