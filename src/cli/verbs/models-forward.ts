// `annotate models forward`: what came of the calls after a promotion, by what was written down before them.
import { Argument, type Command } from 'commander'
import type { ForwardOut } from '../../contract/forward.ts'
import { forwardOut } from '../../inference/forward/forward-out.ts'
import { reading } from '../at-workspace.ts'
import { printJson, printLine, printTable } from '../output.ts'
import { patternOption, type PatternFlags } from '../pattern-option.ts'
import { runVerb, verb, type Verb } from '../verb.ts'

export function forwardVerb(): Command {
  return verb(
    'forward',
    'What came of the calls after a promotion, by terms that were written down before them',
  )
    .addArgument(new Argument('<model>', 'such as cnn'))
    .addArgument(new Argument('[checkpoint]', 'the promoted one by default'))
    .addOption(patternOption())
    .action(async (model: string, checkpoint: string | undefined, flags: PatternFlags) =>
      runVerb(flags, (run) => forward(run, model, checkpoint, flags.pattern)),
    )
}

async function forward(run: Verb, id: string, checkpoint?: string, pattern?: string): Promise<void> {
  const found = await reading(run, async ({ orchestrator }) =>
    forwardOut(await orchestrator.forward(id, checkpoint, pattern)),
  )
  if (run.json) printJson(found)
  else print(found)
}

function print({ model, checkpoint, began_at, ended_at, terms, words, figures, head }: ForwardOut): void {
  printLine(words)
  if (terms !== null)
    printLine(
      `${checkpoint} of ${model}, from ${began_at ?? 'unknown'} to ${ended_at ?? 'now'}; fees ${terms.fee_pct_per_side} % a side; needs ${terms.calls_needed} calls on ${terms.days_needed} days.`,
    )
  if (figures !== null) {
    const { net, opponents } = figures
    const rows = opponents.map((each) => [
      each.name,
      String(each.trades),
      number(each.mean_pct),
      each.interval === null ? '' : `${number(each.interval[0])} to ${number(each.interval[1])}`,
      each.verdict.replaceAll('_', ' '),
    ])
    const own = `${number(net.interval[0])} to ${number(net.interval[1])}`
    printTable(
      ['', 'trades', 'net %', '95 %', ''],
      [['calls', String(net.trades), number(net.mean_pct), own, ''], ...rows],
    )
  }
  if (head !== null) printLine(`Last entry ${head}: keep it elsewhere, and the record can be held to it.`)
}

function number(value: number | null): string {
  return value?.toFixed(3) ?? 'unknown'
}
