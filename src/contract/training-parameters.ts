// What a training run can be told: how to train, and on which annotations. The body of HTTP, the flags and the file of the command line.
import Type, { type Static } from 'typebox'
import { InstantIn, IsoOut, Nullable, SymbolName, VenueName } from './shapes.ts'

export const Schedule = Type.Union([Type.Literal('cosine'), Type.Literal('linear'), Type.Literal('constant')])
export type Schedule = Static<typeof Schedule>

const ClassWeight = Type.Number({ exclusiveMinimum: 0, maximum: 1000 })
/** What the loss of an example counts, by its class. `balanced`: n / (3 · n of the class), of the examples of each training. */
export const ClassWeights = Type.Union([
  Type.Literal('balanced'),
  Type.Object({ BUY: ClassWeight, SELL: ClassWeight, HOLD: ClassWeight }, { additionalProperties: false }),
])
export type ClassWeights = Static<typeof ClassWeights>

const fields = {
  epochs: Type.Integer({ minimum: 1, maximum: 10_000, description: 'passes over the examples' }),
  batch_size: Type.Integer({ minimum: 1, maximum: 4096 }),
  learning_rate: Type.Number({ exclusiveMinimum: 0, maximum: 10, description: 'its peak' }),
  schedule: Schedule,
  warmup: Type.Number({
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'share of the steps in which the learning rate rises to its peak',
  }),
  weight_decay: Type.Number({ minimum: 0, maximum: 100 }),
  clip_norm: Type.Number({
    exclusiveMinimum: 0,
    maximum: 1e6,
    description: "largest L2 norm of a step's gradient",
  }),
  dropout: Type.Number({ minimum: 0, exclusiveMaximum: 1 }),
  class_weights: ClassWeights,
  holds_per_annotation: Type.Number({
    minimum: 0.5,
    maximum: 100,
    description: 'HOLD examples for each annotation',
  }),
  augmentation: Type.Boolean({
    description: 'noise, volume and silenced timeframes; off, each example is shown as it is',
  }),
  pretraining: Type.Boolean({
    description: 'the encoder is first taught by the stored market, which labels itself',
  }),
  views: Type.Integer({ minimum: 1, maximum: 1024, description: 'views of each example in an epoch' }),
  seed: Type.Integer({ minimum: 0, maximum: 4_294_967_295 }),
  seeds: Type.Integer({
    minimum: 1,
    maximum: 20,
    description: 'validated with so many seeds, from `seed` upward; the checkpoint is of the first',
  }),
  early_stopping: Type.Integer({
    minimum: 0,
    maximum: 10_000,
    description: 'ends after so many epochs in which the training loss fell by less than 0.1 %; 0 never does',
  }),
  threads: Type.Integer({ minimum: 1, maximum: 64 }),
  false_calls_per_hour: Type.Number({
    exclusiveMinimum: 0,
    description: 'what the threshold of a call may cost, chosen out of fold',
  }),
  permutation_test: Type.Boolean({
    description: 'retrains on entries placed at random, 19 times: p beside the score',
  }),
}

/** As a run has them: every one said. Null is what its model does not have. */
export const TrainingParameters = Type.Object({
  ...fields,
  schedule: Nullable(fields.schedule),
  warmup: Nullable(fields.warmup),
  weight_decay: Nullable(fields.weight_decay),
  clip_norm: Nullable(fields.clip_norm),
  dropout: Nullable(fields.dropout),
  class_weights: Nullable(fields.class_weights),
  pretraining: Nullable(fields.pretraining),
})
export type TrainingParameters = Static<typeof TrainingParameters>

/** The defaults of a model; `seed` is drawn anew for each run. */
export const ParameterDefaults = Type.Omit(TrainingParameters, ['seed'])
export type ParameterDefaults = Static<typeof ParameterDefaults>

/** The name of all patterns together. */
export const ANY_PATTERN = '*'

const selection = {
  symbol: Type.Optional(SymbolName),
  venue: Type.Optional(VenueName),
  annotation_ids: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
  tags: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description: 'annotations that carry any of these tags',
    }),
  ),
  pattern: Type.Optional(
    Type.String({
      minLength: 1,
      description: `first tag of the annotations to train on; "${ANY_PATTERN}" for all patterns together`,
      examples: ['breakout'],
    }),
  ),
  mixed_sources: Type.Optional(
    Type.Boolean({ description: 'simulated and recorded markets may be trained together' }),
  ),
}

/** What a run was told to train on; absent is not narrowed. */
export const SelectionOut = Type.Object({
  ...selection,
  /** Entries from ≤ T < to. */
  from: Type.Optional(IsoOut),
  to: Type.Optional(IsoOut),
})
export type SelectionOut = Static<typeof SelectionOut>

export const TrainingBody = Type.Object(
  {
    model: Type.String(),
    ...Type.Partial(Type.Object(fields)).properties,
    ...selection,
    from: Type.Optional(InstantIn),
    to: Type.Optional(InstantIn),
    warm_start: Type.Optional(
      Type.String({
        pattern: '^\\d{4,}$',
        description: 'a checkpoint of the same model to begin from, in place of fresh seeded weights',
        examples: ['0003'],
      }),
    ),
  },
  { additionalProperties: false },
)
export type TrainingBody = Static<typeof TrainingBody>
