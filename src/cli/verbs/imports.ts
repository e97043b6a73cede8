// `annotate imports` and `annotate forget`: what came in, and taking it out again.
import { InvalidArgumentError, Option, type Command } from 'commander'
import type { ForgottenOut, ImportOut } from '../../contract/imports.ts'
import { openDatabase } from '../../core/database.ts'
import { AppError } from '../../core/errors.ts'
import { parseInstant } from '../../core/time.ts'
import { rangeOf } from '../../market/ranges.ts'
import type { Stretch } from '../../market/store/forget-range.ts'
import { openMarketStore } from '../../market/store/market-store.ts'
import { marketMigrations } from '../../market/store/schema.ts'
import { TIMEFRAMES, type Timeframe } from '../../market/timeframe.ts'
import { describeImports, forgetOneImport, forgetOneStretch } from '../../server/imports.ts'
import { reading } from '../at-workspace.ts'
import { bar, printJson, printLine, printTable, progress } from '../output.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface ForgetFlags extends CommonOptions {
  import?: number
  symbol?: string
  venue?: string
  timeframe?: Timeframe
  books?: boolean
  from?: string
  to?: string
  dryRun?: boolean
}

export function importsVerb(description: string): Command {
  return verb('imports', description).action(async (flags: CommonOptions) => runVerb(flags, list))
}

async function list({ workspace, json }: Verb): Promise<void> {
  const database = openDatabase(workspace.database, marketMigrations)
  try {
    const imports = describeImports(openMarketStore(database.sqlite))
    if (json) printJson({ imports })
    else if (imports.length === 0) printLine('Nothing was imported yet.')
    else
      printTable(['id', 'when', 'file', 'market', 'holds', 'rows', 'from', 'to', 'state'], imports.map(rowOf))
  } finally {
    await database.close()
  }
}

function rowOf(one: ImportOut): string[] {
  const holds = one.kind === 'candles' ? (one.timeframe ?? '') : one.kind
  const market = `${one.symbol} on ${one.venue}`
  const rows = `${one.rows ?? ''}`
  return [`${one.id}`, one.started_at, one.file, market, holds, rows, one.from ?? '', one.to ?? '', one.state]
}

export function forgetVerb(description: string): Command {
  return verb('forget', description)
    .option('--import <id>', 'what this import brought; annotate imports lists them', number)
    .option('--symbol <symbol>', 'or of this market, whoever brought it')
    .option('--venue <venue>', 'of this market')
    .addOption(
      new Option('--timeframe <tf>', 'its candles alone; 1s with its trades').choices([...TIMEFRAMES]),
    )
    .option('--books', 'its order books alone')
    .option('--from <time>', 'from this instant on')
    .option('--to <time>', 'before this instant')
    .option('--dry-run', 'change nothing: say what would go, and which test cases and runs stand on it')
    .action(async (flags: ForgetFlags) => runVerb(flags, (run) => forget(run, flags)))
}

async function forget(run: Verb, flags: ForgetFlags): Promise<void> {
  const { symbol, venue, timeframe, books, from, to } = flags
  const isStretch = [symbol, venue, timeframe, books, from, to].some((flag) => flag !== undefined)
  if (isStretch === (flags.import !== undefined)) throw choose()
  const stretch = isStretch ? stretchOf(flags) : null
  const shown = progress()
  try {
    const onProgress = (share: number): void => shown.show(bar(share))
    const how = { dryRun: flags.dryRun === true, onProgress }
    const done = await reading(run, (open) =>
      stretch === null ? forgetOneImport(open, flags.import ?? 0, how) : forgetOneStretch(open, stretch, how),
    )
    shown.end()
    if (run.json) printJson(done)
    else tell(done)
  } finally {
    shown.end()
  }
}

function stretchOf({ symbol, venue, timeframe, books = false, from, to }: ForgetFlags): Stretch {
  if (symbol === undefined || venue === undefined || (books && timeframe !== undefined)) throw choose()
  const start = from === undefined ? Number.MIN_SAFE_INTEGER : parseInstant(from, 'from')
  const end = to === undefined ? Number.MAX_SAFE_INTEGER : parseInstant(to, 'to')
  if (start >= end) throw new AppError('invalid_range', '--to is not after --from: swap the two.')
  return {
    market: { symbol, venue },
    holds: books ? 'books' : (timeframe ?? null),
    range: rangeOf(start, end),
  }
}

function choose(): AppError {
  return new AppError(
    'choose_what',
    'Say what to take out: --import ID, or --symbol S --venue V with --timeframe or --books, --from and --to where not all of it. annotate imports and annotate ledger list what there is.',
  )
}

function tell(done: ForgottenOut): void {
  const { dry_run: dry, removed, restored, kept, test_cases, training_runs } = done
  printLine(`${dry ? 'Would take out' : 'Taken out:'} ${removed} rows`)
  if (done.order_book_seconds > 0) printLine(`  and ${done.order_book_seconds} seconds of order books`)
  if (restored > 0) printLine(`  ${restored} rows that others gave differently stand again`)
  if (kept > 0) printLine(`  ${kept} rows stay: a stream or a download gave them too`)
  printLine(`  test cases that stood on it: ${test_cases.length === 0 ? 'none' : test_cases.join(', ')}`)
  printLine(`  training runs that learned from these: ${training_runs.join(', ') || 'none'}`)
}

function number(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected the number of an import, as annotate imports lists it.')
}
