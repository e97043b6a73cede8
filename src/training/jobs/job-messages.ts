// What a run and the processes that do its jobs tell each other. Both are started by the run itself, from the same files.
import type { Job, JobResult } from '../learning/job.ts'
import type { EpochResult } from '../learning/job-training.ts'
import type { StateSource } from '../learning/views.ts'
import type { WorkKind } from './run-job.ts'
import type { Spent } from './spending.ts'

export type ToJobProcess =
  | {
      readonly kind: 'model'
      readonly modelsModule: string
      readonly model: string
      /** Where jobs are saved; nowhere where null. */
      readonly folder: string | null
    }
  | { readonly kind: 'source'; readonly source: StateSource }
  | { readonly kind: 'job'; readonly job: Job; readonly cores: number }
  /** Saves the job at the end of the piece it is at, answers `paused`, and does no more of it. */
  | { readonly kind: 'pause' }

export type FromJobProcess =
  | { readonly kind: 'resumed'; readonly epochs: readonly EpochResult[] }
  | { readonly kind: 'epoch'; readonly epoch: EpochResult }
  | { readonly kind: 'work'; readonly work: WorkKind; readonly amount: number; readonly ms: number }
  /** Of the job that is done, and of the process before it. */
  | { readonly kind: 'spent'; readonly spent: Spent }
  | { readonly kind: 'done'; readonly result: JobResult }
  | { readonly kind: 'paused' }
  | { readonly kind: 'failed'; readonly code: string | null; readonly message: string }

const FROM: readonly string[] = [
  'resumed',
  'epoch',
  'work',
  'spent',
  'done',
  'paused',
  'failed',
] satisfies readonly FromJobProcess['kind'][]
const TO: readonly string[] = ['model', 'source', 'job', 'pause'] satisfies readonly ToJobProcess['kind'][]

/** @throws TypeError when it is none of ours */
export function parseFromJobProcess(message: unknown): FromJobProcess {
  const kind = kindOf(message)
  if (FROM.includes(kind)) return message as FromJobProcess
  throw new TypeError(`unknown message of a training job: ${kind}`)
}

/** @throws TypeError when it is none of ours */
export function parseToJobProcess(message: unknown): ToJobProcess {
  const kind = kindOf(message)
  if (TO.includes(kind)) return message as ToJobProcess
  throw new TypeError(`unknown message to a training job: ${kind}`)
}

function kindOf(message: unknown): string {
  return typeof message === 'object' && message !== null && 'kind' in message
    ? String(message.kind)
    : 'of no kind'
}
