// `annotate evaluate`: what a training run's held-out seconds said of its model, beside the floors.
import { Option, type Command } from 'commander'
import type { TrainingRunOut } from '../../contract/training.ts'
import { AppError } from '../../core/errors.ts'
import { reading } from '../at-workspace.ts'
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
    .addOption(
      new Option('--run <id>', 'a training run; the newest completed one where nothing is said').conflicts([
        'model',
        'checkpoint',
      ]),
    )
    .option('--model <id>', 'the newest completed run of this model')
    .option('--checkpoint <version>', 'with --model: the run that made this checkpoint')
    .addHelpText('after', '\nWhat each figure means: docs/evaluation.md.')
    .action(async (flags: EvaluateFlags) => runVerb(flags, (run) => evaluate(run, flags)))
}

async function evaluate(run: Verb, flags: EvaluateFlags): Promise<void> {
  requireModel(flags)
  await reading(run, async (open) => {
    const found =
      flags.run === undefined
        ? fitting(await open.training.list(), flags)
        : await open.training.get(flags.run)
    const { id, model, checkpoint, validation } = found
    if (run.json) printJson({ id, model, checkpoint, validation })
    else printReport(found)
  })
}

/** Each model counts its checkpoints by itself. @throws AppError `invalid_request` */
function requireModel({ model, checkpoint }: EvaluateFlags): void {
  if (checkpoint === undefined || model !== undefined) return
  throw new AppError(
    'invalid_request',
    `--checkpoint ${checkpoint} needs --model, such as --model cnn: each model has a checkpoint of that number.`,
    { field: 'model' },
  )
}

/** @param runs newest first */
function fitting(runs: readonly TrainingRunOut[], { model, checkpoint }: EvaluateFlags): TrainingRunOut {
  const newest = runs.find(
    (run) =>
      run.status === 'COMPLETED' &&
      (model === undefined || run.model === model) &&
      (checkpoint === undefined || run.checkpoint === checkpoint),
  )
  if (newest !== undefined) return newest
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
