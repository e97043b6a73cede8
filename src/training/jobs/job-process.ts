// The process that does training jobs, one after the other; it ends with the run that started it.
import { AppError, messageOf } from '../../core/errors.ts'
import { parseToJobProcess, type FromJobProcess, type ToJobProcess } from './job-messages.ts'
import type { Job } from '../learning/job.ts'
import { loadModel } from './load-model.ts'
import { Paused } from './paused.ts'
import { runSavedJob } from './saved-job.ts'
import { processorOf, Spending } from './spending.ts'
import type { ModelDefinition } from '../../models/model.ts'
import type { StateSource } from '../learning/views.ts'

let known: { model: ModelDefinition; folder: string | null } | null = null
let source: StateSource | null = null
let queue: Promise<void> = Promise.resolve()
const pause = new AbortController()
const spending = new Spending(processorOf(process))

// Not by `exit`, which aborts where a thread computes.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
process.on('message', (raw) => {
  const message = parseToJobProcess(raw)
  if (message.kind === 'pause') return pause.abort()
  queue = queue.then(async () => answer(message)).catch(sendFailure)
})

async function answer(message: Exclude<ToJobProcess, { kind: 'pause' }>): Promise<void> {
  if (message.kind === 'model') {
    const { modelsModule, model, folder } = message
    known = { model: await loadModel(modelsModule, model), folder }
  } else if (message.kind === 'source') source = message.source
  else {
    const result = await train(message.job, message.cores)
    send({ kind: 'spent', spent: spending.take() })
    send({ kind: 'done', result })
  }
}

async function train(job: Job, cores: number) {
  if (known === null || source === null) throw new Error('a job came before what it is trained on')
  return runSavedJob(known.model, source, job, known.folder, {
    onEpoch: (epoch) => send({ kind: 'epoch', epoch }),
    onResumed: (epochs) => send({ kind: 'resumed', epochs }),
    meter: {
      stopwatch: () => performance.now(),
      tell: (work, amount, ms) => send({ kind: 'work', work, amount, ms }),
    },
    spending,
    cores,
    pause: pause.signal,
  })
}

function sendFailure(error: unknown): void {
  if (error instanceof Paused) return send({ kind: 'paused' })
  const code = error instanceof AppError ? error.code : null
  send({ kind: 'failed', code, message: messageOf(error) })
}

function send(message: FromJobProcess): void {
  process.send?.(message)
}
