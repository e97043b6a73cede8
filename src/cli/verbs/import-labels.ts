// `annotate import labels`: labels of other programs as annotations.
import { Argument, InvalidArgumentError, Option, type Command } from 'commander'
import { importLabels, type LabelImportReport } from '../../annotation/interchange/import-labels.ts'
import type { Direction } from '../../contract/direction.ts'
import { messageOf } from '../../core/errors.ts'
import { zoneOf } from '../../core/zone.ts'
import { TIMEFRAMES, type Timeframe } from '../../market/timeframe.ts'
import type { OpenWorkspace } from '../../server/open-workspace.ts'
import { storedMarket } from '../../server/stored-market.ts'
import { reading } from '../at-workspace.ts'
import { bar, printJson, printLine, progress, type Progress } from '../output.ts'
import { remoteOf } from '../remote.ts'
import { MANY_REFUSED, runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface LabelFlags extends CommonOptions {
  symbol: string
  venue?: string
  direction?: Direction
  opens?: Timeframe
  label?: Map<string, Direction>
  annotator?: string
  series?: string
  timezone?: string
}

export function labelsVerb(): Command {
  return verb('labels', 'Import labels as annotations, each with its test case')
    .addArgument(
      new Argument(
        '<file>',
        "Label Studio's JSON export of time series, TRAINSET's CSV, annotations that were exported here, or a list of trades (freqtrade, MetaTrader, a broker's)",
      ),
    )
    .requiredOption('--symbol <symbol>', 'the market, such as ETH/USDT')
    .option('--venue <venue>', 'needed where several venues of the symbol are stored')
    .addOption(
      new Option('--direction <direction>', 'of labels whose names say none').choices(['LONG', 'SHORT']),
    )
    .option(
      '--label <name=direction>',
      'what one name means, such as "short squeeze=LONG"; repeatable',
      named,
    )
    .option('--annotator <name>', 'of several: one of them, ground-truth, or all (the default)')
    .option('--series <name>', "the series of a TRAINSET file that is the market's price")
    .option('--timezone <zone>', 'of times without one, such as Europe/Zurich, UTC or +02:00', zone)
    .addOption(
      new Option(
        '--opens <tf>',
        "the file's times are open times of such candles: marks are then taken at their ends",
      ).choices([...TIMEFRAMES]),
    )
    .action(async (file: string, flags: LabelFlags) => runVerb(flags, (run) => labels(run, file, flags)))
}

/** A running server of the workspace makes the annotations, so that its pages see them. */
async function labels(run: Verb, path: string, flags: LabelFlags): Promise<void> {
  const shown = progress()
  try {
    const report = await reading(run, (open) => imported(run, open, path, flags, shown))
    shown.end()
    if (run.json) printJson(report)
    else printReport(report)
    tellRefused(report)
  } finally {
    shown.end()
  }
}

async function imported(
  { workspace, signal }: Verb,
  open: OpenWorkspace,
  path: string,
  flags: LabelFlags,
  shown: Progress,
): Promise<LabelImportReport> {
  const { symbol, venue, direction, opens, label, annotator, series, timezone } = flags
  const server = remoteOf(workspace)
  const market = await storedMarket(open.reader, symbol, venue)
  return importLabels({
    path,
    market,
    reader: open.reader,
    standing: await open.annotations.list({ market }),
    create: (body) =>
      server === null ? open.annotations.create(body, market) : server.createAnnotation({ body }),
    onProgress: (done, of) => {
      signal.throwIfAborted()
      shown.show(`${bar(done / of)}  ${done} labels`)
    },
    ...(direction === undefined ? {} : { direction }),
    ...(opens === undefined ? {} : { opens }),
    ...(label === undefined ? {} : { names: label }),
    ...(annotator === undefined ? {} : { annotator }),
    ...(series === undefined ? {} : { series }),
    ...(timezone === undefined ? {} : { timezone }),
  })
}

function named(text: string, before: Map<string, Direction> = new Map()): Map<string, Direction> {
  const at = text.lastIndexOf('=')
  const [name, direction] = [
    text.slice(0, at).trim(),
    text
      .slice(at + 1)
      .trim()
      .toUpperCase(),
  ]
  if (at > 0 && name !== '' && (direction === 'LONG' || direction === 'SHORT')) {
    return before.set(name.toLowerCase(), direction)
  }
  throw new InvalidArgumentError('Expected <name>=LONG or <name>=SHORT, such as "short squeeze=LONG".')
}

function zone(text: string): string {
  try {
    return zoneOf(text).name
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error))
  }
}

const SHOWN = 10

function printReport(report: LabelImportReport): void {
  const { symbol, venue } = report.market
  printLine(`${report.file}: ${report.labels} labels (${report.format}), ${symbol} on ${venue}`)
  printLine(`  added ${report.added}, already there ${report.already_present}`)
  if (report.other_market > 0) printLine(`  of other markets, passed over: ${report.other_market}`)
  if (report.not_chosen > 0) printLine(`  of other annotators or series, passed over: ${report.not_chosen}`)
  printAgreement(report)
  for (const { line, reason } of report.refused.slice(0, SHOWN))
    printLine(`  refused label ${line}: ${reason}`)
  if (report.refused_count > SHOWN)
    printLine(`  … and ${report.refused_count - SHOWN} more; --json lists them`)
  for (const { id, warnings } of report.annotations)
    for (const words of warnings) printLine(`  warning, ${id}: ${words}`)
}

/** As of every import: more than one label in ten refused is no success. */
function tellRefused(report: LabelImportReport): void {
  const { labels: all, other_market: elsewhere, refused, refused_count } = report
  const count = all - elsewhere
  if (refused_count * 10 <= count) return
  const { reason = '' } = refused[0] ?? {}
  process.stderr.write(`annotate: ${refused_count} of ${count} labels were refused, because: ${reason}\n`)
  process.exitCode = MANY_REFUSED
}

function printAgreement({ agreement }: LabelImportReport): void {
  if (agreement === null) return
  const { annotators, agree, contradict, contradictions } = agreement
  printLine(
    `  labels of ${annotators.length} annotators; ${agree} spans agree, ${contradict} spans contradict`,
  )
  for (const { annotator, labels: count, ground_truth: truth } of annotators)
    printLine(`    ${annotator}: ${count} labels${truth === 0 ? '' : `, ${truth} of them ground truth`}`)
  for (const { lines, annotators: by, from, to } of contradictions)
    printLine(
      `    labels ${lines.join(' and ')} (${by.join(' and ')}) contradict each other ${from} to ${to}`,
    )
  if (contradict > 0) printLine('  choose one with --annotator NAME or --annotator ground-truth')
}
