// `annotate record`: trades and order books of real markets into the workspace, for later replay, until it is stopped.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { marketKey } from '../../contract/market-name.ts'
import { systemClock } from '../../core/clock.ts'
import { openDatabase } from '../../core/database.ts'
import { AppError, messageOf } from '../../core/errors.ts'
import { ceilTo, SECOND, toIso } from '../../core/time.ts'
import { at, valueAt } from '../../core/at.ts'
import { BookStore } from '../../market/book/book-store.ts'
import { bookMigrations } from '../../market/book/schema.ts'
import { createExchangeSource } from '../../market/exchange/exchange-source.ts'
import { ExchangePool } from '../../market/exchange/shared-exchange.ts'
import { createDataProvider } from '../../market/live-provider.ts'
import type { DataProvider, ProviderStatus } from '../../market/provider.ts'
import { missingFrom, rangeOf, rangeOut } from '../../market/ranges.ts'
import { createMarketReader } from '../../market/reader.ts'
import { openMarketStore, type MarketStore } from '../../market/store/market-store.ts'
import { marketMigrations } from '../../market/store/schema.ts'
import type { Market } from '../../market/types.ts'
import { lockWorkspace } from '../../server/workspace-lock.ts'
import { positiveNumber } from '../numbers.ts'
import { printJson, printLine, progress } from '../output.ts'
import { exchangeSettings, marketsOf, settingsOf, symbolsOf } from '../source-flags.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface RecordFlags extends CommonOptions {
  exchange?: string
  symbol?: string[]
  market?: Market[]
  seconds?: number
  exchangeSettings?: string
}

/** What was recorded of one market. Instants are ISO 8601, UTC. */
interface Recorded extends Market {
  /** The first and the last second that was confirmed; null where none was. */
  readonly from: string | null
  readonly to: string | null
  readonly trades: number
  readonly book_seconds: number
  /** Stretches in between that could not be had. */
  readonly gaps: readonly { readonly from: string; readonly to: string }[]
  readonly late_seconds: number
  readonly reconnects: number
}

export function recordVerb(description: string): Command {
  return verb('record', description)
    .option('--exchange <id>', 'by its ccxt id, such as binance')
    .option(
      '--symbol <symbol>',
      'of that exchange, such as ETH/USDT; several, repeated or with commas',
      symbolsOf,
    )
    .option('--market <venue:symbol>', 'one more market, such as kraken:BTC/EUR; repeatable', marketsOf)
    .option('--seconds <n>', 'stop after so long; without it, when interrupted', positiveNumber)
    .addOption(exchangeSettings())
    .action(async (flags: RecordFlags) => runVerb(flags, (run) => record(run, flags)))
}

async function record({ workspace, json, signal }: Verb, flags: RecordFlags): Promise<void> {
  const markets = wantedMarkets(flags)
  const pool = new ExchangePool(settingsOf(flags), systemClock)
  const lock = lockWorkspace(workspace)
  const shown = progress()
  try {
    const sources = await Promise.all(
      markets.map(({ venue: exchange, symbol }) => createExchangeSource({ exchange, symbol, pool })),
    )
    const database = openDatabase(workspace.database, [...marketMigrations, ...bookMigrations])
    const store = openMarketStore(database.sqlite)
    const onFault = (error: unknown): void => shown.end(`annotate: ${messageOf(error)}`)
    const provider = createDataProvider({
      store,
      reader: createMarketReader(store),
      books: new BookStore(database.sqlite),
      source: at(sources, 0),
      others: sources.slice(1),
      onFault,
    })
    const from = new Map(sources.map(({ market, clock }) => [marketKey(market), clock.now()]))
    try {
      provider.start().catch(onFault)
      await follow(provider, signal, flags.seconds, (line) => shown.show(line))
    } finally {
      await provider.stop()
      shown.end()
      const recorded = provider.statuses().map((status) => {
        return recordedOf(status, store, valueAt(from, marketKey(status.market)))
      })
      await database.close()
      if (json) printJson({ recorded })
      else for (const each of recorded) printReport(each)
    }
  } finally {
    lock.release()
  }
}

function wantedMarkets({ exchange, symbol = [], market = [] }: RecordFlags): Market[] {
  if (symbol.length > 0 && exchange === undefined) {
    const message =
      '--symbol needs --exchange: a ccxt id, such as binance. Or give --market binance:ETH/USDT.'
    throw new AppError('invalid_request', message, { field: 'exchange' })
  }
  const named = exchange === undefined ? [] : symbol.map((each) => ({ venue: exchange, symbol: each }))
  const markets = new Map([...named, ...market].map((each) => [marketKey(each), each]))
  if (markets.size > 0) return [...markets.values()]
  const message =
    'Nothing to record: give --exchange with one --symbol or more, or --market binance:ETH/USDT.'
  throw new AppError('invalid_request', message, { field: 'symbol' })
}

/** Until it is interrupted, or the time is over. */
async function follow(
  provider: DataProvider,
  signal: AbortSignal,
  seconds: number | undefined,
  show: (line: string) => void,
): Promise<void> {
  const began = performance.now()
  const passed = (): number => (performance.now() - began) / SECOND
  while (!signal.aborted && passed() < (seconds ?? Number.POSITIVE_INFINITY)) {
    const rest = seconds === undefined ? 1 : Math.min(1, seconds - passed())
    await sleep(rest * SECOND, undefined, { signal }).catch(() => undefined)
    show(lineOf(provider.statuses(), passed()))
  }
}

function lineOf(statuses: readonly ProviderStatus[], seconds: number): string {
  const sum = (of: (status: ProviderStatus) => number): number =>
    statuses.reduce((total, status) => total + of(status), 0)
  const streaming = statuses.filter(({ state }) => state === 'streaming').length
  const troubles = statuses.flatMap(({ market, connection }) =>
    connection?.trouble == null ? [] : [`${market.symbol}: ${connection.trouble}`],
  )
  const what = `${sum(({ trades }) => trades)} trades, ${sum(({ bookSeconds }) => bookSeconds.recorded)} books`
  const [first] = troubles
  const trouble = first === undefined ? '' : `  (${first})`
  return `${Math.round(seconds)} s  ${streaming} of ${statuses.length} markets stream  ${what}${trouble}`
}

function recordedOf(status: ProviderStatus, store: MarketStore, since: number): Recorded {
  const { market, trades, bookSeconds, lateSeconds, connection } = status
  const id = store.find(market)
  const covered =
    id === null ? [] : store.coverage.byTrades(id).filter(({ to }) => to > ceilTo(since, SECOND))
  const [first, last] = [covered[0], covered.at(-1)]
  const whole =
    first === undefined || last === undefined
      ? null
      : rangeOf(Math.max(first.from, ceilTo(since, SECOND)), last.to)
  return {
    ...market,
    from: whole === null ? null : toIso(whole.from),
    to: whole === null ? null : toIso(whole.to),
    trades,
    book_seconds: bookSeconds.recorded,
    gaps: (whole === null ? [] : missingFrom(covered, whole)).map(rangeOut),
    late_seconds: lateSeconds,
    reconnects: connection?.reconnects ?? 0,
  }
}

function printReport({
  symbol,
  venue,
  from,
  to,
  trades,
  book_seconds: books,
  gaps,
  late_seconds: late,
}: Recorded): void {
  if (from === null || to === null) printLine(`${symbol} on ${venue}: nothing came`)
  else
    printLine(`${symbol} on ${venue}: ${from} to ${to}, ${trades} trades, ${books} seconds of the order book`)
  for (const gap of gaps) printLine(`  gap ${gap.from} to ${gap.to}`)
  if (late > 0) printLine(`  ${late} seconds had a trade that came after they were decided`)
}
