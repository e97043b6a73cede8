// `annotate models`: models and their checkpoints listed, promoted, rolled back, and what went live when; by the running server where there is
// one.
import { Argument, Option, type Command } from 'commander'
import type { ModelHistoryOut } from '../../contract/promotions.ts'
import type { ModelOut } from '../../contract/training.ts'
import { parseInstant } from '../../core/time.ts'
import { either, reading } from '../at-workspace.ts'
import { countTo } from '../numbers.ts'
import { printJson, printLine, printTable } from '../output.ts'
import { group, runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'
import { checkpointVerbs } from './models-checkpoints.ts'
import { forwardVerb } from './models-forward.ts'

interface PromoteFlags extends CommonOptions {
  reason?: string
  calls?: number
  days?: number
}

interface HistoryFlags extends CommonOptions {
  at?: string
}

export function modelsVerb(description: string): Command {
  const models = group('models', description)
    .addCommand(
      verb('list', 'Models and their checkpoints').action(async (flags: CommonOptions) =>
        runVerb(flags, list),
      ),
    )
    .addCommand(
      ofOne('promote', 'Set which checkpoint goes live: a better one, or any with --reason')
        .addArgument(new Argument('<checkpoint>', 'such as 0002, or challenger'))
        .addOption(new Option('--reason <words>', 'why it goes live though it is not known to be better'))
        .addOption(
          new Option('--calls <n>', 'calls that its forward record needs; 30 by default').argParser(
            countTo(1000),
          ),
        )
        .addOption(
          new Option('--days <n>', 'different days that these need; 10 by default').argParser(countTo(366)),
        )
        .action(async (model: string, checkpoint: string, flags: PromoteFlags) =>
          runVerb(flags, (run) => promote(run, model, checkpoint, flags)),
        ),
    )
    .addCommand(
      ofOne('rollback', 'Go back to the checkpoint that was promoted before').action(
        async (model: string, flags: CommonOptions) => runVerb(flags, (run) => rollBack(run, model)),
      ),
    )
    .addCommand(
      ofOne('history', 'What went live, from when to when and why, newest first')
        .addOption(new Option('--at <instant>', 'only what was live then, such as 2024-08-09T00:00:05Z'))
        .action(async (model: string, flags: HistoryFlags) =>
          runVerb(flags, (run) => history(run, model, flags.at)),
        ),
    )
  models.addCommand(forwardVerb())
  for (const each of checkpointVerbs()) models.addCommand(each)
  return models
}

function ofOne(name: string, description: string): Command {
  return verb(name, description).addArgument(new Argument('<model>', 'such as cnn'))
}

async function list(run: Verb): Promise<void> {
  const models = await reading(run, (open) => open.orchestrator.models())
  if (run.json) return printJson({ models })
  const rows = models.flatMap(({ id, checkpoints }) =>
    checkpoints.map((each) => [
      id,
      each.version,
      each.aliases.join(', '),
      each.symbol ?? '',
      String(each.test_cases),
      each.figures?.f1?.toFixed(2) ?? '',
      each.validation_accuracy?.toFixed(2) ?? '',
      each.created_at ?? '',
      each.broken ?? each.note ?? '',
    ]),
  )
  printTable(['model', 'checkpoint', '', 'symbol', 'cases', 'F1', 'accuracy', 'made', ''], rows)
}

async function promote(run: Verb, id: string, checkpoint: string, flags: PromoteFlags): Promise<void> {
  const { reason, calls, days } = flags
  const needed = {
    ...(calls === undefined ? {} : { calls }),
    ...(days === undefined ? {} : { days }),
  }
  const body = { checkpoint, needed, ...(reason === undefined ? {} : { reason }) }
  const model = await either(run, {
    remote: (server) => server.promoteCheckpoint({ id, body }),
    local: async ({ orchestrator }) => {
      await orchestrator.promote(id, checkpoint, reason, needed)
      return orchestrator.model(id)
    },
  })
  printModel(run, model)
}

async function rollBack(run: Verb, id: string): Promise<void> {
  const model = await either(run, {
    remote: (server) => server.rollBackModel({ id }),
    local: async ({ orchestrator }) => {
      await orchestrator.rollBack(id)
      return orchestrator.model(id)
    },
  })
  printModel(run, model)
}

async function history(run: Verb, id: string, at?: string): Promise<void> {
  const found: ModelHistoryOut = await reading(run, async ({ orchestrator }) =>
    at === undefined
      ? { promotions: await orchestrator.history(id) }
      : orchestrator.liveAt(id, parseInstant(at, 'at')),
  )
  if (run.json) return printJson(found)
  if ('promotions' in found) {
    const rows = found.promotions.map(({ checkpoint, from, to, reason, kind }) => [
      checkpoint,
      from ?? 'unknown',
      to ?? 'now',
      kind,
      reason ?? '',
    ])
    return printTable(['checkpoint', 'from', 'to', '', 'reason'], rows)
  }
  printLine(
    found.checkpoint === null
      ? `Nothing of ${id} was live at ${found.at}.`
      : `${found.checkpoint} of ${id} was live at ${found.at}${found.reason === null ? '' : `: ${found.reason}`}`,
  )
}

function printModel({ json }: Verb, model: ModelOut): void {
  if (json) printJson(model)
  else printLine(`${model.promoted ?? 'nothing'} of ${model.id} goes live.`)
}
