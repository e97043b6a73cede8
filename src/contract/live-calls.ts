// Calls of live sessions: what each was, what it came to, what it saw, and what the trader says of it.
import Type, { type Static } from 'typebox'
import { AnnotationOut, TestCaseFile } from './annotations.ts'
import { SimilarMoment } from './moments.ts'
import {
  ConfidenceBandName,
  InstantIn,
  IsoOut,
  Nullable,
  ScoresOut,
  SymbolName,
  VenueName,
} from './shapes.ts'

const Side = Type.Union([Type.Literal('BUY'), Type.Literal('SELL')])

export const CallOutcome = Type.Union([
  Type.Literal('open'),
  Type.Literal('right'),
  Type.Literal('wrong'),
  Type.Literal('expired'),
])
export type CallOutcome = Static<typeof CallOutcome>

export const CallVerdict = Type.Union([
  Type.Literal('hold'),
  Type.Literal('right'),
  Type.Literal('other_side'),
])
export type CallVerdict = Static<typeof CallVerdict>

export const CallOut = Type.Object({
  /** `call_id` of its signals. */
  id: Type.String(),
  session: Type.String(),
  model: Type.String(),
  checkpoint: Type.String(),
  symbol: SymbolName,
  venue: VenueName,
  action: Side,
  /** The as-of second that opened it. */
  opened_at: IsoOut,
  /** The first second that was no longer this call; null while it lasts. How long it lasts says nothing of its outcome. */
  closed_at: Nullable(IsoOut),
  /** The last close before `opened_at`. */
  price: Type.Number(),
  /** Probability of its side when it opened. */
  score: Type.Number(),
  /** The threshold that it met. */
  on: Type.Number(),
  confidence: Nullable(Type.Number()),
  confidence_n: Type.Integer(),
  confidence_interval: Nullable(Type.Array(Type.Number(), { minItems: 2, maxItems: 2 })),
  /** Over 70, 50–70, under 50; null unless the whole interval lies in one. */
  confidence_band: Nullable(ConfidenceBandName),
  /** The bands that the interval spans, `little evidence` under 30 calls; `not calibrated yet` under 5; null for HOLD. */
  confidence_words: Nullable(Type.String()),
  /** `right`: the target came first, and paid its fees; `wrong`: the stop did; `expired`: neither in time. */
  outcome: CallOutcome,
  /** Net of fees, percent of `price`; null while open. */
  outcome_pct: Nullable(Type.Number()),
  /** End of the second that decided it. */
  outcome_at: Nullable(IsoOut),
  /** The annotation that it hit; null where it hit none. */
  matched_annotation: Nullable(Type.String()),
  verdict: Nullable(CallVerdict),
  /** Of a part of a session of all patterns alone: that session. */
  part_of: Type.Optional(Type.String()),
  /** True where that session has not told it, since another pattern called the other side. */
  withheld: Type.Optional(Type.Boolean()),
})
export type CallOut = Static<typeof CallOut>
export const CallsOut = Type.Object({ calls: Type.Array(CallOut) })

export const CallsQuery = Type.Object(
  {
    session: Type.Optional(Type.String()),
    model: Type.Optional(Type.String()),
    checkpoint: Type.Optional(Type.String()),
    symbol: Type.Optional(SymbolName),
    venue: Type.Optional(VenueName),
    action: Type.Optional(Type.Union([Type.Literal('BUY'), Type.Literal('SELL')])),
    outcome: Type.Optional(CallOutcome),
    from: Type.Optional(InstantIn),
    to: Type.Optional(InstantIn),
    before: Type.Optional(
      Type.String({ description: 'the id of a call: those that come after it in the list' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 50 })),
  },
  { additionalProperties: false },
)
export type CallsQuery = Static<typeof CallsQuery>

const { market_state, gaps, order_book } = TestCaseFile.properties

/** What a call saw, as a test case at its second holds it. */
export const CallStateOut = Type.Object({
  call: CallOut,
  market_state,
  gaps,
  order_book,
  scores: ScoresOut,
  thresholds: Type.Object({ on: Type.Number(), off: Type.Number() }),
  /** Of its market, the nearest in time first. */
  nearest_annotations: Type.Array(AnnotationOut),
  /** Of any market, those whose entries look most like its second first, both ways up; null where no table of moments is kept or answers. */
  like_annotations: Nullable(
    Type.Array(
      Type.Object({
        annotation: AnnotationOut,
        /** Whether it looks like it upside down. */
        turned: Type.Boolean(),
        similarity: SimilarMoment.properties.similarity,
      }),
    ),
  ),
})
export type CallStateOut = Static<typeof CallStateOut>

export const CallVerdictBody = Type.Object(
  { verdict: Nullable(CallVerdict) },
  { additionalProperties: false },
)
/** The call as it stands now, and the annotation that the verdict made. */
export const CallVerdictOut = Type.Object({
  ...CallOut.properties,
  annotation: Nullable(AnnotationOut),
})
export type CallVerdictOut = Static<typeof CallVerdictOut>
