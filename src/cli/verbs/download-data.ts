// `annotate download-data`: an exchange's own candles of a stretch of time into the workspace.
import { InvalidArgumentError, type Command } from 'commander'
import { systemClock } from '../../core/clock.ts'
import { openDatabase } from '../../core/database.ts'
import { AppError } from '../../core/errors.ts'
import { parseInstant } from '../../core/time.ts'
import { connect } from '../../market/exchange/connect.ts'
import {
  downloadCandles,
  type DownloadProgress,
  type DownloadReport,
} from '../../market/exchange/download.ts'
import { hasDumps } from '../../market/exchange/binance/dump-files.ts'
import { settingsOf as settingsOfOne } from '../../market/exchange/settings.ts'
import { downloadTrades } from '../../market/exchange/trade-download.ts'
import { rangeOf, rangeOut } from '../../market/ranges.ts'
import { openMarketStore } from '../../market/store/market-store.ts'
import { marketMigrations } from '../../market/store/schema.ts'
import { TIMEFRAMES, type Timeframe } from '../../market/timeframe.ts'
import { bar, printJson, printLine, progress } from '../output.ts'
import { exchangeSettings, settingsOf } from '../source-flags.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface DownloadFlags extends CommonOptions {
  exchange: string
  symbol: string
  from: string
  to?: string
  timeframes: Timeframe[]
  trades?: boolean
  fromDumps?: boolean
  exchangeSettings?: string
}

export function downloadDataVerb(description: string): Command {
  return verb('download-data', description)
    .requiredOption('--exchange <id>', 'by its ccxt id, such as binance')
    .requiredOption('--symbol <symbol>', 'the market, such as ETH/USDT')
    .requiredOption('--from <time>', 'such as 2024-08-01T00:00:00Z')
    .option('--to <time>', 'now by default')
    .option('--timeframes <list>', 'of 1s,1m,1h,1d, or none; 1s where the exchange has it', timeframesOf, [
      '1m',
      '1h',
      '1d',
    ])
    .option('--trades', 'the trades too, as far as the exchange can be asked for them by time')
    .option(
      '--from-dumps',
      'binance, binanceusdm: whole days and months from its public dump files, verified',
    )
    .addOption(exchangeSettings())
    .action(async (flags: DownloadFlags) => runVerb(flags, (run) => download(run, flags)))
}

async function download({ workspace, json, signal }: Verb, flags: DownloadFlags): Promise<void> {
  const from = parseInstant(flags.from, 'from')
  const to = flags.to === undefined ? systemClock.now() : parseInstant(flags.to, 'to')
  const settings = settingsOf(flags)
  if (flags.fromDumps === true) requireDumps(flags.exchange)
  if (flags.timeframes.length === 0 && flags.trades !== true) throw nothingWanted()
  const connection = await connect(flags.exchange, flags.symbol, settings)
  const database = openDatabase(workspace.database, marketMigrations, { alone: true })
  const store = openMarketStore(database.sqlite)
  const shown = progress()
  const onProgress = ({ what, share, added, trouble }: DownloadProgress): void =>
    shown.show(`${what} ${bar(share)}  ${added} new${trouble === null ? '' : `  (${trouble})`}`)
  try {
    const reports: DownloadReport[] = []
    const range = rangeOf(from, to)
    const dumps = flags.fromDumps === true ? settingsOfOne(settings, flags.exchange) : undefined
    const options = { connection, store, clock: systemClock, range, dumps, signal, onProgress }
    const work = flags.timeframes.map((timeframe) => () => downloadCandles({ ...options, timeframe }))
    if (flags.trades === true) work.push(() => downloadTrades(options))
    for (const each of work) {
      const report = await each()
      reports.push(report)
      shown.end()
      if (!json) printReport(report)
    }
    if (json) printJson({ downloads: reports.map(reportOut) })
  } finally {
    shown.end()
    await database.close()
    await connection.exchange.close()
  }
}

const SHOWN = 10

function printReport({
  market,
  timeframe,
  range,
  rows,
  added,
  already_known: known,
  refused,
  gaps,
  dumps,
}: DownloadReport): void {
  const { from, to } = rangeOut(range)
  const what = timeframe === null ? 'seconds of trades' : 'candles'
  printLine(`${market.symbol} on ${market.venue}, ${timeframe ?? 'trades'}, ${from} to ${to}`)
  for (const dump of dumps)
    printLine(`  ${dump.file}: ${dump.rows} rows, ${dump.added} of them new, verified`)
  printLine(`  ${rows} rows came, ${added} of them new; ${known} ${what} were there; ${refused} rows refused`)
  for (const gap of gaps.slice(0, SHOWN)) {
    printLine(`  gap ${rangeOut(gap).from} to ${rangeOut(gap).to}, ${gap.missing} missing`)
  }
  if (gaps.length > SHOWN) printLine(`  … and ${gaps.length - SHOWN} more gaps; --json lists them`)
  if (gaps.length === 0) printLine('  no gaps')
}

function reportOut(report: DownloadReport): object {
  return {
    ...report,
    range: rangeOut(report.range),
    gaps: report.gaps.map((gap) => ({ ...rangeOut(gap), missing: gap.missing })),
  }
}

function requireDumps(exchange: string): void {
  if (hasDumps(exchange)) return
  const message = `${exchange} publishes no dump files: --from-dumps goes with binance and binanceusdm.`
  throw new AppError('invalid_request', message, { field: 'from-dumps' })
}

function nothingWanted(): AppError {
  const message = 'Nothing to fetch: give --timeframes, or --trades.'
  return new AppError('invalid_request', message, { field: 'timeframes' })
}

function timeframesOf(text: string): Timeframe[] {
  if (text === 'none') return []
  const named = text.split(',').map((name) => name.trim())
  const known = named.filter((name): name is Timeframe => TIMEFRAMES.some((timeframe) => timeframe === name))
  if (known.length === named.length) return [...new Set(known)]
  throw new InvalidArgumentError(`Expected some of ${TIMEFRAMES.join(',')}, with commas between.`)
}
