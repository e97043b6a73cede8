// `annotate export training-set`: what the models here learn from, as arrays for a network that is trained elsewhere.
import { resolve } from 'node:path'
import { Argument, type Command } from 'commander'
import { loadTrainingData } from '../../training/data/load-data.ts'
import { annotationFilter, FILTER_HELP } from '../annotation-filter.ts'
import { reading } from '../at-workspace.ts'
import { exportTo } from '../exports/export-to.ts'
import { wholeNumber } from '../numbers.ts'
import { printJson, printLine } from '../output.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface SetFlags extends CommonOptions {
  seed: number
  annotations?: string
}

export function trainingSetVerb(): Command {
  return verb('training-set', 'Write the training examples, HOLDs included, as NumPy arrays')
    .addArgument(new Argument('<file>', 'a .npz file'))
    .option('--annotations <filter>', FILTER_HELP)
    .option('--seed <n>', 'HOLDs are drawn with it', wholeNumber, 1)
    .action(async (file: string, flags: SetFlags) => runVerb(flags, (run) => exportSet(run, file, flags)))
}

async function exportSet(run: Verb, file: string, flags: SetFlags): Promise<void> {
  await reading(run, async (open) => {
    const sources = { ...open, folder: run.workspace.testCases }
    const chosen = flags.annotations === undefined ? null : annotationFilter(flags.annotations)
    const ids = chosen === null ? null : (await open.annotations.list(chosen)).map(({ id }) => id)
    const data = await loadTrainingData(sources, ids === null ? {} : { annotation_ids: ids })
    const one = { what: 'training-set', seed: flags.seed, data } as const
    const { rows } = await exportTo(run, open, one, resolve(file))
    if (run.json)
      printJson({ path: resolve(file), rows, test_cases: data.cases.length, left_out: data.leftOut })
    else
      printLine(`${rows} rows of ${data.cases.length} test cases and their HOLDs written to ${resolve(file)}`)
  })
}
