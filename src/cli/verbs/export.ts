// `annotate export`: annotations, test cases and candles into files, for other programs.
import { extname, join, resolve } from 'node:path'
import { Argument, Option, type Command } from 'commander'
import { caseArrays } from '../../annotation/interchange/case-arrays.ts'
import { LABEL_CONFIG, labelStudioTasks } from '../../annotation/interchange/export-label-studio.ts'
import { npzBytes } from '../../annotation/interchange/npy.ts'
import {
  annotationsTable,
  caseCandlesTable,
  caseOrderBooksTable,
  casesTable,
} from '../../annotation/interchange/tables.ts'
import type { AnnotationOut, TestCaseFile } from '../../contract/annotations.ts'
import { systemClock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import { writeFileWhole, writeJsonWhole } from '../../core/files.ts'
import { makeFolder } from '../../core/folder.ts'
import { parseInstant } from '../../core/time.ts'
import { CANDLE_FORMATS, exportCandles, type CandleFormat } from '../../market/exporting/candles.ts'
import { parquetBytes } from '../../market/exporting/parquet.ts'
import { gapOut } from '../../market/gap.ts'
import { TIMEFRAMES, type Timeframe } from '../../market/timeframe.ts'
import type { OpenWorkspace } from '../../server/open-workspace.ts'
import { storedMarket } from '../../server/stored-market.ts'
import { annotationFilter, FILTER_HELP } from '../annotation-filter.ts'
import { annotationsCsv } from '../annotations-csv.ts'
import { reading } from '../at-workspace.ts'
import { printJson, printLine } from '../output.ts'
import { exportMlflowVerb } from './export-mlflow.ts'
import { group, runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'
import { trainingSetVerb } from './export-training-set.ts'

const FORMATS = ['json', 'csv', 'parquet', 'npz', 'label-studio'] as const
type Format = (typeof FORMATS)[number]

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
    .action(async (path: string, flags: ExportFlags) => runVerb(flags, (run) => exportTo(run, path, flags)))
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
  const format = candleFormatOf(file)
  await reading(run, async (open) => {
    const report = await exportCandles({
      reader: open.reader,
      market: await storedMarket(open.reader, flags.symbol, flags.venue),
      timeframe: flags.timeframe,
      asOf: systemClock.now(),
      path: resolve(file),
      format,
      ...(flags.from === undefined ? {} : { from: parseInstant(flags.from, 'from') }),
      ...(flags.to === undefined ? {} : { to: parseInstant(flags.to, 'to') }),
    })
    const gaps = report.gaps.map(gapOut)
    if (run.json) return printJson({ ...report, gaps })
    printLine(
      `${report.rows} ${report.timeframe} candles of ${report.market.symbol} written to ${report.path}`,
    )
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

async function exportTo(
  run: Verb,
  path: string,
  { format, annotations: filter }: ExportFlags,
): Promise<void> {
  await reading(run, async (open) => {
    const annotations = await open.annotations.list(annotationFilter(filter))
    const written = await write(open, resolve(path), annotations, format)
    if (run.json) printJson(written)
    else
      printLine(
        `${written.annotations} annotations and ${written.test_cases} test cases written to ${written.path}`,
      )
  })
}

/** A .csv or .parquet file holds annotations alone, .npz test cases alone; a .json file or a folder both. */
async function write(
  open: OpenWorkspace,
  path: string,
  annotations: AnnotationOut[],
  format: Format,
): Promise<Written> {
  const count = annotations.length
  const ending = extname(path)
  if (ending === '.csv') await writeFileWhole(path, annotationsCsv(annotations))
  else if (ending === '.parquet')
    await writeFileWhole(path, await parquetBytes(annotationsTable(annotations)))
  else if (format === 'label-studio') await writeLabelStudio(open, path, annotations)
  else {
    const cases = await usableCases(open, annotations)
    if (ending === '.json') await writeJsonWhole(path, { annotations, test_cases: cases })
    else if (ending === '.npz') await writeFileWhole(path, await npzBytes(caseArrays(cases)))
    else await writeFolder(path, annotations, cases, format)
    return { path, annotations: ending === '.npz' ? 0 : count, test_cases: cases.length }
  }
  return { path, annotations: count, test_cases: 0 }
}

async function writeLabelStudio(
  open: OpenWorkspace,
  path: string,
  annotations: AnnotationOut[],
): Promise<void> {
  const tasks = await labelStudioTasks(annotations, open.reader)
  if (extname(path) === '.json') return writeJsonWhole(path, tasks)
  await writeJsonWhole(join(path, 'label-studio.json'), tasks)
  await writeFileWhole(join(path, 'label-studio.xml'), LABEL_CONFIG)
}

async function writeFolder(
  folder: string,
  annotations: AnnotationOut[],
  cases: TestCaseFile[],
  format: Exclude<Format, 'label-studio'>,
): Promise<void> {
  await writeAnnotations(folder, annotations, format)
  if (format === 'parquet') {
    await writeFileWhole(join(folder, 'test_cases.parquet'), await parquetBytes(casesTable(cases)))
    await writeFileWhole(
      join(folder, 'test_case_candles.parquet'),
      await parquetBytes(caseCandlesTable(cases)),
    )
    if (cases.some(({ order_book: book }) => book !== undefined)) {
      await writeFileWhole(
        join(folder, 'test_case_order_books.parquet'),
        await parquetBytes(caseOrderBooksTable(cases)),
      )
    }
  } else if (format === 'npz') {
    await writeFileWhole(join(folder, 'test_cases.npz'), await npzBytes(caseArrays(cases)))
  } else {
    await makeFolder(join(folder, 'test_cases'))
    for (const each of cases)
      await writeJsonWhole(join(folder, 'test_cases', `${each.test_case_id}.json`), each)
  }
}

async function writeAnnotations(
  folder: string,
  annotations: AnnotationOut[],
  format: Exclude<Format, 'label-studio'>,
): Promise<void> {
  if (format === 'csv') await writeFileWhole(join(folder, 'annotations.csv'), annotationsCsv(annotations))
  else if (format === 'parquet')
    await writeFileWhole(
      join(folder, 'annotations.parquet'),
      await parquetBytes(annotationsTable(annotations)),
    )
  else await writeJsonWhole(join(folder, 'annotations.json'), { annotations })
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
