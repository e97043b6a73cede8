// `annotate annotate`: marks from the command line; a running server of the workspace is asked to make them, so that its pages see them.
import { Argument, InvalidArgumentError, Option, type Command } from 'commander'
import { AnnotationBody, type AnnotationOut } from '../../contract/annotations.ts'
import type { Direction } from '../../contract/direction.ts'
import { typedLevel, type LevelName } from '../../contract/levels.ts'
import { AppError } from '../../core/errors.ts'
import { requireBody } from '../../server/schema-check.ts'
import { storedMarket } from '../../server/stored-market.ts'
import { annotationFilter, FILTER_HELP } from '../annotation-filter.ts'
import { reading, type Ways } from '../at-workspace.ts'
import { printJson, printLine, printTable } from '../output.ts'
import { remoteOf } from '../remote.ts'
import { group, runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface CreateFlags extends CommonOptions {
  symbol: string
  venue?: string
  direction: 'LONG' | 'SHORT'
  entry: AnnotationBody['entry']
  exit: AnnotationBody['exit']
  stop?: string
  target?: string
  notes?: string
  tag?: string[]
}

interface ListFlags extends CommonOptions {
  annotations?: string
}

export function annotateVerb(description: string): Command {
  const command = group('annotate', description)
  command.addCommand(createVerb(), { isDefault: true })
  command.addCommand(listVerb())
  command.addCommand(changeVerb('delete', 'Delete an annotation and its test case'))
  command.addCommand(changeVerb('restore', 'Bring a deleted annotation back'))
  command.addHelpText(
    'after',
    () => `\nannotate annotate create, or just annotate annotate:\n\n${createVerb().helpInformation()}`,
  )
  return command
}

function createVerb(): Command {
  return verb('create', 'Mark a trade (what `annotate annotate` does without a further word)')
    .requiredOption('--symbol <symbol>', 'the market, such as ETH/USDT')
    .option('--venue <venue>', 'needed where several venues of the symbol are stored')
    .addOption(
      new Option('--direction <direction>', 'of the trade').choices(['LONG', 'SHORT']).makeOptionMandatory(),
    )
    .requiredOption('--entry <time,price>', 'such as 2024-08-09T00:00:05Z,2683.1', leg)
    .requiredOption('--exit <time,price>', 'such as 2024-08-09T00:01:00Z,2684.2', leg)
    .option('--stop <price>', 'where you would leave at a loss: a price, or its distance, such as 0.4%')
    .option('--target <price>', 'the gain aimed at: a price, or its distance, such as 1.2%')
    .option('--notes <text>', 'anything worth remembering')
    .option('--tag <tag...>', 'the first one names the pattern')
    .action(async (flags: CreateFlags) => runVerb(flags, (run) => create(run, flags)))
}

async function create(
  run: Verb,
  { symbol, venue, direction, entry, exit, stop, target, notes, tag }: CreateFlags,
): Promise<void> {
  const body = requireBody(AnnotationBody, {
    symbol,
    direction,
    entry,
    exit,
    ...(stop === undefined ? {} : { stop_price: level('stop', stop, direction, entry.price) }),
    ...(target === undefined ? {} : { target_price: level('target', target, direction, entry.price) }),
    ...(venue === undefined ? {} : { venue }),
    ...(notes === undefined ? {} : { notes }),
    ...(tag === undefined ? {} : { tags: tag }),
  })
  const annotation = await either(run, {
    remote: (server) => server.createAnnotation({ body }),
    local: async (open) => open.annotations.create(body, await storedMarket(open.reader, symbol, venue)),
  })
  printReport(run, annotation, 'saved')
}

function listVerb(): Command {
  return verb('list', 'List annotations')
    .option('--annotations <filter>', FILTER_HELP)
    .action(async (flags: ListFlags) => runVerb(flags, (run) => list(run, flags)))
}

async function list(run: Verb, { annotations: filter }: ListFlags): Promise<void> {
  await reading(run, async (open) => {
    const annotations = await open.annotations.list(annotationFilter(filter))
    if (run.json) return printJson({ annotations })
    printTable(['id', 'symbol', 'venue', 'direction', 'entry', 'exit', 'net %'], annotations.map(rowOf))
  })
}

function rowOf(annotation: AnnotationOut): string[] {
  const { id, symbol, venue, direction, entry, exit, net_profit_loss_pct: net } = annotation
  return [id, symbol, venue, direction, entry.timestamp, exit.timestamp, net.toFixed(3)]
}

function changeVerb(name: 'delete' | 'restore', description: string): Command {
  return verb(name, description)
    .addArgument(new Argument('<id>', 'of the annotation'))
    .action(async (id: string, flags: CommonOptions) => {
      await runVerb(flags, async (run) => printReport(run, await either(run, change(name, id)), `${name}d`))
    })
}

function change(name: 'delete' | 'restore', id: string): Ways<AnnotationOut> {
  if (name === 'delete') {
    return {
      remote: (server) => server.deleteAnnotation({ id }),
      local: (open) => open.annotations.remove(id),
    }
  }
  return {
    remote: (server) => server.restoreAnnotation({ id }),
    local: (open) => open.annotations.restore(id),
  }
}

async function either<T>(run: Verb, { remote, local }: Ways<T>): Promise<T> {
  const server = remoteOf(run.workspace)
  return server === null ? reading(run, local) : remote(server)
}

function printReport({ json }: Verb, annotation: AnnotationOut, done: string): void {
  if (json) return printJson(annotation)
  const { test_case_id: name, profit_loss_pct: gross, net_profit_loss_pct: net } = annotation
  const { reward_to_risk: ratio } = annotation
  printLine(
    `${annotation.id} ${done}: ${annotation.direction} ${annotation.symbol}, ${gross.toFixed(3)} % gross, ${net.toFixed(3)} % after fees`,
  )
  if (done !== 'deleted') printLine(`  test case ${name}`)
  if (ratio !== null) printLine(`  ${ratio.toFixed(2)} to be gained for each 1 that the stop risks`)
  for (const warning of annotation.warnings) printLine(`  warning: ${warning}`)
}

/** @throws AppError `invalid_stop`, `invalid_target` */
function level(name: LevelName, text: string, side: Direction, entry: number): number {
  const price = typedLevel(text, name, side, entry)
  if (Number.isNaN(price))
    throw new AppError(
      `invalid_${name}`,
      `--${name} is "${text}": expected a price, such as 2680.5, or its distance from the entry, such as 0.4%.`,
      { field: `${name}_price` },
    )
  return price
}

function leg(text: string): AnnotationBody['entry'] {
  const [timestamp, price, ...rest] = text.split(',')
  if (timestamp !== undefined && rest.length === 0 && Number(price) > 0)
    return { timestamp, price: Number(price) }
  throw new InvalidArgumentError('Expected <time>,<price>, such as 2024-08-09T00:00:05Z,2683.1.')
}
