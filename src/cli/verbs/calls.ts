// `annotate calls`: calls of live sessions with their outcomes, and how they ended counted by confidence, hour, pattern or market.
import { Option, type Command } from 'commander'
import type { CallCount, CallCountsBy, CallCountsOut } from '../../contract/call-counts.ts'
import type { CallOutcome } from '../../contract/live-calls.ts'
import { callCounts } from '../../inference/call-counts.ts'
import { callOut } from '../../inference/call-row.ts'
import { CallStore } from '../../inference/call-store.ts'
import { reading } from '../at-workspace.ts'
import { countTo } from '../numbers.ts'
import { printJson, printTable } from '../output.ts'
import { timezoneOption } from '../timezone-option.ts'
import { group, runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface Filters extends CommonOptions {
  session?: string
  action?: 'BUY' | 'SELL'
  model?: string
  checkpoint?: string
  symbol?: string
  venue?: string
  from?: string
  to?: string
}

interface CountFlags extends Filters {
  by: CallCountsBy
  timezone: string
}

interface ListFlags extends Filters {
  outcome?: CallOutcome
  before?: string
  limit: number
}

const MOST = 10_000

export function callsVerb(description: string): Command {
  return group('calls', description)
    .addCommand(
      withFilters(verb('list', 'Calls and what came of them, newest first'))
        .addOption(
          new Option('--outcome <what>', 'only those that ended so, or have not').choices([
            'right',
            'wrong',
            'expired',
            'open',
          ]),
        )
        .option('--before <call>', 'those after the call of this id in the list')
        .addOption(new Option('--limit <n>', 'at most so many').argParser(countTo(MOST)).default(50))
        .action(async (flags: ListFlags) => runVerb(flags, (run) => list(run, flags))),
    )
    .addCommand(
      withFilters(verb('count', 'How calls ended, with the interval of the share of right ones'))
        .addOption(
          new Option('--by <what>', 'what they are counted by')
            .choices(['confidence', 'band', 'hour', 'pattern', 'market'])
            .default('confidence'),
        )
        .addOption(timezoneOption())
        .action(async (flags: CountFlags) => runVerb(flags, (run) => count(run, flags))),
    )
}

function withFilters(command: Command): Command {
  return command
    .option('--session <id>', 'only calls of this session')
    .addOption(new Option('--action <side>', 'only of this side').choices(['BUY', 'SELL']))
    .option('--model <id>', 'only calls of this model')
    .option('--checkpoint <version>', 'only of this checkpoint')
    .option('--symbol <symbol>', 'only on this symbol')
    .option('--venue <venue>', 'only on this venue')
    .option('--from <instant>', 'only from then on, such as 2024-08-09T00:00:00Z')
    .option('--to <instant>', 'only before')
}

/** What was asked for, without what was not. */
function filtersOf({ session, action, model, checkpoint, symbol, venue, from, to }: Filters) {
  return {
    ...(session === undefined ? {} : { session }),
    ...(action === undefined ? {} : { action }),
    ...(model === undefined ? {} : { model }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(symbol === undefined ? {} : { symbol }),
    ...(venue === undefined ? {} : { venue }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  }
}

async function list(run: Verb, flags: ListFlags): Promise<void> {
  const { outcome, before, limit } = flags
  const query = {
    ...filtersOf(flags),
    ...(outcome === undefined ? {} : { outcome }),
    ...(before === undefined ? {} : { before }),
    limit,
  }
  const rows = await reading(run, ({ database }) => new CallStore(database).list(query))
  const calls = rows.map(callOut)
  if (run.json) return printJson({ calls })
  printTable(
    ['opened', 'checkpoint', 'symbol', 'call', 'sure %', 'outcome', 'net %'],
    calls.map((call) => [
      call.opened_at,
      `${call.model} ${call.checkpoint}`,
      call.symbol,
      call.action,
      call.confidence === null
        ? 'not calibrated'
        : `${call.confidence.toFixed(0)} (${call.confidence_interval?.map((bound) => bound.toFixed(0)).join('–') ?? ''})`,
      call.outcome,
      call.outcome_pct?.toFixed(3) ?? '',
    ]),
  )
}

async function count(run: Verb, flags: CountFlags): Promise<void> {
  const query = { ...filtersOf(flags), by: flags.by, timezone: flags.timezone }
  const found = await reading(run, ({ database }) => callCounts(new CallStore(database), query))
  if (run.json) printJson(found)
  else print(found)
}

function print({ by, counts, all, is_more: isMore }: CallCountsOut): void {
  printTable(
    [by, 'right', 'wrong', 'expired', 'open', 'right %', '95 %'],
    [...counts, { ...all, name: isMore ? 'the newest 10,000' : 'all' }].map(rowOf),
  )
}

function rowOf({ name, right, wrong, expired, open, ...rest }: CallCount): string[] {
  const { right_share: share, right_interval: interval } = rest
  return [
    name.replaceAll('_', ' '),
    ...[right, wrong, expired, open].map(String),
    share === null ? 'too few' : percent(share),
    interval === null ? '' : interval.map(percent).join(' to '),
  ]
}

function percent(share: number): string {
  return (100 * share).toFixed(0)
}
