// `annotate download-data`: an exchange's own candles of a stretch of time into the workspace.
import { InvalidArgumentError, type Command } from 'commander'
import { systemClock } from '../../core/clock.ts'
import { openDatabase } from '../../core/database.ts'
import { parseInstant, toIso } from '../../core/time.ts'
import { connect } from '../../market/exchange/connect.ts'
import {
  downloadCandles,
  type DownloadProgress,
  type DownloadReport,
} from '../../market/exchange/download.ts'
import { readExchangeSettings } from '../../market/exchange/settings.ts'
import { rangeOf } from '../../market/ranges.ts'
import { openMarketStore } from '../../market/store/market-store.ts'
import { marketMigrations } from '../../market/store/schema.ts'
import { TIMEFRAMES, type Timeframe } from '../../market/timeframe.ts'
import type { TimeRange } from '../../market/types.ts'
import { bar, printJson, printLine, progress } from '../output.ts'
import { exchangeSettings } from '../source-flags.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface DownloadFlags extends CommonOptions {
  exchange: string
  symbol: string
  from: string
  to?: string
  timeframes: Timeframe[]
  exchangeSettings?: string
}

export function downloadDataVerb(description: string): Command {
  return verb('download-data', description)
    .requiredOption('--exchange <id>', 'by its ccxt id, such as binance')
    .requiredOption('--symbol <symbol>', 'the market, such as ETH/USDT')
    .requiredOption('--from <time>', 'such as 2024-08-01T00:00:00Z')
    .option('--to <time>', 'now by default')
    .option('--timeframes <list>', 'of 1s,1m,1h,1d; 1s where the exchange has it', timeframesOf, [
      '1m',
      '1h',
      '1d',
    ])
    .addOption(exchangeSettings())
    .action(async (flags: DownloadFlags) => runVerb(flags, (run) => download(run, flags)))
}

async function download({ workspace, json, signal }: Verb, flags: DownloadFlags): Promise<void> {
  const from = parseInstant(flags.from, 'from')
  const to = flags.to === undefined ? systemClock.now() : parseInstant(flags.to, 'to')
  const file = flags.exchangeSettings
  const connection = await connect(
    flags.exchange,
    flags.symbol,
    file === undefined ? {} : readExchangeSettings(file),
  )
  const database = openDatabase(workspace.database, marketMigrations)
  const store = openMarketStore(database.sqlite)
  const shown = progress()
  const onProgress = ({ timeframe, share, added, trouble }: DownloadProgress): void =>
    shown.show(`${timeframe} ${bar(share)}  ${added} new${trouble === null ? '' : `  (${trouble})`}`)
  try {
    const reports: DownloadReport[] = []
    for (const timeframe of flags.timeframes) {
      const range = rangeOf(from, to)
      const options = { connection, store, clock: systemClock, timeframe, range, signal, onProgress }
      reports.push(await downloadCandles(options))
      shown.end()
      if (!json) tell(reports.at(-1)!)
    }
    if (json) printJson({ downloads: reports.map(reportOut) })
  } finally {
    shown.end()
    database.close()
    await connection.exchange.close()
  }
}

const SHOWN = 10

function tell({
  market,
  timeframe,
  range,
  rows,
  added,
  already_known: known,
  refused,
  gaps,
}: DownloadReport): void {
  const { from, to } = spanOut(range)
  printLine(`${market.symbol} on ${market.venue}, ${timeframe}, ${from} to ${to}`)
  printLine(`  ${rows} rows came, ${added} of them new; ${known} candles were there; ${refused} rows refused`)
  for (const gap of gaps.slice(0, SHOWN)) {
    printLine(`  gap ${spanOut(gap).from} to ${spanOut(gap).to}, ${gap.missing} missing`)
  }
  if (gaps.length > SHOWN) printLine(`  … and ${gaps.length - SHOWN} more gaps; --json lists them`)
  if (gaps.length === 0) printLine('  no gaps')
}

function reportOut(report: DownloadReport): object {
  return {
    ...report,
    range: spanOut(report.range),
    gaps: report.gaps.map((gap) => ({ ...spanOut(gap), missing: gap.missing })),
  }
}

function spanOut({ from, to }: TimeRange): { from: string; to: string } {
  return { from: toIso(from), to: toIso(to) }
}

function timeframesOf(text: string): Timeframe[] {
  const named = text.split(',').map((name) => name.trim())
  const known = named.filter((name): name is Timeframe => TIMEFRAMES.some((timeframe) => timeframe === name))
  if (known.length === named.length) return [...new Set(known)]
  throw new InvalidArgumentError(`Expected some of ${TIMEFRAMES.join(',')}, with commas between.`)
}
