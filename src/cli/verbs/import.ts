// `annotate import`: trades, candles, books and labels from files, each known by its content.
import { Argument, Option, type Command } from 'commander'
import { openDatabase } from '../../core/database.ts'
import { toIso } from '../../core/time.ts'
import { importCandles } from '../../market/importing/candles.ts'
import type { ImportProgress, ImportReport } from '../../market/importing/report.ts'
import { importTrades } from '../../market/importing/trades.ts'
import { openMarketStore } from '../../market/store/market-store.ts'
import { marketMigrations } from '../../market/store/schema.ts'
import { TIMEFRAMES, type Timeframe } from '../../market/timeframe.ts'
import type { Market } from '../../market/types.ts'
import { bar, printJson, printLine, progress } from '../output.ts'
import { group, runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'
import { bookVerb } from './import-book.ts'
import { labelsVerb } from './import-labels.ts'
import { modelVerb } from './import-model.ts'

interface ImportFlags extends CommonOptions {
  symbol: string
  venue: string
}

interface CandleFlags extends ImportFlags {
  timeframe: Timeframe
  sparse?: boolean
}

type Importer = (options: Parameters<typeof importTrades>[0]) => Promise<ImportReport>

/** Where data comes from that no exchange is named for. */
const DEFAULT_VENUE = 'imported'

export function importVerb(description: string): Command {
  const command = group('import', description)
  command.addCommand(tradesVerb()).addCommand(candlesVerb()).addCommand(bookVerb())
  command.addCommand(labelsVerb()).addCommand(modelVerb())
  return command
}

function tradesVerb(): Command {
  return fileVerb('trades', 'Import trades: time, price, amount, side').action(
    async (file: string, flags: ImportFlags) =>
      runVerb(flags, (run) => importFile(run, file, flags, importTrades)),
  )
}

function candlesVerb(): Command {
  return fileVerb('candles', 'Import candles: open time, open, high, low, close, volume')
    .addOption(
      new Option('--timeframe <tf>', 'of the candles').choices([...TIMEFRAMES]).makeOptionMandatory(),
    )
    .option('--sparse', 'absent candles mean that nobody traded, not that data is missing')
    .action(async (file: string, flags: CandleFlags) => {
      const { timeframe, sparse = false } = flags
      const importer: Importer = (options) => importCandles({ ...options, timeframe, sparse })
      await runVerb(flags, (run) => importFile(run, file, flags, importer))
    })
}

function fileVerb(name: string, description: string): Command {
  return verb(name, description)
    .addArgument(
      new Argument('<file>', 'CSV, JSON, Parquet or feather, by content; CSV and JSON also in gzip or zip'),
    )
    .requiredOption('--symbol <symbol>', 'the market, such as ETH/USDT')
    .option('--venue <venue>', 'where it was traded, such as binance', DEFAULT_VENUE)
}

async function importFile(
  { workspace, json, signal }: Verb,
  path: string,
  flags: ImportFlags,
  run: Importer,
): Promise<void> {
  const market: Market = { venue: flags.venue, symbol: flags.symbol }
  const database = openDatabase(workspace.database, marketMigrations, { alone: true })
  const store = openMarketStore(database.sqlite)
  const shown = progress()
  try {
    const onProgress = (done: ImportProgress): void => {
      signal.throwIfAborted()
      shown.show(`${bar(done.bytes / Math.max(1, done.totalBytes))}  ${done.rows} rows`)
    }
    const report = await run({ path, market, store, onProgress })
    shown.end()
    if (json)
      printJson({
        ...report,
        coverage: rangeOf(report.coverage),
        gaps: report.gaps.map((gap) => ({ ...rangeOf(gap), missing: gap.missing })),
      })
    else tell(report)
  } finally {
    shown.end()
    database.close()
  }
}

function rangeOf(range: ImportReport['coverage']): { from: string; to: string } | null {
  return range === null ? null : { from: toIso(range.from), to: toIso(range.to) }
}

const SHOWN = 10

function tell(report: ImportReport): void {
  const what = report.timeframe === null ? 'trades' : `${report.timeframe} candles`
  const { symbol, venue } = report.market
  printLine(`${report.file}: ${report.rows} rows of ${what}, ${symbol} on ${venue}`)
  if (report.checksum_verified) printLine('  the checksum beside it agrees')
  printLine(`  added ${report.added}, already there ${report.already_present}`)
  printLine(`  repeats ${report.repeats}, out of order ${report.out_of_order}, conflicts ${report.conflicts}`)
  const known = rangeOf(report.coverage)
  if (known !== null) printLine(`  known from ${known.from} to ${known.to}`)
  tellSome('gap', report.gaps, (gap) => `${toIso(gap.from)} to ${toIso(gap.to)}, ${gap.missing} missing`)
  tellSome('refused', report.refused, ({ line, reason }) => `line ${line}: ${reason}`, report.refused_count)
}

function tellSome<T>(name: string, all: readonly T[], word: (item: T) => string, count = all.length): void {
  for (const item of all.slice(0, SHOWN)) printLine(`  ${name} ${word(item)}`)
  if (count > SHOWN) printLine(`  … and ${count - SHOWN} more; --json lists them`)
}
