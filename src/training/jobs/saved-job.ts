// Does a job so that it can be paused, killed and gone on with: saved every few seconds, its result kept.
import type { ModelDefinition } from '../../models/model.ts'
import { JobFiles } from './job-files.ts'
import type { Job, JobResult } from '../learning/job.ts'
import type { EpochResult } from '../learning/job-training.ts'
import { Paused } from './paused.ts'
import type { Spending } from './spending.ts'
import type { StateSource } from '../learning/views.ts'
import { runJob, type JobHooks, type SavedJob, type WorkMeter } from './run-job.ts'

/** A job is saved so often … */
const SAVE_EVERY_MS = 3_000
/** … or less often, where saving would take more than this share of the time. */
const SAVE_SHARE = 0.05

export interface SavedJobHooks {
  onEpoch(epoch: EpochResult): void
  /** The job goes on after these epochs, which may be all of them. */
  onResumed(epochs: readonly EpochResult[]): void
  readonly meter: WorkMeter
  readonly spending?: Spending
  /** That the job has to itself; 1 where absent. */
  readonly cores?: number
  /** Once aborted, the job is saved at the end of its piece and ends. */
  readonly pause: AbortSignal
}

/**
 * @param folder the run's own, where jobs are saved; nowhere where null
 * @throws Paused when `pause` is aborted before the job is done
 */
export async function runSavedJob(
  model: ModelDefinition,
  source: StateSource,
  job: Job,
  folder: string | null,
  hooks: SavedJobHooks,
): Promise<JobResult> {
  const files = folder === null ? null : new JobFiles(folder)
  const known = (await files?.result(job)) ?? null
  if (known !== null) {
    hooks.onResumed(known.epochs)
    return known
  }
  if (hooks.pause.aborted) throw new Paused()
  const resume = (await files?.saved(job)) ?? null
  if (resume !== null) hooks.onResumed(resume.epochs)
  const result = await runJob(model, source, job, {
    onEpoch: (epoch) => hooks.onEpoch(epoch),
    meter: hooks.meter,
    ...(hooks.spending === undefined ? {} : { spending: hooks.spending }),
    ...(hooks.cores === undefined ? {} : { cores: hooks.cores }),
    ...(resume === null ? {} : { resume }),
    onPiece: saver(files, job, hooks),
  })
  await files?.finish(job, result)
  return result
}

function saver(files: JobFiles | null, job: Job, hooks: SavedJobHooks): NonNullable<JobHooks['onPiece']> {
  const { stopwatch } = hooks.meter
  let savedAt = stopwatch()
  let pause = SAVE_EVERY_MS
  return async (save: () => SavedJob) => {
    const began = stopwatch()
    const isDue = hooks.pause.aborted || began - savedAt >= pause
    if (files !== null && isDue) {
      await files.save(job, save())
      savedAt = stopwatch()
      pause = Math.max(SAVE_EVERY_MS, (savedAt - began) / SAVE_SHARE)
    }
    if (hooks.pause.aborted) throw new Paused()
  }
}
