// What goes live, when and why: promotions, the gate before one, and the way back.
import Type, { type Static } from 'typebox'
import { PatternIn } from './pattern.ts'
import { InstantIn, IsoOut, Nullable } from './shapes.ts'

/** What its forward record needs before anything is said; written down with the promotion. */
export const ForwardNeeded = Type.Object(
  {
    calls: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 30 })),
    days: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 366, default: 10, description: 'different UTC days' }),
    ),
  },
  { additionalProperties: false },
)
export type ForwardNeeded = Static<typeof ForwardNeeded>

export const PromoteBody = Type.Object(
  {
    checkpoint: Type.String(),
    reason: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 2000,
        pattern: '\\S',
        description:
          'why it goes live all the same, where it is not better on what both checkpoints held out; kept in the history',
      }),
    ),
    needed: Type.Optional(ForwardNeeded),
    pattern: Type.Optional(PatternIn),
  },
  { additionalProperties: false },
)
export type PromoteBody = Static<typeof PromoteBody>

/** How a checkpoint did, out of fold, on episodes that the other of two held out as well. */
export const GateFigures = Type.Object({
  checkpoint: Type.String(),
  annotations: Type.Integer(),
  hits: Type.Integer(),
  false_calls: Type.Integer(),
  /** 2 · hits / (hits + false calls + annotations); null where there is neither. */
  f1: Nullable(Type.Number()),
})
export type GateFigures = Static<typeof GateFigures>

export const GateVerdict = Type.Union([
  Type.Literal('better'),
  Type.Literal('worse'),
  Type.Literal('not_distinguishable'),
  /** Too few shared episodes to tell. */
  Type.Literal('too_few'),
])
export type GateVerdict = Static<typeof GateVerdict>

/** A checkpoint against the promoted one, paired by episode. Stands in the answer of `gate_failed`. */
export const GateReport = Type.Object({
  verdict: GateVerdict,
  /** Episodes that both validated out of fold, by the same test cases. */
  episodes: Type.Integer(),
  candidate: GateFigures,
  promoted: GateFigures,
  /** F1 of the candidate less that of the promoted one, and its 95 % interval by a bootstrap of the episodes. */
  difference: Nullable(Type.Number()),
  interval: Nullable(Type.Tuple([Type.Number(), Type.Number()])),
})
export type GateReport = Static<typeof GateReport>

/** `first`: the first checkpoint of a model, by itself. */
export const PromotionKind = Type.Union([
  Type.Literal('first'),
  Type.Literal('promote'),
  Type.Literal('rollback'),
])
export type PromotionKind = Static<typeof PromotionKind>

/** One stretch in which a checkpoint was the one that goes live. */
export const PromotionOut = Type.Object({
  checkpoint: Type.String(),
  /** Null where it was promoted before promotions were written down. */
  from: Nullable(IsoOut),
  /** Exclusive; null while it is promoted. */
  to: Nullable(IsoOut),
  reason: Nullable(Type.String()),
  kind: PromotionKind,
  /** That it went live for; null: for the model as a whole. */
  pattern: Nullable(Type.String()),
})
export type PromotionOut = Static<typeof PromotionOut>

/** Newest first. */
export const PromotionsOut = Type.Object({ promotions: Type.Array(PromotionOut) })
export type PromotionsOut = Static<typeof PromotionsOut>

/** What was live at an instant; `checkpoint` is null where nothing was. */
export const LiveAtOut = Type.Object({
  at: IsoOut,
  checkpoint: Nullable(Type.String()),
  from: Nullable(IsoOut),
  to: Nullable(IsoOut),
  reason: Nullable(Type.String()),
})
export type LiveAtOut = Static<typeof LiveAtOut>

export const ModelHistoryQuery = Type.Object(
  { at: Type.Optional(InstantIn), pattern: Type.Optional(PatternIn) },
  { additionalProperties: false },
)
export const ModelHistoryOut = Type.Union([PromotionsOut, LiveAtOut])
export type ModelHistoryOut = Static<typeof ModelHistoryOut>
