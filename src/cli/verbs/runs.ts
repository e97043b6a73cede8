// `annotate runs`: training runs listed, shown, compared, paused, resumed and cancelled; by the running server where there is one.
import { Argument, type Command } from 'commander'
import type { RunsCompared } from '../../contract/runs-compared.ts'
import type { TrainingRunOut } from '../../contract/training.ts'
import { at } from '../../core/at.ts'
import { idsOf } from '../../training/runs/compare-runs.ts'
import { LEFT_BEHIND } from '../../training/runs/run-end.ts'
import { alone, either, reading } from '../at-workspace.ts'
import { asFound } from '../left-behind.ts'
import { printJson, printLine, printTable } from '../output.ts'
import { remoteOf } from '../remote.ts'
import { group, runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'
import { printEnd, watchHere, watchThere } from '../watch-run.ts'

export function runsVerb(description: string): Command {
  const command = group('runs', description)
  command
    .addCommand(
      verb('list', 'All runs, newest first').action(async (flags: CommonOptions) => runVerb(flags, list)),
    )
    .addCommand(ofOne('show', 'One run, as JSON', show))
    .addCommand(
      verb('compare', 'Runs side by side: settings, figures, loss curves, test cases')
        .addArgument(new Argument('<ids...>', 'two to eight run ids'))
        .action(async (ids: string[], flags: CommonOptions) => runVerb(flags, (run) => compare(run, ids))),
    )
    .addCommand(ofOne('pause', 'Save a run and set it aside', pause))
    .addCommand(ofOne('resume', 'Go on with a paused or interrupted run, and watch it to its end', resume))
    .addCommand(ofOne('cancel', 'Cancel a run; what was saved of it is removed', cancel))
  return command
}

function ofOne(name: string, description: string, work: (run: Verb, id: string) => Promise<void>): Command {
  return verb(name, description)
    .addArgument(new Argument('<id>', 'of the run'))
    .action(async (id: string, flags: CommonOptions) => runVerb(flags, (run) => work(run, id)))
}

async function list(run: Verb): Promise<void> {
  const runs = asFound(run, await reading(run, (open) => open.training.list()), LEFT_BEHIND)
  if (run.json) return printJson({ training_runs: runs })
  const rows = runs.map((each) => [
    each.id,
    each.model,
    each.status,
    `${each.current_epoch}/${each.total_epochs}`,
    figure(each.loss),
    figure(each.validation?.f1 ?? null),
    each.pattern ?? '',
    each.checkpoint ?? '',
    each.created_at,
  ])
  printTable(['run', 'model', 'status', 'epoch', 'loss', 'F1', 'pattern', 'checkpoint', 'created'], rows)
}

async function show(run: Verb, id: string): Promise<void> {
  const stored = await reading(run, (open) => open.training.get(id))
  printJson(at(asFound(run, [stored], LEFT_BEHIND), 0))
}

async function compare(run: Verb, given: readonly string[]): Promise<void> {
  const ids = idsOf(given.join(','))
  const stored = await reading(run, (open) => open.training.compare(ids))
  const compared = { ...stored, runs: asFound(run, stored.runs, { status: 'INTERRUPTED' }) }
  if (run.json) return printJson(compared)
  printCompared(compared)
}

async function pause(run: Verb, id: string): Promise<void> {
  const paused = await either(run, {
    remote: (server) => server.pauseTrainingRun({ id }),
    local: (open) => open.training.pause(id),
  })
  printState(run, paused)
}

async function cancel(run: Verb, id: string): Promise<void> {
  const cancelled = await either(run, {
    remote: (server) => server.cancelTrainingRun({ id }),
    local: (open) => open.training.cancel(id),
  })
  printState(run, cancelled)
}

async function resume(run: Verb, id: string): Promise<void> {
  const server = remoteOf(run.workspace)
  if (server === null) {
    const ended = await alone(run, (open) => {
      return watchHere(run, open, () => open.training.resume(id))
    })
    return printEnd(run, ended)
  }
  const begun = await server.resumeTrainingRun({ id })
  printEnd(run, await watchThere(run, server, begun, false))
}

function printState({ json }: Verb, run: TrainingRunOut): void {
  if (json) printJson(run)
  else printLine(`${run.id} ${run.status}`)
}

function printCompared({ runs, parameters, metrics, data }: RunsCompared): void {
  const names = runs.map(({ id }) => id.slice(0, 8))
  printTable(
    ['', ...names],
    [
      ['model', ...runs.map(({ model }) => model)],
      ['status', ...runs.map(({ status }) => status)],
      ['checkpoint', ...runs.map(({ checkpoint }) => checkpoint ?? '')],
      ...metrics.map(({ name, values }) => [name, ...values.map(figure)]),
    ],
  )
  const differing = parameters.filter(({ differs }) => differs)
  printLine(differing.length === 0 ? '\nSame settings.' : '\nSettings that differ:')
  if (differing.length > 0) {
    printTable(
      ['', ...names],
      differing.map(({ name, values }) => [name, ...values.map(settingText)]),
    )
  }
  printLine('\nTraining loss by epoch:')
  const epochs = Math.max(...runs.map((run) => run.epochs.length))
  const lossOf = (epoch: number) => runs.map((run) => figure(run.epochs[epoch]?.loss ?? null))
  printTable(
    ['epoch', ...names],
    Array.from({ length: epochs }, (_, i) => [String(i + 1), ...lossOf(i)]),
  )
  for (const [i, difference] of data.entries()) {
    const other = at(names, i + 1)
    if (difference === null) printLine(`\nThe test cases of ${other} or ${at(names, 0)} are not known.`)
    else {
      const { added, removed, changed, same } = difference
      printLine(
        `\n${other} against ${at(names, 0)}: ${same} test cases the same, ${added.length} added, ${removed.length} removed, ${changed.length} changed`,
      )
    }
  }
}

/** As it is asked for; a list of ids by their number. */
function settingText(value: unknown): string {
  if (Array.isArray(value) && value.length > 2) return `${value.length} named`
  return JSON.stringify(value)
}

function figure(value: number | null): string {
  return value === null ? '' : String(Number(value.toPrecision(4)))
}
