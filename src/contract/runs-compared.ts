// Runs side by side: what they were told, what they came to, and how their data differ.
import Type, { type Static } from 'typebox'
import { Nullable } from './shapes.ts'
import { EpochMetrics, RunStatus } from './training.ts'

const Setting = Type.Unknown()

/** One line of a table: a value for each run, in the order of `runs`. */
export const ComparedSetting = Type.Object({
  name: Type.String(),
  values: Type.Array(Setting),
  differs: Type.Boolean(),
})
export type ComparedSetting = Static<typeof ComparedSetting>

export const ComparedMetric = Type.Object({
  /** `loss`, `accuracy`, `validation.f1`, … */
  name: Type.String(),
  /** Null where the run has no such figure. */
  values: Type.Array(Nullable(Type.Number())),
})
export type ComparedMetric = Static<typeof ComparedMetric>

/** Test cases of a run against those of the first, by the hash of their files. */
export const DataDifference = Type.Object({
  run: Type.String(),
  /** In this run and not in the first. */
  added: Type.Array(Type.String()),
  /** In the first and not in this run. */
  removed: Type.Array(Type.String()),
  /** In both, with another content. */
  changed: Type.Array(Type.String()),
  same: Type.Integer(),
})
export type DataDifference = Static<typeof DataDifference>

export const ComparedRun = Type.Object({
  id: Type.String(),
  model: Type.String(),
  status: RunStatus,
  checkpoint: Nullable(Type.String()),
  created_at: Type.String(),
  epochs: Type.Array(EpochMetrics),
  test_cases: Type.Integer(),
  /** HOLD examples; null before the run is over. */
  holds: Nullable(Type.Integer()),
})
export type ComparedRun = Static<typeof ComparedRun>

export const RunsCompared = Type.Object({
  runs: Type.Array(ComparedRun),
  parameters: Type.Array(ComparedSetting),
  metrics: Type.Array(ComparedMetric),
  /** One for each run after the first. Null where a result with its data is missing: the run is not completed. */
  data: Type.Array(Nullable(DataDifference)),
})
export type RunsCompared = Static<typeof RunsCompared>

export const CompareQuery = Type.Object(
  {
    ids: Type.String({
      minLength: 1,
      description: 'two to eight run ids joined by commas; the others are compared with the first',
    }),
  },
  { additionalProperties: false },
)
