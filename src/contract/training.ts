// Models, checkpoints and training runs: bodies, answers, and the files of a run and a checkpoint.
import Type, { type Static } from 'typebox'
import { IsoOut, Nullable, SymbolName, VenueName } from './shapes.ts'
import { Validation } from './validation.ts'

export const CheckpointOut = Type.Object({
  /** Four digits, `0001` upward. */
  version: Type.String(),
  created_at: Nullable(IsoOut),
  run_id: Nullable(Type.String()),
  promoted: Type.Boolean(),
  symbol: Nullable(SymbolName),
  venue: Nullable(VenueName),
  test_cases: Type.Integer(),
  validation_accuracy: Nullable(Type.Number()),
  calibrated: Type.Boolean(),
  /** Named when the checkpoint cannot be used, in words; null when it can. */
  broken: Nullable(Type.String()),
})
export type CheckpointOut = Static<typeof CheckpointOut>

export const ModelOut = Type.Object({
  id: Type.String(),
  name: Type.String(),
  checkpoints: Type.Array(CheckpointOut),
  promoted: Nullable(Type.String()),
  trainable: Type.Boolean(),
  /** What a test case must hold for it: the four timeframes, `order_book`. */
  needs: Type.Array(Type.String()),
  defaults: Type.Object({
    epochs: Type.Integer(),
    batch_size: Type.Integer(),
    learning_rate: Type.Number(),
    views: Type.Integer(),
  }),
})
export type ModelOut = Static<typeof ModelOut>
export const ModelsOut = Type.Object({ models: Type.Array(ModelOut) })
export type ModelsOut = Static<typeof ModelsOut>
export const PromoteBody = Type.Object({ checkpoint: Type.String() }, { additionalProperties: false })

export const TrainingBody = Type.Object(
  {
    model: Type.String(),
    symbol: Type.Optional(SymbolName),
    venue: Type.Optional(VenueName),
    epochs: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 10 })),
    batch_size: Type.Optional(Type.Integer({ minimum: 1, maximum: 4096 })),
    learning_rate: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 10 })),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295 })),
    views: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1024, description: 'augmented views of each example in an epoch' }),
    ),
    threads: Type.Optional(Type.Integer({ minimum: 1, maximum: 64 })),
    annotation_ids: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
    /** False calls an hour that `on` may cost, chosen out of fold. */
    false_calls_per_hour: Type.Optional(Type.Number({ exclusiveMinimum: 0, default: 1 })),
  },
  { additionalProperties: false },
)
export type TrainingBody = Static<typeof TrainingBody>

export const RunStatus = Type.Union([
  Type.Literal('QUEUED'),
  Type.Literal('RUNNING'),
  Type.Literal('COMPLETED'),
  Type.Literal('FAILED'),
  Type.Literal('CANCELLED'),
  Type.Literal('PAUSED'),
  Type.Literal('INTERRUPTED'),
])
export type RunStatus = Static<typeof RunStatus>

export const EpochMetrics = Type.Object({
  epoch: Type.Integer(),
  /** Mean cross-entropy of the unaugmented training examples after the epoch. */
  loss: Type.Number(),
  accuracy: Type.Number(),
  duration_seconds: Type.Number(),
})
export type EpochMetrics = Static<typeof EpochMetrics>

export const LeftOut = Type.Object({ test_case_id: Type.String(), reason: Type.String() })

export const TrainingRunOut = Type.Object({
  id: Type.String(),
  model: Type.String(),
  status: RunStatus,
  /** What it is doing now, in words: "fold 3 of 10", "epoch 4 of 10". */
  phase: Type.String(),
  current_epoch: Type.Integer(),
  total_epochs: Type.Integer(),
  loss: Nullable(Type.Number()),
  accuracy: Nullable(Type.Number()),
  /** Share that always saying the most frequent class of the training examples would get, and their number. */
  majority_floor: Nullable(Type.Number()),
  examples: Type.Integer(),
  validation: Nullable(Validation),
  /** Why there is no validation, in words. */
  validation_reason: Nullable(Type.String()),
  memorised: Type.Boolean(),
  duration_seconds: Type.Number(),
  seconds_left: Nullable(Type.Number()),
  test_cases: Type.Integer(),
  left_out: Type.Array(LeftOut),
  hold_source: Nullable(
    Type.Union([Type.Literal('reviewed'), Type.Literal('assumed'), Type.Literal('none')]),
  ),
  warnings: Type.Array(Type.String()),
  checkpoint: Nullable(Type.String()),
  error: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
  epochs: Type.Array(EpochMetrics),
  parameters: Type.Object({
    epochs: Type.Integer(),
    batch_size: Type.Integer(),
    learning_rate: Type.Number(),
    seed: Type.Integer(),
    views: Type.Integer(),
    threads: Type.Integer(),
    false_calls_per_hour: Type.Number(),
  }),
  symbol: Nullable(SymbolName),
  venue: Nullable(VenueName),
  created_at: IsoOut,
  started_at: Nullable(IsoOut),
  finished_at: Nullable(IsoOut),
})
export type TrainingRunOut = Static<typeof TrainingRunOut>
export const TrainingRunsOut = Type.Object({ training_runs: Type.Array(TrainingRunOut) })
