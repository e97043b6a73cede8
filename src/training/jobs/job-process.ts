// The process that does training jobs, one after the other; it ends with the run that started it.
import { AppError, messageOf } from '../../core/errors.ts'
import { parseToJobProcess, type FromJobProcess, type ToJobProcess } from './job-messages.ts'
import type { Job } from '../learning/job.ts'
import { loadModel } from './load-model.ts'
import { Paused } from './paused.ts'
import { runSavedJob } from './saved-job.ts'
import type { ModelDefinition } from '../../models/model.ts'
import type { StateSource } from '../learning/views.ts'

let known: { model: ModelDefinition; source: StateSource; folder: string | null } | null = null
let queue: Promise<void> = Promise.resolve()
const pause = new AbortController()

process.on('disconnect', () => process.exit(1))
process.on('message', (raw) => {
  const message = parseToJobProcess(raw)
  if (message.kind === 'pause') return pause.abort()
  queue = queue.then(async () => answer(message)).catch(tellFailure)
})

async function answer(message: Exclude<ToJobProcess, { kind: 'pause' }>): Promise<void> {
  if (message.kind === 'job') return tell({ kind: 'done', result: await train(message.job) })
  const { modelsModule, model, source, folder } = message
  known = { model: await loadModel(modelsModule, model), source, folder }
}

async function train(job: Job) {
  if (known === null) throw new Error('a job came before what it is trained on')
  return runSavedJob(known.model, known.source, job, known.folder, {
    onEpoch: (epoch) => tell({ kind: 'epoch', epoch }),
    onResumed: (epochs) => tell({ kind: 'resumed', epochs }),
    meter: {
      stopwatch: () => performance.now(),
      tell: (work, amount, ms) => tell({ kind: 'work', work, amount, ms }),
    },
    pause: pause.signal,
  })
}

function tellFailure(error: unknown): void {
  if (error instanceof Paused) return tell({ kind: 'paused' })
  const code = error instanceof AppError ? error.code : null
  tell({ kind: 'failed', code, message: messageOf(error) })
}

function tell(message: FromJobProcess): void {
  process.send?.(message)
}
