// `annotate export`: annotations, test cases and candles into files, for other programs.
import { extname, resolve } from 'node:path'
import { Argument, Option, type Command } from 'commander'
import type { AnnotationOut, TestCaseFile } from '../../contract/annotations.ts'
import { systemClock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import { parseInstant } from '../../core/time.ts'
import { CANDLE_FORMATS, type CandleFormat } from '../../market/exporting/candles.ts'
import { gapOut } from '../../market/gap.ts'
import { TIMEFRAMES, type Timeframe } from '../../market/timeframe.ts'
import type { OpenWorkspace } from '../../server/open-workspace.ts'
import { storedMarket } from '../../server/stored-market.ts'
import { annotationFilter, FILTER_HELP } from '../annotation-filter.ts'
import { reading } from '../at-workspace.ts'
import { FORMATS, type Format } from '../exports/export.ts'
import { exportTo } from '../exports/export-to.ts'
import { holdsCases } from '../exports/write-export.ts'
import { printJson, printLine } from '../output.ts'
import { exportMlflowVerb } from './export-mlflow.ts'
import { group, runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'
import { trainingSetVerb } from './export-training-set.ts'

interface ExportFlags extends CommonOptions {
  format: Format
  annotations?: string
}

interface CandleFlags extends CommonOptions {
  symbol: string
  venue?: string
  timeframe: Timeframe
  from?: string
  to?: string
}

interface Written {
  path: string
  annotations: number
  test_cases: number
}

export function exportVerb(description: string): Command {
  const command = group('export', description)
  command.addCommand(marksVerb(), { isDefault: true }).addCommand(candlesVerb())
  command.addCommand(trainingSetVerb()).addCommand(exportMlflowVerb())
  command.addHelpText(
    'after',
    () => `\nannotate export marks, or just annotate export:\n\n${marksVerb().helpInformation()}`,
  )
  return command
}

function marksVerb(): Command {
  return verb(
    'marks',
    'Write annotations and test cases (what `annotate export` does without a further word)',
  )
    .addArgument(
      new Argument('[path]', 'a folder, or a .json, .csv, .parquet or .npz file').default('export'),
    )
    .addOption(
      new Option('--format <format>', 'in a folder; label-studio also in a .json file')
        .choices(FORMATS)
        .default('json'),
    )
    .option('--annotations <filter>', FILTER_HELP)
    .action(async (path: string, flags: ExportFlags) => runVerb(flags, (run) => marks(run, path, flags)))
}

function candlesVerb(): Command {
  return verb('candles', 'Write closed candles, quiet ones filled, gaps left out')
    .addArgument(new Argument('<file>', `a .${CANDLE_FORMATS.join(', .')} file`))
    .requiredOption('--symbol <symbol>', 'the market, such as ETH/USDT')
    .option('--venue <venue>', 'needed where several venues of the symbol are stored')
    .addOption(
      new Option('--timeframe <tf>', 'of the candles').choices([...TIMEFRAMES]).makeOptionMandatory(),
    )
    .option('--from <time>', 'first open time; all that is stored without it')
    .option('--to <time>', 'open times before this')
    .action(async (file: string, flags: CandleFlags) => runVerb(flags, (run) => candles(run, file, flags)))
}

async function candles(run: Verb, file: string, flags: CandleFlags): Promise<void> {
  const [format, path] = [candleFormatOf(file), resolve(file)]
  await reading(run, async (open) => {
    const { timeframe } = flags
    const market = await storedMarket(open.reader, flags.symbol, flags.venue)
    const span = {
      ...(flags.from === undefined ? {} : { from: parseInstant(flags.from, 'from') }),
      ...(flags.to === undefined ? {} : { to: parseInstant(flags.to, 'to') }),
    }
    const asOf = systemClock.now()
    const one = { what: 'candles', format, market, timeframe, asOf, ...span } as const
    const { rows, gaps: left = [] } = await exportTo(run, open, one, path)
    const gaps = left.map(gapOut)
    if (run.json) return printJson({ path, format, market, timeframe, rows, gaps })
    printLine(`${rows} ${timeframe} candles of ${market.symbol} written to ${path}`)
    for (const { from, to } of gaps) printLine(`  gap ${from} to ${to}`)
  })
}

function candleFormatOf(file: string): CandleFormat {
  const ending = extname(file).slice(1)
  const format = CANDLE_FORMATS.find((known) => known === ending)
  if (format !== undefined) return format
  throw new AppError(
    'unknown_format',
    `${file} ends with no format known here: expected .${CANDLE_FORMATS.join(', .')}.`,
  )
}

async function marks(run: Verb, path: string, { format, annotations: filter }: ExportFlags): Promise<void> {
  await reading(run, async (open) => {
    const annotations = await open.annotations.list(annotationFilter(filter))
    const to = resolve(path)
    const cases = holdsCases(to, format) ? await usableCases(open, annotations) : []
    await exportTo(run, open, { what: 'marks', format, annotations, cases }, to)
    const written: Written = {
      path: to,
      annotations: extname(to) === '.npz' && holdsCases(to, format) ? 0 : annotations.length,
      test_cases: cases.length,
    }
    if (run.json) printJson(written)
    else
      printLine(
        `${written.annotations} annotations and ${written.test_cases} test cases written to ${written.path}`,
      )
  })
}

/** Cases that are missing or broken on disk are named on stderr and left out. */
async function usableCases(open: OpenWorkspace, annotations: AnnotationOut[]): Promise<TestCaseFile[]> {
  const cases: TestCaseFile[] = []
  for (const { test_case_id: id } of annotations) {
    try {
      cases.push(await open.testCases.file(id))
    } catch (error) {
      process.stderr.write(`annotate: ${id} is left out: ${(error as Error).message}\n`)
    }
  }
  return cases
}
