// `annotate train`: one training run, watched to its end; by the running server of the workspace where there is one.
import { type Command } from 'commander'
import type { TrainingBody } from '../../contract/training-parameters.ts'
import { AppError } from '../../core/errors.ts'
import type { OpenWorkspace } from '../../server/open-workspace.ts'
import { annotationFilter, FILTER_HELP } from '../annotation-filter.ts'
import { alone, reading } from '../at-workspace.ts'
import { remoteOf } from '../remote.ts'
import { trainingBody, withTrainingFlags, type TrainingFlags } from '../training-flags.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'
import { printEnd, watchHere, watchThere } from '../watch-run.ts'

interface TrainFlags extends CommonOptions, TrainingFlags {
  readonly annotations?: string
}

export function trainVerb(description: string): Command {
  return withTrainingFlags(verb('train', description))
    .option('--annotations <filter>', FILTER_HELP)
    .addHelpText('after', '\nWhat is not said is the default of the model: GET /api/models shows it.')
    .action(async (flags: TrainFlags) => runVerb(flags, (run) => train(run, flags)))
}

async function train(run: Verb, flags: TrainFlags): Promise<void> {
  // What is said wrongly is told before anything is opened.
  await trainingBody(flags)
  const server = remoteOf(run.workspace)
  if (server === null) {
    const ended = await alone(run, async (open) => {
      const body = await bodyOf(open, flags)
      return watchHere(run, open, () => open.training.start(body))
    })
    return printEnd(run, ended)
  }
  const body = await reading(run, (open) => bodyOf(open, flags))
  const begun = await server.startTrainingRun({ body })
  printEnd(run, await watchThere(run, server, begun, true))
}

async function bodyOf(open: OpenWorkspace, flags: TrainFlags): Promise<TrainingBody> {
  const { annotations: filter } = flags
  return trainingBody(flags, filter === undefined ? {} : { annotation_ids: await selected(open, filter) })
}

async function selected(open: OpenWorkspace, filter: string): Promise<string[]> {
  const ids = (await open.annotations.list(annotationFilter(filter))).map(({ id }) => id)
  if (ids.length > 0) return ids
  throw new AppError(
    'no_test_cases',
    `No annotation matches "${filter}": annotate annotate list shows what there is.`,
  )
}
