// Does a run's jobs one after the other in this process: for scripts that use the cores otherwise, and for tests.
import type { ModelDefinition } from '../../models/model.ts'
import { runJob } from './run-job.ts'
import type { EpochResult } from '../learning/job-training.ts'
import type { RunJobs } from './run-jobs.ts'

export function localJobs(model: ModelDefinition, signal?: AbortSignal): RunJobs {
  return async (source, jobs, events) => {
    const results = []
    for (const job of jobs) {
      const hooks = { onEpoch: (epoch: EpochResult) => events.onEpoch(job, epoch) }
      const result = await runJob(model, source, job, signal === undefined ? hooks : { ...hooks, signal })
      results.push(result)
      events.onDone(job, result)
    }
    return results
  }
}
