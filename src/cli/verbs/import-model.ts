// `annotate import model`: a user's own ONNX file as a checkpoint of the model `custom`.
import { Argument, type Command } from 'commander'
import { AppError, messageOf } from '../../core/errors.ts'
import { readGivenFile } from '../../core/given-file.ts'
import { Checkpoints } from '../../orchestrator/checkpoints.ts'
import { CUSTOM } from '../../orchestrator/custom/custom.ts'
import { importModel } from '../../orchestrator/custom/import-model.ts'
import { inOneFile } from '../../orchestrator/custom/own-weights.ts'
import { share } from '../numbers.ts'
import { printJson, printLine } from '../output.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface ModelFlags extends CommonOptions {
  on?: number
}

export function modelVerb(): Command {
  return verb('model', 'Import your own model: an ONNX file with the inputs and the output of the interface')
    .addArgument(new Argument('<file>', 'ONNX; docs/recipes/bring-your-own-model.md says how to export one'))
    .option('--on <share>', 'probability of BUY or SELL from which a call opens, 0 to 1 (default 0.5)', share)
    .action(async (file: string, flags: ModelFlags) => runVerb(flags, (run) => model(run, file, flags)))
}

/** Safe beside a running server, whose page then lists it. */
async function model({ workspace, json }: Verb, path: string, { on }: ModelFlags): Promise<void> {
  const onnx = await readGivenFile(path).catch((error: unknown) => {
    if (error instanceof AppError) throw error
    const message = `${path} cannot be read (${messageOf(error)}). Give the path of an ONNX file.`
    throw new AppError('file_not_found', message, { status: 404, cause: error })
  })
  const checkpoint = await importModel({
    checkpoints: new Checkpoints(workspace.checkpoints),
    file: path,
    onnx: await inOneFile(path, onnx),
    ...(on === undefined ? {} : { on }),
  })
  if (json) printJson({ model: CUSTOM, checkpoint })
  else
    printLine(
      `${path} is checkpoint ${checkpoint} of ${CUSTOM}. Run it with: annotate infer --model ${CUSTOM} --checkpoint ${checkpoint}`,
    )
}
