// `annotate import book`: recorded order-book messages (JSON lines) as one snapshot a second.
import { Argument, Option, type Command } from 'commander'
import { systemClock } from '../../core/clock.ts'
import { openDatabase } from '../../core/database.ts'
import { toIso } from '../../core/time.ts'
import { binanceFutures, binanceSpot } from '../../market/exchange/binance/book-sequence.ts'
import { BookLedger } from '../../market/book/book-ledger.ts'
import { BookStore } from '../../market/book/book-store.ts'
import { importBook, type BookImportProgress, type BookImportReport } from '../../market/book/import-book.ts'
import { bookMigrations } from '../../market/book/schema.ts'
import { openMarketStore } from '../../market/store/market-store.ts'
import { marketMigrations } from '../../market/store/schema.ts'
import type { TimeRange } from '../../market/types.ts'
import { bar, printJson, printLine, progress } from '../output.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface BookFlags extends CommonOptions {
  symbol: string
  venue: string
  rule: keyof typeof RULES
  timezone?: string
  columns?: string
}

/** How diffs are numbered; `auto` goes by their fields. */
const RULES = { auto: undefined, 'binance-spot': binanceSpot, 'binance-futures': binanceFutures }

export function bookVerb(): Command {
  return verb('book', 'Import an order book: its snapshots and diffs as they arrived')
    .addArgument(new Argument('<file>', 'JSON lines, plain or gzip'))
    .requiredOption('--symbol <symbol>', 'the market, such as ETH/USDT')
    .option('--venue <venue>', 'whose book it is, such as binance', 'imported')
    .option('--timezone <zone>', 'of times that have none: UTC, America/New_York, +02:00')
    .option(
      '--columns <list>',
      'the keys of the file for arrival, time, first_id, last_id, bids and so on: time=ts',
    )
    .addOption(
      new Option('--rule <rule>', 'how the venue numbers its diffs; auto: as their fields say')
        .choices(Object.keys(RULES))
        .default('auto'),
    )
    .action(async (file: string, flags: BookFlags) => runVerb(flags, (run) => importFile(run, file, flags)))
}

async function importFile({ workspace, json, signal }: Verb, path: string, flags: BookFlags): Promise<void> {
  const database = openDatabase(workspace.database, [...marketMigrations, ...bookMigrations], { alone: true })
  const shown = progress()
  const onProgress = (done: BookImportProgress): void => {
    signal.throwIfAborted()
    shown.show(`${bar(done.bytes / Math.max(1, done.totalBytes))}  ${done.lines} lines`)
  }
  const rule = RULES[flags.rule]
  const { timezone, columns } = flags
  try {
    const report = await importBook({
      path,
      market: { venue: flags.venue, symbol: flags.symbol },
      store: new BookStore(database.sqlite),
      ledger: new BookLedger(openMarketStore(database.sqlite), systemClock),
      onProgress,
      fields: {
        ...(timezone === undefined ? {} : { timezone }),
        ...(columns === undefined ? {} : { columns }),
      },
      ...(rule === undefined ? {} : { rule }),
    })
    shown.end()
    if (json) printJson({ ...report, recorded: report.recorded.map(rangeOf) })
    else printReport(report)
  } finally {
    shown.end()
    await database.close()
  }
}

function rangeOf({ from, to }: TimeRange): { from: string; to: string } {
  return { from: toIso(from), to: toIso(to) }
}

const SHOWN = 10

function printReport(report: BookImportReport): void {
  const { symbol, venue } = report.market
  printLine(`${report.file}: ${report.lines} lines of the order book, ${symbol} on ${venue}`)
  printLine(`  snapshots ${report.snapshots}, diffs ${report.diffs}, numbered as ${report.rule ?? 'unknown'}`)
  printLine(
    `  applied ${report.applied}, before the snapshot ${report.dropped_before_snapshot}, duplicates ${report.duplicates}, never joined ${report.not_joined}, crossed ${report.crossed}`,
  )
  printLine(
    `  seconds added ${report.seconds_added}, already there ${report.seconds_present}, in conflict ${report.seconds_conflicts}`,
  )
  printSome('recorded', report.recorded, (range) => `${rangeOf(range).from} to ${rangeOf(range).to}`)
  printSome('broken', report.resyncs, ({ line, message }) => `line ${line}: ${message}`, report.resyncs_count)
  printSome('refused', report.refused, ({ line, reason }) => `line ${line}: ${reason}`, report.refused_count)
}

function printSome<T>(name: string, all: readonly T[], word: (item: T) => string, count = all.length): void {
  for (const item of all.slice(0, SHOWN)) printLine(`  ${name} ${word(item)}`)
  if (count > SHOWN) printLine(`  … and ${count - SHOWN} more; --json lists them`)
}
