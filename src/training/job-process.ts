// The process that does training jobs, one after the other; it ends with the run that started it.
import { messageOf } from '../core/errors.ts'
import { runJob, type Job } from './job.ts'
import { parseToJobProcess, type FromJobProcess, type ToJobProcess } from './job-messages.ts'
import { loadModel } from './load-model.ts'
import type { ModelDefinition } from '../models/model.ts'
import type { StateSource } from './views.ts'

let known: { model: ModelDefinition; source: StateSource } | null = null
let queue: Promise<void> = Promise.resolve()

process.on('disconnect', () => process.exit(1))
process.on('message', (raw) => {
  queue = queue
    .then(async () => answer(parseToJobProcess(raw)))
    .catch((error: unknown) => {
      tell({ kind: 'failed', message: messageOf(error) })
    })
})

async function answer(message: ToJobProcess): Promise<void> {
  if (message.kind === 'source') {
    known = { model: await loadModel(message.modelsModule, message.model), source: message.source }
  } else tell({ kind: 'done', result: await train(message.job) })
}

async function train(job: Job) {
  if (known === null) throw new Error('a job came before what it is trained on')
  return runJob(known.model, known.source, job, {
    onEpoch: (epoch) => tell({ kind: 'epoch', number: job.number, epoch }),
  })
}

function tell(message: FromJobProcess): void {
  process.send?.(message)
}
