// Two checkpoints of a model side by side: the gate's own comparison, their data and their parameters.
import Type, { type Static } from 'typebox'
import { GateReport } from './promotions.ts'
import { ComparedSetting, DataDifference } from './runs-compared.ts'

export const CompareCheckpointsQuery = Type.Object(
  {
    candidate: Type.String({ description: 'a version, champion or challenger' }),
    against: Type.Optional(
      Type.String({ description: 'what it is held against; the promoted one by default' }),
    ),
  },
  { additionalProperties: false },
)
export type CompareCheckpointsQuery = Static<typeof CompareCheckpointsQuery>

export const CheckpointsCompared = Type.Object({
  /** Paired by episode, on what both held out; `promoted` in it is what the candidate is held against. */
  report: GateReport,
  /** The report in a sentence. */
  words: Type.String(),
  /** Test cases of the candidate against those of the other, by the hash of their files. */
  data: Type.Omit(DataDifference, ['run']),
  /** What each was trained with: values of the candidate and of the other. */
  parameters: Type.Array(ComparedSetting),
})
export type CheckpointsCompared = Static<typeof CheckpointsCompared>
