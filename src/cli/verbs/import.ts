// `annotate import`: trades, candles, books and labels from files, each known by its content.
import { Argument, Option, type Command } from 'commander'
import { openDatabase } from '../../core/database.ts'
import { AppError } from '../../core/errors.ts'
import { importCandles, type CandleImportOptions } from '../../market/importing/candles/import-candles.ts'
import { meantMarket } from '../../market/importing/identity/known-market.ts'
import { symbolsIn } from '../../market/importing/identity/split-symbols.ts'
import { ccxtSymbol } from '../../market/importing/identity/symbols.ts'
import type { ImportOptions } from '../../market/importing/import-file.ts'
import type { ImportProgress, ImportReport } from '../../market/importing/report.ts'
import { importTrades } from '../../market/importing/trades/import-trades.ts'
import { openMarketStore, type MarketStore } from '../../market/store/market-store.ts'
import { marketMigrations } from '../../market/store/schema.ts'
import { TIMEFRAMES, type Timeframe } from '../../market/timeframe.ts'
import type { Market } from '../../market/types.ts'
import { bar, progress } from '../output.ts'
import { group, runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'
import { bookVerb } from './import-book.ts'
import { labelsVerb } from './import-labels.ts'
import { modelVerb } from './import-model.ts'
import { printImports } from './import-report.ts'

interface ImportFlags extends CommonOptions {
  symbol?: string
  venue: string
  timezone?: string
  columns?: string
  splitSymbols?: boolean
  replace?: boolean
  negativePrices?: boolean
}

interface CandleFlags extends ImportFlags {
  timeframe: Timeframe
  sparse?: boolean
  volume: boolean
  widen?: boolean
}

interface Importer {
  readonly kind: 'trades' | 'candles'
  readonly run: (options: ImportOptions) => Promise<ImportReport>
}

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
      runVerb(flags, (run) => importFile(run, file, flags, { kind: 'trades', run: importTrades })),
  )
}

function candlesVerb(): Command {
  return fileVerb('candles', 'Import candles: open time, open, high, low, close, volume')
    .addOption(
      new Option('--timeframe <tf>', 'of the candles').choices([...TIMEFRAMES]).makeOptionMandatory(),
    )
    .option('--sparse', 'absent candles mean that nobody traded, not that data is missing')
    .option('--no-volume', 'the market has no volume: 0 is stored')
    .option('--widen', 'high and low are widened where open or close lie outside them')
    .action(async (file: string, flags: CandleFlags) => {
      const { timeframe, sparse = false, widen = false } = flags
      const how: Omit<CandleImportOptions, keyof ImportOptions> = {
        timeframe,
        sparse,
        widen,
        noVolume: !flags.volume,
      }
      const run: Importer['run'] = (options) => importCandles({ ...options, ...how })
      await runVerb(flags, (given) => importFile(given, file, flags, { kind: 'candles', run }))
    })
}

function fileVerb(name: string, description: string): Command {
  return verb(name, description)
    .addArgument(
      new Argument(
        '<file>',
        'CSV, JSON, JSON Lines, Parquet or feather, by content; text also in gzip or zip',
      ),
    )
    .option('--symbol <symbol>', 'the market, such as ETH/USDT; of a file of several, its rows')
    .option('--venue <venue>', 'where it was traded, such as binance', DEFAULT_VENUE)
    .option('--split-symbols', "every symbol of the file's own column becomes a market")
    .option('--timezone <zone>', 'of times that have none: UTC, America/New_York, +02:00')
    .option('--columns <list>', 'which is which, by position from 1 or by header: time=1,open=Open')
    .option(
      '--replace',
      'inside its span the file stands before what is there; the older rows are kept as history',
    )
    .option(
      '--negative-prices',
      'the market trades at 0 and below, too, as futures and spreads may; said once, it is remembered',
    )
}

async function importFile(
  { workspace, json, signal }: Verb,
  path: string,
  flags: ImportFlags,
  { kind, run }: Importer,
): Promise<void> {
  const { timezone, columns } = flags
  if ((flags.symbol === undefined) === (flags.splitSymbols !== true)) throw symbolNeeded()
  const database = openDatabase(workspace.database, marketMigrations, { alone: true })
  const store = openMarketStore(database.sqlite)
  const shown = progress()
  try {
    const onProgress = (done: ImportProgress): void => {
      signal.throwIfAborted()
      shown.show(`${bar(done.bytes / Math.max(1, done.totalBytes))}  ${done.rows} rows`)
    }
    const how = {
      path,
      store,
      onProgress,
      replace: flags.replace === true,
      negativePrices: flags.negativePrices === true,
      ...(timezone === undefined ? {} : { timezone }),
      ...(columns === undefined ? {} : { columns }),
    }
    const symbols = flags.symbol === undefined ? await symbolsIn(how, kind) : null
    const reports: ImportReport[] = []
    for (const market of marketsOf(store, flags, symbols)) {
      const meant = meantMarket(store, market)
      const report = await run({ ...how, market: meant.market })
      reports.push(meant.note === null ? report : { ...report, notes: [meant.note, ...report.notes] })
    }
    shown.end()
    printImports(reports, { json, split: symbols !== null })
  } finally {
    shown.end()
    await database.close()
  }
}

/** The markets that a file is imported as: the one that is named, or those of its own symbols. */
function marketsOf(
  store: MarketStore,
  { venue, symbol = '' }: ImportFlags,
  symbols: readonly string[] | null,
): Market[] {
  if (symbols === null) return [{ venue, symbol }]
  const known = new Set(store.markets().map((market) => market.symbol))
  return symbols.map((each) => ({ venue, symbol: known.has(each) ? each : ccxtSymbol(each) }))
}

function symbolNeeded(): AppError {
  return new AppError(
    'missing_symbol',
    'Say which market the file is of by --symbol, such as --symbol ETH/USDT, or, where it has a column of symbols, make a market of each by --split-symbols: one of the two.',
    { field: 'symbol' },
  )
}
