// The exchange's own candles of a long stretch into the store: goes on where it stopped, adds only what is missing, says what is not there.
import { createHash } from 'node:crypto'
import { AppError } from '../../core/errors.ts'
import type { Clock } from '../../core/clock.ts'
import { ceilTo, floorTo } from '../../core/time.ts'
import { clip, hullOf, missingFrom, rangeOf } from '../ranges.ts'
import type { MarketStore } from '../store/market-store.ts'
import { durationOf, type Timeframe } from '../timeframe.ts'
import type { Candle, Market, TimeRange } from '../types.ts'
import { candlePages, hasTimeframe } from './candle-history.ts'
import { storePage } from './candle-keeper.ts'
import type { Connection } from './connect.ts'
import { noteDownload } from './download-ledger.ts'
import { importDumps, type DumpReport } from './binance/dump-download.ts'
import { profileOf } from './profiles.ts'
import { Rest } from './rest.ts'
import type { ExchangeSettings } from './settings.ts'

const ATTEMPTS = 8

export interface DownloadOptions {
  readonly connection: Connection
  readonly store: MarketStore
  /** Stamps what is stored, and bounds what can have closed. */
  readonly clock: Clock
  readonly timeframe: Timeframe
  readonly range: TimeRange
  /** Where dump files are to be used first: how they are reached. */
  readonly dumps?: ExchangeSettings | undefined
  readonly signal: AbortSignal
  readonly onProgress: (progress: DownloadProgress) => void
}

export interface DownloadProgress {
  /** A timeframe, `trades`, or the name of a dump file. */
  readonly what: string
  /** Of the stretch, 0 to 1. */
  readonly share: number
  readonly added: number
  /** What is wrong just now, in words; null where nothing is. */
  readonly trouble: string | null
}

export interface DownloadReport {
  readonly market: Market
  readonly kind: 'candles' | 'trades'
  /** Null for trades. */
  readonly timeframe: Timeframe | null
  /** Whole candles of what was asked for, or whole seconds. */
  readonly range: TimeRange
  /** Rows that came from the exchange, and of those the new ones. Known before, and not asked for again: `already_known` candles or seconds. */
  readonly rows: number
  readonly added: number
  readonly already_known: number
  readonly refused: number
  /** Candles of the stretch that nothing is known of now, where the exchange has none or has not closed them. */
  readonly gaps: readonly (TimeRange & { readonly missing: number })[]
  /** Of the rows that came, as text, in order; null where none came. */
  readonly sha256: string | null
  /** Dump files that were imported before the exchange was asked for the rest. */
  readonly dumps: readonly DumpReport[]
}

/** @throws AppError `no_such_timeframe`, `invalid_request` (an empty stretch), `exchange_unreachable`, `exchange_refused` */
export async function downloadCandles(options: DownloadOptions): Promise<DownloadReport> {
  const { connection, store, timeframe, clock, signal, onProgress } = options
  const { exchange, market: facts } = connection
  checkTimeframe(connection, timeframe)
  const market = { venue: exchange.id, symbol: facts.symbol }
  const range = wholeCandles(options)
  const begun = clock.now()
  const known = (): readonly TimeRange[] => store.known(market, timeframe)
  const before = missingFrom(known(), range)
  const dumps = await fromDumps(options, market, before)
  const missing = missingFrom(known(), range)
  const count = (ranges: readonly TimeRange[]): number =>
    ranges.reduce((sum, { from, to }) => sum + (to - from) / durationOf(timeframe), 0)
  const hash = createHash('sha256')
  let [rows, added, refused] = [0, 0, 0]
  let trouble: string | null = null
  const tell = (at: number): void =>
    onProgress({ what: timeframe, share: (at - range.from) / (range.to - range.from), added, trouble })
  const rest = new Rest({
    exchange,
    onTrouble: (words) => {
      trouble = words
      tell(range.from)
    },
  })
  const profile = profileOf(exchange.id)
  const request = {
    rest,
    market: facts,
    profile,
    timeframe,
    attempts: ATTEMPTS,
    signal,
    now: () => clock.now(),
  }
  for (const part of missing) {
    for await (const page of candlePages({ ...request, range: part })) {
      signal.throwIfAborted()
      const stored = await storePage(store, market, timeframe, page, () => clock.now())
      for (const candle of page.candles) hash.update(lineOf(candle))
      rows += page.candles.length
      added += stored.added
      refused += page.refused
      trouble = null
      tell(page.through)
    }
  }
  tell(range.to)
  const sha256 = rows === 0 ? null : hash.digest('hex')
  await noteDownload(store, market, timeframe, { rows, added, sha256, begun, ended: clock.now() })
  const left = missingFrom(known(), range).map((gap) => ({ ...gap, missing: count([gap]) }))
  const already = count([range]) - count(before)
  const kind = 'candles'
  return {
    market,
    kind,
    timeframe,
    range,
    rows,
    added,
    already_known: already,
    refused,
    gaps: left,
    sha256,
    dumps,
  }
}

async function fromDumps(
  { connection, store, timeframe, clock, signal, onProgress, dumps: settings }: DownloadOptions,
  market: Market,
  missing: readonly TimeRange[],
): Promise<DumpReport[]> {
  const hull = hullOf(missing)
  if (settings === undefined || hull === null) return []
  const reports: DumpReport[] = []
  const request = { exchange: connection.exchange.id, market: connection.market, what: timeframe }
  for (const stretch of missing) {
    const onFile = (name: string, trouble: string | null): void =>
      onProgress({
        what: name,
        share: (stretch.from - hull.from) / (hull.to - hull.from),
        added: 0,
        trouble,
      })
    reports.push(...(await importDumps({ request, market, store, settings, clock, signal, onFile }, stretch)))
  }
  return reports
}

function checkTimeframe({ exchange }: Connection, timeframe: Timeframe): void {
  if (hasTimeframe(exchange, timeframe)) return
  const known = Object.keys(exchange.timeframes ?? {}).join(', ') || 'none'
  const message = `${exchange.name} has no candles of ${timeframe}; it has ${known}. Longer ones are composed of 1s or 1m candles and trades.`
  throw new AppError('no_such_timeframe', message, { field: 'timeframes' })
}

function wholeCandles({ range, timeframe, clock }: DownloadOptions): TimeRange {
  const step = durationOf(timeframe)
  const whole = rangeOf(ceilTo(range.from, step), floorTo(Math.min(range.to, clock.now()), step))
  const clipped = clip([whole], whole)[0]
  if (clipped !== undefined && whole.from < whole.to) return clipped
  const message = `No whole ${timeframe} candle lies between --from and --to (or now).`
  throw new AppError('invalid_request', message, { field: 'from' })
}

function lineOf({ openTime, open, high, low, close, volume }: Candle): string {
  return `${openTime},${open},${high},${low},${close},${volume}\n`
}
