// `annotate models compare|challenger|note|lineage`: one checkpoint held against another, named, described, and where it comes from.
import { Argument, Option, type Command } from 'commander'
import type { CheckpointsCompared } from '../../contract/checkpoints-compared.ts'
import type { LineageOut } from '../../contract/lineage.ts'
import { lineageOf } from '../../server/lineage.ts'
import { either, reading } from '../at-workspace.ts'
import { printJson, printLine, printTable } from '../output.ts'
import { patternOption, type PatternFlags } from '../pattern-option.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface ChallengerFlags extends PatternFlags {
  none?: boolean
}

/** What of a checkpoint is not whether it goes live. */
export function checkpointVerbs(): Command[] {
  return [
    ofModel('compare', 'Two checkpoints on what both held out, by their data and by their parameters')
      .addArgument(checkpoint())
      .addArgument(new Argument('[against]', 'the promoted one by default'))
      .action(async (model: string, candidate: string, against: string | undefined, flags: CommonOptions) =>
        runVerb(flags, (run) => compare(run, model, candidate, against)),
      ),
    ofModel('challenger', 'Name the checkpoint that is held against the promoted one')
      .addArgument(new Argument('[checkpoint]', 'such as 0002'))
      .addOption(new Option('--none', 'take the name away').conflicts('checkpoint'))
      .addOption(patternOption())
      .action(async (model: string, version: string | undefined, flags: ChallengerFlags) =>
        runVerb(flags, (run) => challenger(run, model, flags.none === true ? null : version, flags.pattern)),
      ),
    ofModel('note', 'Write a note on a checkpoint; without words, take it away')
      .addArgument(checkpoint())
      .addArgument(new Argument('[words]'))
      .action(async (model: string, version: string, words: string | undefined, flags: CommonOptions) =>
        runVerb(flags, (run) => note(run, model, version, words ?? null)),
      ),
    ofModel('lineage', 'Where a checkpoint comes from, and what came of it')
      .addArgument(checkpoint())
      .action(async (model: string, version: string, flags: CommonOptions) =>
        runVerb(flags, (run) => lineage(run, model, version)),
      ),
  ]
}

function ofModel(name: string, description: string): Command {
  return verb(name, description).addArgument(new Argument('<model>', 'such as cnn'))
}

function checkpoint(): Argument {
  return new Argument('<checkpoint>', 'such as 0002, champion or challenger')
}

async function compare(run: Verb, id: string, candidate: string, against?: string): Promise<void> {
  const found = await reading(run, ({ orchestrator }) => orchestrator.compare(id, candidate, against))
  if (run.json) printJson(found)
  else printCompared(found)
}

function printCompared({ report, words, data, parameters }: CheckpointsCompared): void {
  const rows = [report.candidate, report.promoted].map((each) => [
    each.checkpoint,
    each.f1?.toFixed(2) ?? 'unknown',
    String(each.hits),
    String(each.false_calls),
    String(each.annotations),
  ])
  printTable(['checkpoint', 'F1', 'hits', 'false calls', 'annotations'], rows)
  printLine(words)
  const { added, removed, changed, same } = data
  printLine(
    `Test cases: ${added.length} more, ${removed.length} fewer, ${changed.length} changed, ${same} the same.`,
  )
  const differing = parameters.filter(({ differs }) => differs)
  printTable(
    ['parameter', report.candidate.checkpoint, report.promoted.checkpoint],
    differing.map(({ name, values }) => [name, ...values.map((value) => JSON.stringify(value))]),
  )
}

/** Without a version it says which it is. */
async function challenger(
  run: Verb,
  id: string,
  version: string | null | undefined,
  pattern?: string,
): Promise<void> {
  const of = pattern === undefined ? {} : { pattern }
  const model =
    version === undefined
      ? await reading(run, ({ orchestrator }) => orchestrator.model(id))
      : await either(run, {
          remote: (server) =>
            server.setAlias({ id, alias: 'challenger', body: { checkpoint: version, ...of } }),
          local: async ({ orchestrator }) => {
            await orchestrator.setAlias(id, 'challenger', version, pattern)
            return orchestrator.model(id)
          },
        })
  if (run.json) return printJson(model)
  const named = model.checkpoints.find((each) =>
    pattern === undefined
      ? each.aliases.includes('challenger')
      : each.pattern === pattern && each.pattern_aliases.includes('challenger'),
  )
  const where = pattern === undefined ? '' : ` for "${pattern}"`
  printLine(`${named?.version ?? 'nothing'} of ${model.id} is the challenger${where}.`)
}

async function note(run: Verb, id: string, named: string, words: string | null): Promise<void> {
  const model = await either(run, {
    remote: (server) => server.noteCheckpoint({ id, checkpoint: named, body: { note: words } }),
    local: async ({ orchestrator }) => {
      await orchestrator.setNote(id, named, words)
      return orchestrator.model(id)
    },
  })
  if (run.json) printJson(model)
  else printLine(words === null ? 'The note is gone.' : 'The note is kept.')
}

async function lineage(run: Verb, id: string, named: string): Promise<void> {
  const found = await reading(run, (open) => lineageOf(open, id, named))
  if (run.json) printJson(found)
  else printLineage(found)
}

function printLineage(found: LineageOut): void {
  const { test_cases: cases, run, figures, promotions, sessions, calls } = found
  printTable(
    ['', ''],
    [
      ['checkpoint', `${found.model} ${found.checkpoint}, ${found.state}`],
      ['began from', found.parent ?? 'fresh weights'],
      ['test cases', `${cases.count}, and ${cases.holds} HOLD examples`],
      ['run', run === null ? 'not known here' : `${run.id}, ${run.created_at}`],
      ['F1 held out', figures?.f1?.toFixed(2) ?? 'not validated'],
      ['promoted', `${promotions.length} times`],
      ['sessions', `${numberOf(sessions)}, ${sessions.running} running`],
      ['calls', `${numberOf(calls)}: ${calls.right} right, ${calls.wrong} wrong, ${calls.expired} expired`],
    ],
  )
}

function numberOf({ count, is_more: isMore }: { count: number; is_more: boolean }): string {
  return isMore ? `more than ${count}` : String(count)
}
