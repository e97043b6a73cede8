// Does a run's jobs one after the other in this process: for scripts that use the cores otherwise, and for tests.
import type { ModelDefinition } from '../../models/model.ts'
import { runJob, type JobHooks } from './run-job.ts'
import type { EpochResult } from '../learning/job-training.ts'
import type { RunJobs } from './run-jobs.ts'

/** @param given ends them, and what they share with others */
export function localJobs(model: ModelDefinition, given: Pick<JobHooks, 'signal' | 'known'> = {}): RunJobs {
  return async (source, jobs, events) => {
    const results = []
    for (const job of jobs) {
      const onEpoch = (epoch: EpochResult) => events.onEpoch(job, epoch)
      const result = await runJob(model, source, job, { ...given, onEpoch })
      results.push(result)
      events.onDone(job, result)
    }
    return results
  }
}
