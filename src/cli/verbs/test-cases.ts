// `annotate test-cases`: what is on disk and in which state; with an id, the whole case.
import { Argument, type Command } from 'commander'
import type { TestCaseState } from '../../contract/annotations.ts'
import { reading } from '../at-workspace.ts'
import { printJson, printLine, printTable } from '../output.ts'
import { saveAgain } from '../save-again.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface Flags extends CommonOptions {
  saveAgain?: string
}

export function testCasesVerb(description: string): Command {
  return verb('test-cases', description)
    .addArgument(new Argument('[id]', 'annotation_<uuid>: print this one whole'))
    .option(
      '--save-again <filter>',
      'save these annotations again, so that their cases hold what is stored now, such as order books recorded since: all, or ids or conditions as in train --annotations',
    )
    .action(async (id: string | undefined, flags: Flags) => {
      return runVerb(flags, async (run) => {
        if (flags.saveAgain === undefined) await show(run, id)
        else await save(run, flags.saveAgain)
      })
    })
}

async function save(run: Verb, filter: string): Promise<void> {
  const ids = await saveAgain(run, filter)
  if (run.json) printJson({ saved: ids })
  else printLine(`${ids.length} ${ids.length === 1 ? 'test case' : 'test cases'} written anew`)
}

async function show(run: Verb, id: string | undefined): Promise<void> {
  await reading(run, async (open) => {
    if (id !== undefined) return printJson(await open.testCases.get(id))
    const cases = await open.testCases.list()
    if (run.json) return printJson({ test_cases: cases })
    if (cases.length === 0) return printLine('No test cases found: create annotations first.')
    printTable(
      ['test case', 'symbol', 'venue', 'entry', 'action', 'net %', 'state', 'left out'],
      cases.map(rowOf),
    )
  })
}

function rowOf(state: TestCaseState): string[] {
  const net = state.net_profit_loss_pct
  return [
    state.test_case_id,
    state.symbol ?? '',
    state.venue ?? '',
    state.timestamp ?? '',
    state.action ?? '',
    net === null ? '' : net.toFixed(3),
    state.state,
    state.left_out ?? state.detail ?? '',
  ]
}
