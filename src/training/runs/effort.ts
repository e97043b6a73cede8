// How much work an epoch is, by the way a model learns: what the time left is counted in.
import { isAgent, type ModelDefinition } from '../../models/model.ts'
import type { Job } from '../learning/job.ts'

export interface Effort {
  /** Work of an epoch (from 1) with so many false calls among its examples, in units that take as long in every job of the run. */
  epoch(job: Job, epoch: number, mined: number): number
  /**
   * What comes once in a job's first epoch, in openings of its learner: the network is made ready to predict, code is compiled. More
   * in a process that has just begun than in one that has done a job.
   */
  readonly firstUse: { readonly fresh: number; readonly warm: number }
  /** Trading a held-out second in the end, in scorings of one: until a job has been seen to. */
  readonly conclusion: number
}

/** A step on demonstrations alone against one with decisions, as measured of the DQN. */
const DEMONSTRATION_STEP = 0.75

/** The shares of `firstUse` were measured in processor time, ten annotations on the demo market. */
export function effortOf(model: ModelDefinition): Effort {
  if (!isAgent(model)) return { epoch: rowsOf, firstUse: { fresh: 0.9, warm: 0.3 }, conclusion: 0 }
  const { pretrainSteps, epochSteps } = model.agent.settings
  return {
    epoch: (_, epoch) => epochSteps + (epoch === 1 ? pretrainSteps * DEMONSTRATION_STEP : 0),
    firstUse: { fresh: 0.5, warm: 0.3 },
    conclusion: 0.6,
  }
}

function rowsOf({ examples, options }: Job, _: number, mined: number): number {
  return (examples.length + mined) * (options.views ?? 1)
}
