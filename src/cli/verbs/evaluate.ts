// `annotate evaluate`: what a training run's held-out seconds said of its model, beside the floors.
import { type Command } from 'commander'
import type { TrainingRunOut } from '../../contract/training.ts'
import { systemClock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import { openWorkspace } from '../../server/open-workspace.ts'
import { printJson, printLine } from '../output.ts'
import { printValidation } from '../print-validation.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface EvaluateFlags extends CommonOptions {
  readonly run?: string
  readonly model?: string
  readonly checkpoint?: string
}

export function evaluateVerb(description: string): Command {
  return verb('evaluate', description)
    .option('--run <id>', 'a training run; the newest completed one where nothing is said')
    .option('--model <id>', 'the newest completed run of this model')
    .option('--checkpoint <version>', 'with --model: the run that made this checkpoint')
    .addHelpText('after', '\nWhat each figure means: docs/evaluation.md.')
    .action(async (flags: EvaluateFlags) => runVerb(flags, (run) => evaluate(run, flags)))
}

async function evaluate({ workspace, json }: Verb, flags: EvaluateFlags): Promise<void> {
  // Reading needs no lock; a server writes beside it.
  const open = openWorkspace({ workspace, clock: systemClock })
  try {
    const run =
      flags.run === undefined ? found(await open.training.list(), flags) : await open.training.get(flags.run)
    if (json)
      printJson({ id: run.id, model: run.model, checkpoint: run.checkpoint, validation: run.validation })
    else printReport(run)
  } finally {
    open.close()
  }
}

/** @param runs newest first */
function found(runs: readonly TrainingRunOut[], { model, checkpoint }: EvaluateFlags): TrainingRunOut {
  const fitting = runs.find(
    (run) =>
      run.status === 'COMPLETED' &&
      (model === undefined || run.model === model) &&
      (checkpoint === undefined || run.checkpoint === checkpoint),
  )
  if (fitting !== undefined) return fitting
  const of = [model, checkpoint].filter((part) => part !== undefined).join(' ')
  throw new AppError(
    'unknown_run',
    `No completed training run${of === '' ? '' : ` of ${of}`} is known here. annotate runs list shows those there are; annotate train makes one.`,
    { status: 404 },
  )
}

function printReport(run: TrainingRunOut): void {
  printLine(`${run.model} ${run.checkpoint ?? ''}, run ${run.id}, seed ${run.parameters.seed}`)
  if (run.validation === null) printLine(`No validation: ${run.validation_reason ?? run.status}`)
  else printValidation(run.validation)
}
