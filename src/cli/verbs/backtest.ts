// `annotate backtest` and `annotate backtests`: checkpoints over a stored span; started, watched, listed, set aside.
import { Argument, type Command } from 'commander'
import { INTERRUPTED } from '../../backtest/service.ts'
import type { BacktestBody, BacktestDetail, BacktestOut } from '../../contract/backtests.ts'
import { at } from '../../core/at.ts'
import type { OpenWorkspace } from '../../server/open-workspace.ts'
import { storedMarket } from '../../server/stored-market.ts'
import { alone, either, reading } from '../at-workspace.ts'
import { backtestBodies, withBacktestFlags, type BacktestFlags } from '../backtest-flags.ts'
import { asFound } from '../left-behind.ts'
import { printJson, printLine, printTable } from '../output.ts'
import { nameOf, printBacktest } from '../print-backtest.ts'
import { remoteOf } from '../remote.ts'
import { timezoneOption } from '../timezone-option.ts'
import { group, runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'
import { requireCompleted, watchHere, watchThere } from '../watch-backtests.ts'

export function backtestVerb(description: string): Command {
  return withBacktestFlags(verb('backtest', description))
    .addOption(timezoneOption())
    .addHelpText(
      'after',
      '\nSeconds that a checkpoint was trained on are left out unless --include-trained is given.',
    )
    .action(async (flags: BacktestFlags & ZoneFlags) => runVerb(flags, (run) => begin(run, flags)))
}

export function backtestsVerb(description: string): Command {
  return group('backtests', description)
    .addCommand(
      verb('list', 'All backtests, newest first').action(async (flags: CommonOptions) =>
        runVerb(flags, list),
      ),
    )
    .addCommand(inZone('show', 'One backtest; with --json its calls and trades, too', show))
    .addCommand(ofOne('pause', 'Set a backtest aside; what it has scored is kept', pause))
    .addCommand(inZone('resume', 'Go on with a paused or interrupted one, and watch it to its end', resume))
    .addCommand(ofOne('cancel', 'Cancel a backtest', cancel))
}

interface ZoneFlags extends CommonOptions {
  timezone: string
}

/** What is done with one backtest. */
type Work<Flags> = (run: Verb, id: string, flags: Flags) => Promise<void>

function ofOne<Flags extends CommonOptions>(name: string, description: string, work: Work<Flags>): Command {
  return verb(name, description)
    .addArgument(new Argument('<id>', 'of the backtest'))
    .action(async (id: string, flags: Flags) => runVerb(flags, (run) => work(run, id, flags)))
}

/** Whose hours are told can be said. */
function inZone(name: string, description: string, work: Work<ZoneFlags>): Command {
  return ofOne(name, description, work).addOption(timezoneOption())
}

async function begin(run: Verb, flags: BacktestFlags & ZoneFlags): Promise<void> {
  const bodies = backtestBodies(flags)
  const { timezone } = flags
  const server = remoteOf(run.workspace)
  if (server === null) {
    return printEnded(
      run,
      await alone(run, (open) =>
        watchHere(run, open, timezone, () => Promise.all(bodies.map((body) => startHere(open, body)))),
      ),
    )
  }
  const begun = await Promise.all(bodies.map((body) => server.startBacktest({ body })))
  printEnded(run, await watchThere(run, server, { begun, timezone, owned: true }))
}

async function startHere(open: OpenWorkspace, body: BacktestBody): Promise<BacktestOut> {
  return open.backtests.start(body, await storedMarket(open.reader, body.symbol, body.venue))
}

async function list(run: Verb): Promise<void> {
  const stored = await reading(run, (open) => open.backtests.list())
  const backtests = asFound(run, stored, INTERRUPTED)
  if (run.json) return printJson({ backtests })
  printTable(
    ['backtest', 'checkpoint', 'status', 'symbol', 'from', 'to', 'calls', 'net %'],
    backtests.map((each) => [
      each.id,
      nameOf(each),
      each.status,
      each.symbol,
      each.from,
      each.to,
      String(each.figures?.calls ?? ''),
      each.figures?.net_return_pct.toFixed(2) ?? '',
    ]),
  )
}

async function show(run: Verb, id: string, { timezone }: ZoneFlags): Promise<void> {
  const stored = await reading(run, (open) => open.backtests.detail(id, timezone))
  const shown = at(asFound(run, [stored], INTERRUPTED), 0)
  if (run.json) printJson(shown)
  else printBacktest(shown)
}

async function pause(run: Verb, id: string): Promise<void> {
  const paused = await either(run, {
    remote: (server) => server.pauseBacktest({ id }),
    local: (open) => open.backtests.pause(id),
  })
  printState(run, paused)
}

async function cancel(run: Verb, id: string): Promise<void> {
  const cancelled = await either(run, {
    remote: (server) => server.cancelBacktest({ id }),
    local: (open) => open.backtests.cancel(id),
  })
  printState(run, cancelled)
}

async function resume(run: Verb, id: string, { timezone }: ZoneFlags): Promise<void> {
  const server = remoteOf(run.workspace)
  if (server === null) {
    const ended = await alone(run, (open) =>
      watchHere(run, open, timezone, async () => [await open.backtests.resume(id)]),
    )
    return printEnded(run, ended)
  }
  const begun = [await server.resumeBacktest({ id })]
  printEnded(run, await watchThere(run, server, { begun, timezone, owned: false }))
}

function printState({ json }: Verb, backtest: BacktestOut): void {
  if (json) printJson(backtest)
  else printLine(`${backtest.id} ${backtest.status}`)
}

function printEnded({ json }: Verb, backtests: readonly BacktestDetail[]): void {
  if (json) printJson({ backtests })
  else
    for (const [i, each] of backtests.entries()) {
      if (i > 0) printLine('')
      printBacktest(each)
    }
  requireCompleted(backtests)
}
