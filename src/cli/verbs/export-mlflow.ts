// `annotate export mlflow`: a training run for MLflow's own tools.
import { join } from 'node:path'
import type { Command } from 'commander'
import { exportMlflow } from '../../training/runs/mlflow.ts'
import { reading } from '../at-workspace.ts'
import { printJson, printLine } from '../output.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface MlflowFlags extends CommonOptions {
  run: string
  out: string
}

export function exportMlflowVerb(): Command {
  return verb('mlflow', "Write a training run in MLflow's file layout: mlruns/<experiment>/<run>/")
    .requiredOption('--run <id>', 'of a training run: annotate runs list')
    .option('--out <dir>', 'the folder that gets mlruns', '.')
    .action(async (flags: MlflowFlags) => runVerb(flags, (run) => write(run, flags)))
}

async function write(run: Verb, flags: MlflowFlags): Promise<void> {
  const { workspace, json } = run
  await reading(run, async (open) => {
    const trained = await open.training.get(flags.run)
    const written = await exportMlflow(trained, {
      out: flags.out,
      result: join(workspace.trainingResults, `${trained.id}.json`),
      checkpoint:
        trained.checkpoint === null ? null : join(workspace.checkpoints, trained.model, trained.checkpoint),
    })
    if (json) return printJson(written)
    printLine(
      `run ${trained.id} written to ${written.path}; show it with: MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri ${flags.out}/mlruns`,
    )
  })
}
