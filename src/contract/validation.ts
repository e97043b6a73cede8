// What the held-out seconds of a run say of its model: figures by call, and what it got wrong.
import Type, { type Static } from 'typebox'
import { ActionName, IsoOut, Nullable } from './shapes.ts'

/** A second of a held-out reviewed span where the out-of-fold model was wrong: to step through on the page. */
export const Miss = Type.Object({
  kind: Type.Union([Type.Literal('missed_annotation'), Type.Literal('false_call')]),
  timestamp: IsoOut,
  action: ActionName,
  score: Nullable(Type.Number()),
  annotation_id: Nullable(Type.String()),
})
export type Miss = Static<typeof Miss>

/** Out-of-fold scores by call (design, section 5). Null where there is nothing to divide by. */
export const Validation = Type.Object({
  method: Type.Union([Type.Literal('leave_one_episode_out'), Type.Literal('last_20_percent')]),
  /** Share of scored entry-zone and HOLD seconds classified right. */
  accuracy: Nullable(Type.Number()),
  /** Share that always saying the most frequent class would get. */
  majority_floor: Nullable(Type.Number()),
  n: Type.Integer(),
  loss: Nullable(Type.Number()),
  episodes: Type.Integer(),
  folds: Type.Integer(),
  seconds_scored: Type.Integer(),
  calls: Type.Integer(),
  hits: Type.Integer(),
  false_calls: Type.Integer(),
  missed: Type.Integer(),
  precision: Nullable(Type.Number()),
  recall: Nullable(Type.Number()),
  f1: Nullable(Type.Number()),
  false_calls_per_hour: Nullable(Type.Number()),
  misses: Type.Array(Miss),
})
export type Validation = Static<typeof Validation>
