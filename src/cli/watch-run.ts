// A training run watched to its end: in this process, or by the running server of the workspace.
import { foundWords, simpleRuleWords } from '../contract/plain-result.ts'
import { shareDone } from '../contract/training-progress.ts'
import type { TrainingRunOut } from '../contract/training.ts'
import { AppError } from '../core/errors.ts'
import type { OpenWorkspace } from '../server/open-workspace.ts'
import { printJson, printLine, progress } from './output.ts'
import type { Remote } from './remote.ts'
import { printScores } from './print-validation.ts'
import { interrupted, type Verb } from './verb.ts'

const POLL_MS = 300

/** `begin` puts a run into the queue. One that is interrupted here is saved and can be resumed. */
export async function watchHere(
  { signal }: Verb,
  open: OpenWorkspace,
  begin: () => Promise<TrainingRunOut>,
): Promise<TrainingRunOut> {
  await open.training.recover()
  const shown = progress()
  const { id } = await begin()
  open.bus.on('training', (run) => {
    if (run.id === id) shown.show(progressOf(run))
  })
  await Promise.race([open.training.settled(), interrupted(signal)])
  shown.end()
  if (signal.aborted) await open.training.stop()
  return open.training.get(id)
}

/** The server goes on with it when this is interrupted, unless `owned`: then the run is cancelled with it. */
export async function watchThere(
  { signal }: Verb,
  server: Remote,
  begun: TrainingRunOut,
  owned: boolean,
): Promise<TrainingRunOut> {
  const shown = progress()
  const { id } = begun
  const stop = interrupted(signal)
  let run = begun
  while (run.status === 'QUEUED' || run.status === 'RUNNING') {
    if (signal.aborted && !owned) break
    if (signal.aborted) await server.cancelTrainingRun({ id })
    else await Promise.race([new Promise((resolve) => setTimeout(resolve, POLL_MS)), stop])
    run = await server.getTrainingRun({ id })
    shown.show(progressOf(run))
  }
  shown.end()
  return run
}

/** Prints how it ended; anything but COMPLETED is a failure of the verb. @throws AppError */
export function printEnd({ json }: Verb, run: TrainingRunOut): void {
  if (json) printJson(run)
  else printReport(run)
  if (run.status !== 'COMPLETED') throw notCompleted(run)
}

function progressOf(run: TrainingRunOut): string {
  const loss = run.loss === null ? '' : `  loss ${run.loss.toFixed(4)}`
  const left = run.seconds_left === null ? '' : `  ${Math.ceil(run.seconds_left)} s left`
  const done = shareDone(run)
  const part = done === null ? '' : `  ${Math.round(100 * done)} %`
  return `${run.status} ${run.phase}${part}${left}${loss}`
}

function printReport(run: TrainingRunOut): void {
  const { validation, validation_reason: reason } = run
  printLine(
    `${run.id} ${run.status} after ${run.duration_seconds.toFixed(1)} s, ${run.test_cases} test cases`,
  )
  if (run.pattern !== null) printLine(`  pattern ${run.pattern}`)
  if (run.loss !== null)
    printLine(`  training loss ${run.loss.toFixed(4)}${run.memorised ? ' (memorised)' : ''}`)
  if (run.stopped_early !== null)
    printLine(`  stopped after epoch ${run.stopped_early}: the training loss hardly fell any more`)
  if (run.accuracy !== null)
    printLine(
      `  training accuracy ${share(run.accuracy)}, always the most frequent class ${share(run.majority_floor)}, n ${run.examples}`,
    )
  if (validation !== null) {
    const rule = simpleRuleWords(validation)
    printLine(`  ${foundWords(validation)}${rule === null ? '' : `; ${rule}`}`)
    printLine(
      `  validation accuracy ${share(validation.accuracy)}, always the most frequent class ${share(validation.majority_floor)}, n ${validation.n}`,
    )
    printLine(
      `  calls out of fold: ${validation.hits} hits, ${validation.false_calls} false, ${validation.missed} missed`,
    )
    printScores(validation)
  } else if (reason !== null) printLine(`  no validation: ${reason}`)
  if (run.warm_start !== null) printWarmStart(run.warm_start)
  if (run.checkpoint !== null) printLine(`  checkpoint ${run.model} ${run.checkpoint}`)
  for (const { test_case_id, reason: why } of run.status === 'FAILED' ? run.left_out : [])
    printLine(`  left out ${test_case_id}: ${why}`)
  for (const warning of run.warnings) printLine(`  warning: ${warning}`)
}

function printWarmStart({
  checkpoint,
  old,
  new: fresh,
  missing,
}: NonNullable<TrainingRunOut['warm_start']>): void {
  for (const [name, figures] of [
    [`known to ${checkpoint}`, old],
    ['new', fresh],
  ] as const) {
    if (figures.test_cases === 0) continue
    printLine(
      `  ${figures.test_cases} cases ${name} (${figures.trained_on} trained on): loss ${share(figures.loss_before)} before, ${share(figures.loss_after)} after; accuracy ${share(figures.accuracy_before)} before, ${share(figures.accuracy_after)} after`,
    )
  }
  if (missing.length > 0) printLine(`  ${missing.length} cases of ${checkpoint} are gone or changed`)
}

function share(value: number | null): string {
  return value === null ? 'unknown' : value.toFixed(3)
}

function notCompleted({ id, status, error }: TrainingRunOut): AppError {
  if (status === 'INTERRUPTED' || status === 'PAUSED') {
    const message = `The run is ${status}. Go on with annotate runs resume ${id}.`
    return new AppError('run_ended', message)
  }
  if (error !== null) return new AppError(error.code, error.message)
  return new AppError('run_ended', `The run is ${status}.`)
}
