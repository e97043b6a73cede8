// `annotate alerts`: where calls are sent as they open, and what became of each delivery; by the running server where there is one.
import { Argument, Option, type Command } from 'commander'
import { AlertService } from '../../alerts/alert-service.ts'
import { AlertBody, type AlertOut, type DeliveryOut } from '../../contract/alerts.ts'
import { requireMeetable } from '../../server/alert-filters.ts'
import type { OpenWorkspace } from '../../server/open-workspace.ts'
import { requireBody } from '../../server/schema-check.ts'
import { either, reading } from '../at-workspace.ts'
import { percentNumber } from '../numbers.ts'
import { printJson, printLine, printTable } from '../output.ts'
import { group, runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface AddFlags extends CommonOptions {
  session?: string
  model?: string
  symbol?: string
  venue?: string
  action?: 'BUY' | 'SELL'
  pattern?: string
  minConfidence?: number
  outcomes?: true
}

export function alertsVerb(description: string): Command {
  return group('alerts', description)
    .addCommand(addVerb())
    .addCommand(
      verb('list', 'Alerts, oldest first').action(async (flags: CommonOptions) => runVerb(flags, list)),
    )
    .addCommand(ofOne('remove', 'End one; what waits is not sent', remove))
    .addCommand(ofOne('test', 'Send a test delivery; a running server sends it', test))
    .addCommand(ofOne('dead', 'Deliveries that were given up, newest first', dead))
    .addCommand(
      verb('retry', 'Try a dead delivery again, from the start')
        .addArgument(new Argument('<id>', 'of the alert'))
        .addArgument(new Argument('<delivery>', 'such as `alerts dead` lists them'))
        .action(async (id: string, delivery: string, flags: CommonOptions) =>
          runVerb(flags, (run) => retry(run, id, delivery)),
        ),
    )
}

function addVerb(): Command {
  return verb('add', 'Send calls to an address as they open; prints the secret they are signed with, once')
    .addArgument(new Argument('<url>', 'http or https; each call is sent there by POST'))
    .addOption(new Option('--session <id>', 'only calls of this live session'))
    .addOption(new Option('--model <model>', 'only of this model'))
    .addOption(new Option('--symbol <symbol>', 'only of this market'))
    .addOption(new Option('--venue <venue>', 'only of this venue'))
    .addOption(new Option('--action <action>', 'only calls to this side').choices(['BUY', 'SELL']))
    .addOption(new Option('--pattern <tag>', 'only of what was trained on this pattern'))
    .addOption(
      new Option('--min-confidence <percent>', 'only calls at least so sure').argParser(percentNumber),
    )
    .addOption(new Option('--outcomes', 'send also how each call ended'))
    .action(async (url: string, flags: AddFlags) => runVerb(flags, (run) => add(run, url, flags)))
}

type Work = (run: Verb, id: string) => Promise<void>

function ofOne(name: string, description: string, work: Work): Command {
  return verb(name, description)
    .addArgument(new Argument('<id>', 'of the alert'))
    .action(async (id: string, flags: CommonOptions) => runVerb(flags, (run) => work(run, id)))
}

async function add(run: Verb, url: string, flags: AddFlags): Promise<void> {
  const { workspace: _, database: __, json: ___, minConfidence, ...filters } = flags
  const least = minConfidence === undefined ? {} : { min_confidence: minConfidence }
  const body = requireBody(AlertBody, { url, ...filters, ...least })
  const made = await either(run, {
    remote: (server) => server.createAlert({ body }),
    local: async (open) => {
      await requireMeetable(open, body, await open.reader.markets())
      return alertsIn(open).create(body)
    },
  })
  if (run.json) return printJson(made)
  printLine(`Alert ${made.id} sends calls to ${made.url}.`)
  printLine(`They are signed with ${made.secret}, which is not told again.`)
}

async function list(run: Verb): Promise<void> {
  const alerts = await reading(run, (open) => alertsIn(open).list())
  if (run.json) return printJson({ alerts })
  const rows = alerts.map((each) => [
    each.id,
    each.url,
    filterWords(each),
    String(each.waiting),
    String(each.delivered),
    String(each.dead),
  ])
  printTable(['alert', 'to', 'only', 'waiting', 'delivered', 'dead'], rows)
}

async function remove(run: Verb, id: string): Promise<void> {
  const removed = await either(run, {
    remote: (server) => server.deleteAlert({ id }),
    local: (open) => alertsIn(open).remove(id),
  })
  if (run.json) printJson(removed)
  else printLine(`Nothing is sent to ${removed.url} any more.`)
}

async function test(run: Verb, id: string): Promise<void> {
  const sent = await either(run, {
    remote: (server) => server.testAlert({ id }),
    local: (open) => alertsIn(open).test(id),
  })
  printDelivery(run, sent)
}

async function dead(run: Verb, id: string): Promise<void> {
  const deliveries = await reading(run, (open) =>
    alertsIn(open).deliveries(id, { state: 'dead', limit: 1_000 }),
  )
  if (run.json) return printJson({ deliveries })
  const rows = deliveries.map((each) => [
    each.id,
    each.type,
    each.call ?? '',
    each.created_at,
    each.error ?? '',
  ])
  printTable(['delivery', '', 'call', 'created', 'why'], rows)
}

async function retry(run: Verb, id: string, delivery: string): Promise<void> {
  const again = await either(run, {
    remote: (server) => server.retryDelivery({ id, delivery }),
    local: (open) => alertsIn(open).retry(id, delivery),
  })
  printDelivery(run, again)
}

/** Without its loop: what it writes down is sent by the next server. */
function alertsIn({ database, clock }: OpenWorkspace): AlertService {
  return new AlertService({
    database,
    clock,
    patternOf: async () => null,
    recent: async () => [],
    onFault: (error) => {
      throw error
    },
  })
}

function filterWords({
  session,
  model,
  symbol,
  venue,
  action,
  pattern,
  min_confidence: least,
}: AlertOut): string {
  const sure = least === undefined ? undefined : `≥ ${least} %`
  return [session, model, venue, symbol, action, pattern, sure].filter((word) => word !== undefined).join(' ')
}

function printDelivery({ json }: Verb, delivery: DeliveryOut): void {
  if (json) printJson(delivery)
  else printLine(`Delivery ${delivery.id} is ${delivery.state}.`)
}
