// `annotate train`: one training run, watched to its end; by the running server of the workspace where there is one.
import { type Command } from 'commander'
import type { TrainingRunOut } from '../../contract/training.ts'
import type { TrainingBody } from '../../contract/training-parameters.ts'
import { systemClock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import { openWorkspace, type OpenWorkspace } from '../../server/open-workspace.ts'
import { lockWorkspace } from '../../server/workspace-lock.ts'
import { annotationFilter, FILTER_HELP } from '../annotation-filter.ts'
import { wholeNumber } from '../numbers.ts'
import { printJson, printLine, progress } from '../output.ts'
import { remoteOf, type Remote } from '../remote.ts'
import { interrupted, runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface TrainFlags extends CommonOptions {
  model: string
  epochs?: number
  seed?: number
  views?: number
  annotations?: string
}

const POLL_MS = 300

export function trainVerb(description: string): Command {
  return verb('train', description)
    .requiredOption('--model <id>', 'such as cnn')
    .option('--epochs <n>', 'passes over the examples (default: 10)', wholeNumber)
    .option('--seed <n>', 'same seed, data and threads give the same checkpoint', wholeNumber)
    .option('--views <n>', 'augmented views of each example in an epoch', wholeNumber)
    .option('--annotations <filter>', FILTER_HELP)
    .action(async (flags: TrainFlags) => runVerb(flags, (run) => train(run, flags)))
}

async function train(run: Verb, flags: TrainFlags): Promise<void> {
  const server = remoteOf(run.workspace)
  const ended = server === null ? await trainHere(run, flags) : await trainThere(run, flags, server)
  if (run.json) printJson(ended)
  else tell(ended)
  if (ended.status !== 'COMPLETED') throw notCompleted(ended)
}

async function trainHere(run: Verb, flags: TrainFlags): Promise<TrainingRunOut> {
  const lock = lockWorkspace(run.workspace)
  try {
    const open = openWorkspace({ workspace: run.workspace, clock: systemClock })
    try {
      return await watchHere(run, open, await bodyOf(open, flags))
    } finally {
      await open.training.stop()
      open.close()
    }
  } finally {
    lock.release()
  }
}

async function watchHere({ signal }: Verb, open: OpenWorkspace, body: TrainingBody): Promise<TrainingRunOut> {
  await open.training.recover()
  const shown = progress()
  const { id } = await open.training.start(body)
  open.bus.on('training', (run) => {
    if (run.id === id) shown.show(progressOf(run))
  })
  await Promise.race([open.training.settled(), interrupted(signal)])
  shown.end()
  return signal.aborted ? open.training.cancel(id) : open.training.get(id)
}

async function trainThere(
  { workspace, signal }: Verb,
  flags: TrainFlags,
  server: Remote,
): Promise<TrainingRunOut> {
  const open = openWorkspace({ workspace, clock: systemClock })
  const body = await bodyOf(open, flags).finally(() => open.close())
  const shown = progress()
  let run = await server.post<TrainingRunOut>('/api/training-runs', body)
  const path = `/api/training-runs/${run.id}`
  const stop = interrupted(signal)
  while (run.status === 'QUEUED' || run.status === 'RUNNING') {
    if (signal.aborted) await server.post(`${path}/cancel`)
    else await Promise.race([new Promise((resolve) => setTimeout(resolve, POLL_MS)), stop])
    run = await server.get<TrainingRunOut>(path)
    shown.show(progressOf(run))
  }
  shown.end()
  return run
}

async function bodyOf(
  open: OpenWorkspace,
  { model, epochs, seed, views, annotations }: TrainFlags,
): Promise<TrainingBody> {
  return {
    model,
    ...(epochs === undefined ? {} : { epochs }),
    ...(seed === undefined ? {} : { seed }),
    ...(views === undefined ? {} : { views }),
    ...(annotations === undefined ? {} : { annotation_ids: await selected(open, annotations) }),
  }
}

async function selected(open: OpenWorkspace, filter: string): Promise<string[]> {
  const ids = (await open.annotations.list(annotationFilter(filter))).map(({ id }) => id)
  if (ids.length > 0) return ids
  throw new AppError(
    'no_test_cases',
    `No annotation matches "${filter}": annotate annotate list shows what there is.`,
  )
}

function progressOf(run: TrainingRunOut): string {
  const loss = run.loss === null ? '' : `  loss ${run.loss.toFixed(4)}`
  const left = run.seconds_left === null ? '' : `  ${Math.ceil(run.seconds_left)} s left`
  return `${run.status} ${run.phase}  epoch ${run.current_epoch} of ${run.total_epochs}${loss}${left}`
}

function tell(run: TrainingRunOut): void {
  const { validation, validation_reason: reason } = run
  printLine(
    `${run.id} ${run.status} after ${run.duration_seconds.toFixed(1)} s, ${run.test_cases} test cases`,
  )
  if (run.loss !== null)
    printLine(`  training loss ${run.loss.toFixed(4)}${run.memorised ? ' (memorised)' : ''}`)
  if (run.accuracy !== null)
    printLine(
      `  training accuracy ${share(run.accuracy)}, always the most frequent class ${share(run.majority_floor)}, n ${run.examples}`,
    )
  if (validation !== null) {
    printLine(
      `  validation accuracy ${share(validation.accuracy)}, always the most frequent class ${share(validation.majority_floor)}, n ${validation.n}`,
    )
    printLine(
      `  calls out of fold: ${validation.hits} hits, ${validation.false_calls} false, ${validation.missed} missed`,
    )
  } else if (reason !== null) printLine(`  no validation: ${reason}`)
  if (run.checkpoint !== null) printLine(`  checkpoint ${run.model} ${run.checkpoint}`)
  for (const warning of run.warnings) printLine(`  warning: ${warning}`)
}

function share(value: number | null): string {
  return value === null ? 'unknown' : value.toFixed(3)
}

function notCompleted({ status, error }: TrainingRunOut): AppError {
  if (error !== null) return new AppError(error.code, error.message)
  return new AppError('run_ended', `The run is ${status}.`)
}
