// `annotate import labels`: labels of other programs as annotations.
import { Argument, Option, type Command } from 'commander'
import { importLabels, type LabelImportReport } from '../../annotation/interchange/import-labels.ts'
import type { Direction } from '../../annotation/interchange/label.ts'
import { systemClock } from '../../core/clock.ts'
import { TIMEFRAMES, type Timeframe } from '../../market/timeframe.ts'
import { openWorkspace } from '../../server/open-workspace.ts'
import { storedMarket } from '../../server/stored-market.ts'
import { bar, printJson, printLine, progress } from '../output.ts'
import { remoteOf } from '../remote.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface LabelFlags extends CommonOptions {
  symbol: string
  venue?: string
  direction?: Direction
  opens?: Timeframe
}

export function labelsVerb(): Command {
  return verb('labels', 'Import labels as annotations, each with its test case')
    .addArgument(new Argument('<file>', "Label Studio's JSON export of time series, or TRAINSET's CSV"))
    .requiredOption('--symbol <symbol>', 'the market, such as ETH/USDT')
    .option('--venue <venue>', 'needed where several venues of the symbol are stored')
    .addOption(
      new Option('--direction <direction>', 'of labels whose names say none').choices(['LONG', 'SHORT']),
    )
    .addOption(
      new Option(
        '--opens <tf>',
        "the file's times are open times of such candles: marks are then taken at their ends",
      ).choices([...TIMEFRAMES]),
    )
    .action(async (file: string, flags: LabelFlags) => runVerb(flags, (run) => labels(run, file, flags)))
}

/** A running server of the workspace makes the annotations, so that its pages see them. */
async function labels({ workspace, json, signal }: Verb, path: string, flags: LabelFlags): Promise<void> {
  const { symbol, venue, direction, opens } = flags
  const open = openWorkspace({ workspace, clock: systemClock })
  const server = remoteOf(workspace)
  const shown = progress()
  try {
    const market = await storedMarket(open.reader, symbol, venue)
    const report = await importLabels({
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
    })
    shown.end()
    if (json) printJson(report)
    else tell(report)
  } finally {
    shown.end()
    open.close()
  }
}

const SHOWN = 10

function tell(report: LabelImportReport): void {
  const { symbol, venue } = report.market
  printLine(`${report.file}: ${report.labels} labels (${report.format}), ${symbol} on ${venue}`)
  printLine(`  added ${report.added}, already there ${report.already_present}`)
  if (report.other_market > 0) printLine(`  of other markets, passed over: ${report.other_market}`)
  for (const { line, reason } of report.refused.slice(0, SHOWN))
    printLine(`  refused label ${line}: ${reason}`)
  if (report.refused_count > SHOWN)
    printLine(`  … and ${report.refused_count - SHOWN} more; --json lists them`)
  for (const { id, warnings } of report.annotations)
    for (const words of warnings) printLine(`  warning, ${id}: ${words}`)
}
