// What a run and the processes that do its jobs tell each other. Both are started by the run itself, from the same files.
import type { Job, JobResult } from './job.ts'
import type { EpochResult } from './job-training.ts'
import type { StateSource } from './views.ts'

export type ToJobProcess =
  | {
      readonly kind: 'source'
      readonly modelsModule: string
      readonly model: string
      readonly source: StateSource
    }
  | { readonly kind: 'job'; readonly job: Job }

export type FromJobProcess =
  | { readonly kind: 'epoch'; readonly number: number; readonly epoch: EpochResult }
  | { readonly kind: 'done'; readonly result: JobResult }
  | { readonly kind: 'failed'; readonly message: string }

/** @throws TypeError when it is none of ours */
export function parseFromJobProcess(message: unknown): FromJobProcess {
  const kind = kindOf(message)
  if (kind === 'epoch' || kind === 'done' || kind === 'failed') return message as FromJobProcess
  throw new TypeError(`unknown message of a training job: ${String(kind)}`)
}

/** @throws TypeError when it is none of ours */
export function parseToJobProcess(message: unknown): ToJobProcess {
  const kind = kindOf(message)
  if (kind === 'source' || kind === 'job') return message as ToJobProcess
  throw new TypeError(`unknown message to a training job: ${String(kind)}`)
}

function kindOf(message: unknown): unknown {
  return typeof message === 'object' && message !== null && 'kind' in message ? message.kind : undefined
}
