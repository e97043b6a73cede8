// Models, checkpoints and training runs: bodies, answers, and the files of a run and a checkpoint.
import Type, { type Static } from 'typebox'
import { AliasName } from './aliases.ts'
import { CheckpointFigures, CheckpointState } from './checkpoint.ts'
import { NewestFirstQuery } from './pages.ts'
import { IsoOut, Nullable, SymbolName, VenueName } from './shapes.ts'
import { ParameterDefaults, SelectionOut, TrainingParameters } from './training-parameters.ts'
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
  /** `provisional`: it may go live, and its validation is not done; thresholds and confidence may change under the same version. */
  state: CheckpointState,
  validation_accuracy: Nullable(Type.Number()),
  /** Out of fold; null where nothing was held out. */
  figures: Nullable(CheckpointFigures),
  /** `champion` is the promoted one. */
  aliases: Type.Array(AliasName),
  /** Among the checkpoints of its own pattern. */
  pattern_aliases: Type.Array(AliasName),
  /** What the trader wrote of it. */
  note: Nullable(Type.String()),
  calibrated: Type.Boolean(),
  /** First tag of what it was trained on; null where there was none, or several together. */
  pattern: Nullable(Type.String()),
  /** Whether any of its test cases come from a simulated market. */
  simulated: Type.Boolean(),
  /** The checkpoint that its weights began from. */
  parent: Nullable(Type.String()),
  /** What a user's own file is called; null for what was trained here. */
  file: Nullable(Type.String()),
  /** Named when the checkpoint cannot be used, in words; null when it can. */
  broken: Nullable(Type.String()),
})
export type CheckpointOut = Static<typeof CheckpointOut>

/** What goes live of one pattern; null: nothing is promoted, or named. */
export const PatternOut = Type.Object({
  pattern: Type.String(),
  promoted: Nullable(Type.String()),
  challenger: Nullable(Type.String()),
})
export type PatternOut = Static<typeof PatternOut>

export const ModelOut = Type.Object({
  id: Type.String(),
  name: Type.String(),
  checkpoints: Type.Array(CheckpointOut),
  promoted: Nullable(Type.String()),
  /** Those of which a checkpoint is promoted, or named the challenger. */
  patterns: Type.Array(PatternOut),
  trainable: Type.Boolean(),
  /** What a test case must hold for it: the four timeframes, `order_book`. */
  needs: Type.Array(Type.String()),
  /** What a run is given where it does not say; null is what the model does not have. */
  /** Null where there is nothing to train. */
  defaults: Nullable(ParameterDefaults),
  /** What a user should know, in words: checkpoints that can not be used, a promoted one that is gone. */
  warnings: Type.Array(Type.String()),
})
export type ModelOut = Static<typeof ModelOut>
export const ModelsOut = Type.Object({ models: Type.Array(ModelOut) })
export type ModelsOut = Static<typeof ModelsOut>

/** Of a user's own ONNX file that comes in. */
export const UploadQuery = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 128, description: 'what the file is called in the list' }),
    on: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1, description: 'probability that opens a call' }),
    ),
  },
  { additionalProperties: false },
)

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
  /** What else the model reports of an epoch, by name. */
  figures: Type.Optional(Type.Record(Type.String(), Type.Number())),
})
export type EpochMetrics = Static<typeof EpochMetrics>

export const LeftOut = Type.Object({ test_case_id: Type.String(), reason: Type.String() })

/** Some test cases as they are, before and after a training. Null where there are none. */
export const CaseFigures = Type.Object({
  test_cases: Type.Integer(),
  /** How many of them the run trained on. */
  trained_on: Type.Integer(),
  loss_before: Nullable(Type.Number()),
  loss_after: Nullable(Type.Number()),
  accuracy_before: Nullable(Type.Number()),
  accuracy_after: Nullable(Type.Number()),
})
export type CaseFigures = Static<typeof CaseFigures>

/** What became of what the parent knew: all figures on training cases, none of them held out. */
export const WarmStart = Type.Object({
  checkpoint: Type.String(),
  /** Cases the parent was trained on, unchanged since, also those that this run was not trained on. */
  old: CaseFigures,
  /** Cases that the parent was not trained on, or that changed since. */
  new: CaseFigures,
  /** Cases of the parent that are not in the workspace any more, by test case id. */
  missing: Type.Array(Type.String()),
})
export type WarmStart = Static<typeof WarmStart>

/** What the folds' agents made of the seconds held out from each, greedy, after fees, compounded; and what others made of them. */
export const HeldOutTrading = Type.Object({
  hours: Type.Number(),
  trades: Type.Integer(),
  return_pct: Type.Number(),
  buy_and_hold_pct: Type.Number(),
  /** Mean of 20 random traders with as many entries of the same length. */
  random_pct: Type.Number(),
  /** At the k that earned most on what each fold was trained on. */
  plain_rule_pct: Type.Number(),
})
export type HeldOutTrading = Static<typeof HeldOutTrading>

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
  /** Of agents alone, when the run is over. */
  trading: Type.Optional(HeldOutTrading),
  memorised: Type.Boolean(),
  /** Without what it was paused. */
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
  parameters: TrainingParameters,
  selection: SelectionOut,
  /** First tag of what it is trained on; null where there is none, or several together. */
  pattern: Nullable(Type.String()),
  /** Null where it begins from fresh seeded weights. Figures come when the run is over. */
  warm_start: Nullable(WarmStart),
  /** The epoch after which early stopping ended it. */
  stopped_early: Nullable(Type.Integer()),
  /** 1 is next; null unless QUEUED. */
  queue_position: Nullable(Type.Integer()),
  symbol: Nullable(SymbolName),
  venue: Nullable(VenueName),
  created_at: IsoOut,
  started_at: Nullable(IsoOut),
  /** When it last went on after a pause or an interruption. */
  resumed_at: Nullable(IsoOut),
  finished_at: Nullable(IsoOut),
})
export type TrainingRunOut = Static<typeof TrainingRunOut>
export const TrainingRunsOut = Type.Object({ training_runs: Type.Array(TrainingRunOut) })
export const TrainingRunsQuery = Type.Object(NewestFirstQuery, { additionalProperties: false })
export type TrainingRunsQuery = Static<typeof TrainingRunsQuery>
