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
import { patternOption, type PatternFlags } from '../pattern-option.ts'

interface PromoteFlags extends PatternFlags {
  reason?: string
  calls?: number
  days?: number
}

interface HistoryFlags extends PatternFlags {
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
        .addOption(patternOption())
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
      ofOne('rollback', 'Go back to the checkpoint that was promoted before')
        .addOption(patternOption())
        .action(async (model: string, { pattern, ...flags }: PatternFlags) =>
          runVerb(flags, (run) => rollBack(run, model, pattern)),
        ),
    )
    .addCommand(
      ofOne('history', 'What went live, from when to when and why, newest first')
        .addOption(new Option('--at <instant>', 'only what was live then, such as 2024-08-09T00:00:05Z'))
        .addOption(patternOption())
        .action(async (model: string, flags: HistoryFlags) =>
          runVerb(flags, (run) => history(run, model, flags)),
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
      [...each.aliases, ...each.pattern_aliases.map((alias) => `${alias} of ${each.pattern}`)].join(', '),
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
  const { reason, calls, days, pattern } = flags
  const needed = {
    ...(calls === undefined ? {} : { calls }),
    ...(days === undefined ? {} : { days }),
  }
  const terms = { needed, ...(pattern === undefined ? {} : { pattern }) }
  const body = { checkpoint, ...terms, ...(reason === undefined ? {} : { reason }) }
  const model = await either(run, {
    remote: (server) => server.promoteCheckpoint({ id, body }),
    local: async ({ orchestrator }) => {
      await orchestrator.promote(id, checkpoint, reason, terms)
      return orchestrator.model(id)
    },
  })
  printModel(run, model, pattern)
}

async function rollBack(run: Verb, id: string, pattern?: string): Promise<void> {
  const query = pattern === undefined ? {} : { pattern }
  const model = await either(run, {
    remote: (server) => server.rollBackModel({ id, query }),
    local: async ({ orchestrator }) => {
      await orchestrator.rollBack(id, pattern)
      return orchestrator.model(id)
    },
  })
  printModel(run, model, pattern)
}

async function history(run: Verb, id: string, { at, pattern }: HistoryFlags): Promise<void> {
  const found: ModelHistoryOut = await reading(run, async ({ orchestrator }) =>
    at === undefined
      ? { promotions: await orchestrator.history(id, pattern) }
      : orchestrator.liveAt(id, parseInstant(at, 'at'), pattern),
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

function printModel({ json }: Verb, model: ModelOut, pattern?: string): void {
  if (json) return printJson(model)
  if (pattern === undefined) return printLine(`${model.promoted ?? 'nothing'} of ${model.id} goes live.`)
  const of = model.patterns.find((one) => one.pattern === pattern)
  printLine(`${of?.promoted ?? 'nothing'} of ${model.id} goes live for "${pattern}".`)
}
