// How far what a session sees and says lies from what its checkpoint learnt on, and the summary that a checkpoint keeps for it.
import Type, { type Static } from 'typebox'
import { IsoOut, Nullable } from './shapes.ts'

/** Nine deciles of what was learnt on, the share of it in each of the ten bins between them (ties make them unequal), and how many values. */
export const Distribution = Type.Object({
  n: Type.Integer({ minimum: 1 }),
  edges: Type.Array(Type.Number(), { minItems: 9, maxItems: 9 }),
  shares: Type.Array(Type.Number({ minimum: 0, maximum: 1 }), { minItems: 10, maxItems: 10 }),
})
export type Distribution = Static<typeof Distribution>

/** Key `learnt_on` of a checkpoint's metadata. Inputs are of the half hour before an instant. */
export const LearntOn = Type.Object({
  /** Root mean square of the minutes' log returns, percent. */
  volatility: Distribution,
  /** Mean volume of a minute. */
  volume: Distribution,
  /** (highest − lowest) / last close, percent. */
  range: Distribution,
  /** Higher one of P(BUY) and P(SELL), out of fold; null until the folds are done, and where there are none. */
  score: Nullable(Distribution),
})
export type LearntOn = Static<typeof LearntOn>

export const DriftPart = Type.Object({
  name: Type.Union([
    Type.Literal('volatility'),
    Type.Literal('volume'),
    Type.Literal('range'),
    Type.Literal('score'),
  ]),
  /** Population stability index. */
  psi: Type.Number(),
  /** `little` under 0.1, `some` under 0.25, else `much`. */
  verdict: Type.Union([Type.Literal('little'), Type.Literal('some'), Type.Literal('much')]),
  /** Medians: of what was learnt on, and live. */
  learnt: Type.Number(),
  live: Type.Number(),
  words: Type.String(),
})
export type DriftPart = Static<typeof DriftPart>

export const DriftOut = Type.Object({
  session: Type.String(),
  /**
   * `not_known`: its checkpoint keeps no summary; `not_kept`: the session does not run, and nothing is kept of it; `too_few`: fewer than
   * sixty minutes so far.
   */
  state: Type.Union([
    Type.Literal('not_known'),
    Type.Literal('not_kept'),
    Type.Literal('too_few'),
    Type.Literal('known'),
  ]),
  words: Type.String(),
  /** Minutes that were looked at, at most the last day's, since this server began to answer it. */
  minutes: Type.Integer(),
  since: Nullable(IsoOut),
  /** Empty unless known. */
  parts: Type.Array(DriftPart),
})
export type DriftOut = Static<typeof DriftOut>
