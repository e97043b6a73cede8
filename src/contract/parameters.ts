// The parameters of a training, a row each. The request, options, settings file, page, stored runs, jobs, learners and docs follow from it.

/** What a value may be. */
export type Kind =
  | {
      readonly type: 'integer' | 'number'
      readonly minimum?: number
      readonly exclusiveMinimum?: number
      readonly maximum?: number
      readonly exclusiveMaximum?: number
    }
  /** Over 0 and under 1, or "none". */
  | { readonly type: 'share' }
  | { readonly type: 'boolean' }
  | { readonly type: 'choice'; readonly of: readonly string[] }
  | { readonly type: 'class weights' }

export interface ParameterRow {
  readonly kind: Kind
  /** What it is: in the request's description, the option's help, the tip of the page's field, and the docs. */
  readonly words: string
  /** What the docs say besides, as Markdown. */
  readonly more?: string
  /**
   * Where a run does not say. `is`: this, unless the model's file says otherwise; `some models` have one of their own, the others do not have
   * the parameter (null); `drawn` anew for each run.
   */
  readonly usual: { readonly is: number | boolean } | 'some models' | 'drawn'
  /** Who is told: the run's own process, each of its jobs, or the learner of a job, too. */
  readonly told: 'run' | 'job' | 'learner'
  /** Its field on the page; null where it has none in the grid. */
  readonly field: string | null
  /** What a run was trained with that was stored before the parameter came; null, or what is usual, where absent. */
  readonly before?: string | boolean
}

export const PARAMETERS = {
  epochs: {
    kind: { type: 'integer', minimum: 1, maximum: 10_000 },
    words: 'passes over the examples',
    usual: { is: 10 },
    told: 'job',
    // Stands beside the model.
    field: null,
  },
  batch_size: {
    kind: { type: 'integer', minimum: 1, maximum: 4096 },
    words: 'examples of an optimizer step',
    usual: 'some models',
    told: 'learner',
    field: 'Batch size',
  },
  learning_rate: {
    kind: { type: 'number', exclusiveMinimum: 0, maximum: 10 },
    words: 'its peak',
    usual: 'some models',
    told: 'learner',
    field: 'Learning rate',
  },
  schedule: {
    kind: { type: 'choice', of: ['cosine', 'linear', 'constant'] },
    words: 'how the learning rate falls after its peak',
    more: '`cosine` or `linear` down to 0, or `constant`',
    usual: 'some models',
    told: 'learner',
    field: 'Schedule',
    before: 'cosine',
  },
  warmup: {
    kind: { type: 'number', minimum: 0, exclusiveMaximum: 1 },
    words: 'share of the steps in which the learning rate rises to its peak',
    usual: 'some models',
    told: 'learner',
    field: 'Warm-up',
  },
  weight_decay: {
    kind: { type: 'number', minimum: 0, maximum: 100 },
    words: 'of AdamW, decoupled from the gradient',
    usual: 'some models',
    told: 'learner',
    field: 'Weight decay',
  },
  clip_norm: {
    kind: { type: 'number', exclusiveMinimum: 0, maximum: 1e6 },
    words: "largest L2 norm of a step's gradient",
    usual: 'some models',
    told: 'learner',
    field: 'Clip norm',
  },
  dropout: {
    kind: { type: 'number', minimum: 0, exclusiveMaximum: 1 },
    words: 'share of the units left out in training',
    usual: 'some models',
    told: 'learner',
    field: 'Dropout',
  },
  class_weights: {
    kind: { type: 'class weights' },
    words: 'what an example counts by its class: equal, balanced, or numbers as BUY=2,SELL=2,HOLD=1',
    more: 'in a request `{"BUY": 2, "SELL": 2, "HOLD": 1}` or `"balanced"`: n / (3 · n of the class)',
    usual: 'some models',
    told: 'job',
    field: 'Class weights',
  },
  holds_per_annotation: {
    kind: { type: 'number', minimum: 0.5, maximum: 100 },
    words: 'HOLD examples for each annotation',
    more: "half random, a quarter of the plain rule's false calls, the rest the model's own",
    usual: { is: 6 },
    told: 'job',
    field: 'HOLDs each',
  },
  augmentation: {
    kind: { type: 'boolean' },
    words: 'noise, volume and silenced timeframes; without it each example is shown as it is',
    more: 'the noise of prices is under half a tick',
    usual: 'some models',
    told: 'job',
    field: 'Augmentation',
    before: true,
  },
  pretraining: {
    kind: { type: 'boolean' },
    words: 'the stored market, which labels itself, teaches the encoder first',
    more: '[below](#pre-training)',
    usual: 'some models',
    told: 'job',
    field: 'Pre-training',
  },
  ridge: {
    kind: { type: 'number', exclusiveMinimum: 0, maximum: 1e6 },
    words: 'weight of the squared coefficients in least squares',
    usual: 'some models',
    told: 'job',
    field: 'Ridge',
  },
  views: {
    kind: { type: 'integer', minimum: 1, maximum: 1024 },
    words: 'views of each example in an epoch',
    more: '1 without augmentation',
    usual: 'some models',
    told: 'job',
    field: 'Views',
  },
  seed: {
    kind: { type: 'integer', minimum: 0, maximum: 4_294_967_295 },
    words: 'same seed, data, threads and platform give the same bytes',
    usual: 'drawn',
    told: 'job',
    field: 'Seed',
  },
  seeds: {
    kind: { type: 'integer', minimum: 1, maximum: 20 },
    words: 'validated with so many seeds, from `seed` upward; the checkpoint is of the first',
    more: '[evaluation.md](evaluation.md)',
    usual: { is: 1 },
    told: 'run',
    field: 'Seeds',
  },
  folds: {
    kind: { type: 'integer', minimum: 2, maximum: 1000 },
    words:
      'most models that share what is held out; with fewer of them than episodes each leaves several out',
    more: '5 in place of ten halves the time until a checkpoint is validated ([evaluation.md](evaluation.md#what-is-held-out))',
    usual: { is: 1000 },
    told: 'run',
    field: 'Folds',
  },
  early_stopping: {
    kind: { type: 'integer', minimum: 0, maximum: 10_000 },
    words: 'ends after so many epochs in which the training loss fell by less than 0.1 %; 0 never does',
    usual: { is: 0 },
    told: 'job',
    field: 'Early stop',
  },
  threads: {
    kind: { type: 'integer', minimum: 1, maximum: 64 },
    words: "of the checkpoint's own training",
    more: 'folds have one each and run beside each other',
    usual: { is: 1 },
    told: 'learner',
    field: 'Threads',
  },
  false_calls_per_hour: {
    kind: { type: 'number', exclusiveMinimum: 0 },
    words: 'most that the threshold of a call may cost, chosen out of fold',
    usual: { is: 1 },
    told: 'run',
    field: 'False calls/h',
  },
  false_call_price: {
    kind: { type: 'number', minimum: 0, maximum: 100 },
    words: 'what a false call costs, in hits: the threshold is where hits less that are most',
    more: '[evaluation.md](evaluation.md#calls)',
    usual: { is: 0.5 },
    told: 'run',
    field: 'Price of a false call',
  },
  unlike_share: {
    kind: { type: 'share' },
    words: 'abstains on seconds more unlike its training than this share of that training is; or none',
    more: '[oddness.md](oddness.md)',
    usual: { is: 0.0005 },
    told: 'run',
    field: 'Unlike share',
    before: 'none',
  },
  permutation_test: {
    kind: { type: 'boolean' },
    words: 'retrains on entries placed at random, 19 times: p beside the score; takes 20 times as long',
    usual: { is: false },
    told: 'run',
    field: 'Permutation',
  },
} as const satisfies Readonly<Record<string, ParameterRow>>

type Rows = typeof PARAMETERS
export type ParameterName = keyof Rows

/** In the order in which they are shown and stored. */
export const PARAMETER_NAMES = Object.keys(PARAMETERS) as readonly ParameterName[]

export function rowOf(name: ParameterName): ParameterRow {
  return PARAMETERS[name]
}

/** What a run was trained with that was stored before the parameter came; null is nothing. */
export function storedBefore({ before, usual }: ParameterRow): unknown {
  return before ?? (typeof usual === 'object' ? usual.is : null)
}

/** What the loss of an example counts, by its class. */
export type ClassWeights = 'balanced' | { BUY: number; SELL: number; HOLD: number }

/** All classes alike. */
export const EQUAL_CLASSES = { BUY: 1, SELL: 1, HOLD: 1 } as const satisfies ClassWeights

export type ValueOf<N extends ParameterName> = Rows[N]['kind'] extends { type: 'integer' | 'number' }
  ? number
  : Rows[N]['kind'] extends { type: 'share' }
    ? number | 'none'
    : Rows[N]['kind'] extends { type: 'boolean' }
      ? boolean
      : Rows[N]['kind'] extends { of: readonly (infer T)[] }
        ? T
        : ClassWeights

/** The names whose row has these properties. */
export type NamesWith<Properties> = {
  [N in ParameterName]: Rows[N] extends Properties ? N : never
}[ParameterName]

/** `batch_size` is `batchSize` in code, and among the options of the command line. */
export type CamelCase<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S

export function camelCase<S extends string>(name: S): CamelCase<S> {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) as CamelCase<S>
}

/** Values of parameters by their names in code; what is not said is absent. */
export type Settings<N extends ParameterName> = { readonly [P in N as CamelCase<P>]?: ValueOf<P> }

/** The settings that are told to those of `told`, each as `valueOf` has it; null and undefined are not said. */
export function settingsFor<T extends ParameterRow['told']>(
  told: readonly T[],
  valueOf: (name: NamesWith<{ told: T }>) => unknown,
): Settings<NamesWith<{ told: T }>> {
  const wanted: readonly string[] = told
  const isTold = (name: ParameterName): name is NamesWith<{ told: T }> => wanted.includes(rowOf(name).told)
  const names = PARAMETER_NAMES.filter(isTold)
  const given = names.map((name) => [camelCase(name), valueOf(name) ?? null] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== null)) as Settings<NamesWith<{ told: T }>>
}
