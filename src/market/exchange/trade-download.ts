// An exchange's past trades of a long stretch into the store: page by page, each with what it covers, so that it can go on where it stopped.
import { createHash } from 'node:crypto'
import { AppError } from '../../core/errors.ts'
import { ceilTo, floorTo, SECOND, type EpochMs } from '../../core/time.ts'
import { missingFrom, rangeOf } from '../ranges.ts'
import type { MarketStore } from '../store/market-store.ts'
import type { Market, TimeRange } from '../types.ts'
import type { DownloadOptions, DownloadReport } from './download.ts'
import { noteDownload } from './download-ledger.ts'
import { importDumps, type DumpReport } from './binance/dump-download.ts'
import { profileOf } from './profiles.ts'
import { Rest } from './rest.ts'
import { tradesOfStretch, type TradePart } from './trade-stretch.ts'

const ATTEMPTS = 8

/** @throws AppError `no_history` (an exchange that gives only its newest), `invalid_request`, `exchange_unreachable`, `exchange_refused` */
export async function downloadTrades(options: Omit<DownloadOptions, 'timeframe'>): Promise<DownloadReport> {
  const { connection, store, clock, signal, onProgress } = options
  const { exchange, market: facts } = connection
  const market = { venue: exchange.id, symbol: facts.symbol }
  const range = wholeSeconds(options)
  const begun = clock.now()
  const known = (): readonly TimeRange[] => store.coverage.byTrades(store.open(market))
  const alreadyKnown = seconds([range]) - seconds(missingFrom(known(), range))
  const dumps = await fromDumps(options, market, missingFrom(known(), range))
  const missing = missingFrom(known(), range)
  if (missing.length > 0) requirePast(exchange.id)
  const hash = createHash('sha256')
  let [rows, added, refused] = [0, 0, 0]
  let at: number = range.from
  const tell = (trouble: string | null): void =>
    onProgress({ what: 'trades', share: (at - range.from) / (range.to - range.from), added, trouble })
  const rest = new Rest({ exchange, onTrouble: tell })
  const now = (): EpochMs => clock.now()
  const request = { rest, market: facts, profile: profileOf(exchange.id), attempts: ATTEMPTS, signal, now }
  for (const stretch of missing) {
    for await (const part of tradesOfStretch(request, stretch)) {
      signal.throwIfAborted()
      added += await storeTrades(store, market, part, now)
      for (const { time, id, price, amount } of part.trades) hash.update(`${time},${id},${price},${amount}\n`)
      rows += part.trades.length
      refused += part.refused
      at = part.known.to
      tell(null)
    }
  }
  const sha256 = rows === 0 ? null : hash.digest('hex')
  await noteDownload(store, market, null, { rows, added, sha256, begun, ended: clock.now() })
  const gaps = missingFrom(known(), range).map((gap) => ({ ...gap, missing: seconds([gap]) }))
  return {
    market,
    kind: 'trades',
    timeframe: null,
    range,
    rows,
    added,
    already_known: alreadyKnown,
    refused,
    gaps,
    sha256,
    dumps,
  }
}

/** In one transaction, as known from the moment (`stamp`) of it; what it completes follows. Returns how many were new. */
export async function storeTrades(
  store: MarketStore,
  market: Market,
  { trades, known }: Pick<TradePart, 'trades' | 'known'>,
  stamp: () => EpochMs,
): Promise<number> {
  return store.write(() => {
    const now = stamp()
    const { added } = store.addTrades(market, trades)
    store.cover(market, '1s', 'trades', [known], now)
    store.recompose(market, '1s', known, { first: now, corrected: now })
    return added
  })
}

async function fromDumps(
  { connection, store, clock, signal, onProgress, dumps: settings }: Omit<DownloadOptions, 'timeframe'>,
  market: Market,
  missing: readonly TimeRange[],
): Promise<DumpReport[]> {
  if (settings === undefined) return []
  const reports: DumpReport[] = []
  const request = { exchange: connection.exchange.id, market: connection.market, what: 'aggTrades' } as const
  for (const stretch of missing) {
    const onFile = (name: string, trouble: string | null): void =>
      onProgress({ what: name, share: reports.length / (reports.length + 1), added: 0, trouble })
    reports.push(...(await importDumps({ request, market, store, settings, clock, signal, onFile }, stretch)))
  }
  return reports
}

function wholeSeconds({ range, clock }: Pick<DownloadOptions, 'range' | 'clock'>): TimeRange {
  const whole = rangeOf(ceilTo(range.from, SECOND), floorTo(Math.min(range.to, clock.now()), SECOND))
  if (whole.from < whole.to) return whole
  throw new AppError('invalid_request', 'No whole second lies between --from and --to (or now).', {
    field: 'from',
  })
}

function requirePast(exchange: string): void {
  if (profileOf(exchange).past !== 'newest') return
  const message = `${exchange} gives only its newest trades, not those of the past: record them while they happen (annotate record), or import a file.`
  throw new AppError('no_history', message, { status: 422, field: 'exchange' })
}

function seconds(ranges: readonly TimeRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + (to - from) / SECOND, 0)
}
