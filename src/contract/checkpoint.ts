// metadata.json of a checkpoint: what it is, what it was made from, and when its calls open. No wall times, no run id.
import Type, { type Static } from 'typebox'
import { LearntOn } from './drift.ts'
import { Nullable, SymbolName, VenueName } from './shapes.ts'

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })
const Simple = Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()])
const Setting = Type.Union([Simple, Type.Record(Type.String(), Simple)])

/** Same fields as `CallRule` of room signals. */
const Rule = Type.Object({ on: Type.Number(), off: Type.Number(), pauseSeconds: Type.Number() })

/** Same fields as `Calibration` of room signals. */
const CalibrationFields = Type.Object({
  n: Type.Integer({ minimum: 0 }),
  hits: Type.Integer({ minimum: 0 }),
  intercept: Type.Number(),
  slope: Type.Number(),
  isotonic: Type.Optional(
    Type.Object({ scores: Type.Array(Type.Number()), shares: Type.Array(Type.Number()) }),
  ),
})

/** The figures of `validation` that the list of checkpoints shows. */
const ValidationSummary = Type.Object({
  method: Type.String(),
  accuracy: Nullable(Type.Number()),
  majority_floor: Nullable(Type.Number()),
  n: Type.Integer(),
  loss: Nullable(Type.Number()),
  calls: Type.Integer(),
  hits: Type.Integer(),
  false_calls: Type.Integer(),
  missed: Type.Integer(),
})

/** How the models of the folds did on what each held out, in the numbers by which checkpoints are told apart. */
export const CheckpointFigures = Type.Object({
  method: Type.String(),
  annotations: Type.Integer(),
  calls: Type.Integer(),
  hits: Type.Integer(),
  false_calls: Type.Integer(),
  missed: Type.Integer(),
  /** 2 · hits / (hits + false calls + annotations); null where there is neither. */
  f1: Nullable(Type.Number()),
  /** Of the seconds scored, 0–1, and what always saying the most frequent class would get. */
  accuracy: Nullable(Type.Number()),
  majority_floor: Nullable(Type.Number()),
  seconds: Type.Integer(),
})
export type CheckpointFigures = Static<typeof CheckpointFigures>

export const CheckpointState = Type.Union([Type.Literal('provisional'), Type.Literal('validated')])
export type CheckpointState = Static<typeof CheckpointState>

/** What an ordinary second of a checkpoint's training looked like, beside `oddness.safetensors`, which holds mean and covariance. */
export const CheckpointOddness = Type.Object({
  /** Of the rows that it was learnt from; where rows mean something else by now, it is not known. */
  row_definition: Type.String(),
  rows: Type.Integer(),
  /** Distance of the middle one of its training's seconds, which counts as 1. */
  median: Type.Number({ exclusiveMinimum: 0 }),
  /** Times that, past which it abstains; null: it never does. */
  limit: Nullable(Type.Number()),
})
export type CheckpointOddness = Static<typeof CheckpointOddness>

/** What training hands over; `files` is added when the checkpoint is published. */
export const CheckpointFacts = Type.Object({
  schema_version: Type.Literal(1),
  /** `provisional` until its validation is done, and where there can be none. Absent in checkpoints of before 0.2. */
  state: Type.Optional(CheckpointState),
  /** `cnn` */
  model: Type.String(),
  /** `StandardizedCNN` */
  name: Type.String(),
  symbol: Nullable(SymbolName),
  venue: Nullable(VenueName),
  /** Whether any of its test cases come from a simulated market. */
  simulated: Type.Boolean(),
  /** Every market its test cases are of. Absent in checkpoints of before 0.2. */
  markets: Type.Optional(Type.Array(Type.Object({ venue: VenueName, symbol: SymbolName }))),
  /** First tag of its annotations; null where they have none, or several were trained together. */
  pattern: Type.Optional(Nullable(Type.String())),
  /** Version of the checkpoint that its weights began from; null for fresh seeded ones. */
  parent: Type.Optional(Nullable(Type.String())),
  seed: Type.Integer(),
  threads: Type.Integer(),
  /** `linux-x64`: same seed, data, threads and platform give the same bytes. */
  platform: Type.String(),
  hyperparameters: Type.Record(Type.String(), Setting),
  parameters: Type.Record(Type.String(), Setting),
  data: Type.Object({
    test_cases: Type.Array(Type.Object({ test_case_id: Type.String(), sha256: Sha256 })),
    left_out: Type.Array(Type.Object({ test_case_id: Type.String(), reason: Type.String() })),
    holds: Type.Integer(),
    hold_source: Nullable(Type.String()),
    /** Seconds [from, to) whose targets it was shown or could be: its marks', and where HOLDs were taken; of each market merged, ascending. Absent in checkpoints of before 0.2. */
    labelled: Type.Optional(
      Type.Array(
        Type.Object({ venue: VenueName, symbol: SymbolName, from: Type.String(), to: Type.String() }),
      ),
    ),
  }),
  rule: Rule,
  calibration: Nullable(CalibrationFields),
  validation: Nullable(ValidationSummary),
  validation_reason: Nullable(Type.String()),
  /** How the market and the scores lay that it learnt on; absent in checkpoints of before, and where no state could be made. */
  learnt_on: Type.Optional(LearntOn),
  /** Absent in checkpoints of before 0.2, and where it learnt from too few seconds. */
  oddness: Type.Optional(CheckpointOddness),
})
export type CheckpointFacts = Static<typeof CheckpointFacts>

/** The file itself. */
export const CheckpointMetadata = Type.Intersect([
  CheckpointFacts,
  Type.Object({
    files: Type.Object({
      'weights.safetensors': Sha256,
      'model.onnx': Sha256,
      /** Absent where it has no self-test: in checkpoints of before 0.2, and where its answers are no numbers. */
      'self_test.json': Type.Optional(Sha256),
      /** Absent where its metadata does not speak of oddness. */
      'oddness.safetensors': Type.Optional(Sha256),
    }),
    /** Of the JSON text of all that stands before it, without white space. Absent in checkpoints of before 0.2. */
    sha256: Type.Optional(Sha256),
  }),
])
export type CheckpointMetadata = Static<typeof CheckpointMetadata>
