// What a file says of itself besides its rows: its name, in the ways that are known, and its metadata.
import { basename } from 'node:path'
import { AppError } from '../../../core/errors.ts'
import type { Timeframe } from '../../timeframe.ts'
import type { Market } from '../../types.ts'
import { sameSymbol } from './symbols.ts'
import { sameVenue } from './venues.ts'

export interface Claim {
  /** Where it says so: `its name`, `its metadata`. */
  readonly where: string
  readonly symbol?: string
  readonly venue?: string
  /** As the file writes it: 1m, 4h. */
  readonly timeframe?: string
}

/** What is asked of it; `timeframe` null: trades. */
export interface Asked {
  readonly market: Market
  readonly timeframe: Timeframe | null
}

const ENDING = /(\.(csv|txt|json|jsonl|ndjson|parquet|feather|arrow|gz|zip))+$/i
const SPAN = String.raw`\d+(?:s|m|h|d|w|mo|M)`

interface Convention {
  readonly pattern: RegExp
  readonly claim: (found: readonly string[]) => Omit<Claim, 'where'>
}

const CONVENTIONS: readonly Convention[] = [
  {
    // Binance's dumps: ETHUSDT-1m-2024-01.zip, ETHUSDT-aggTrades-2024-01-15.zip
    pattern: new RegExp(`^([A-Z0-9_]{5,})-(${SPAN}|trades|aggTrades)-\\d{4}-\\d{2}(?:-\\d{2})?$`),
    claim: ([, symbol = '', what = '']) => ({
      symbol: symbol.replace(/_(PERP|\d{6})$/, ''),
      timeframe: what,
    }),
  },
  {
    // freqtrade: ETH_USDT-1m.feather, ETH_USDT_USDT-1h-futures.feather, ETH_USDT-trades.feather
    pattern: new RegExp(
      `^([A-Z0-9]+)_([A-Z0-9]+)(_[A-Z0-9]+)?-(${SPAN}|trades)(?:-(?:futures|spot|mark|index))?$`,
    ),
    claim: ([, base = '', quote = '', settle, what = '']) => ({
      symbol: settle === undefined ? `${base}/${quote}` : `${base}/${quote}:${settle.slice(1)}`,
      timeframe: what,
    }),
  },
  {
    // CryptoDataDownload: Binance_ETHUSDT_1h.csv, Binance_ETHUSDT_2024_minute.csv
    pattern: /^([A-Z][A-Za-z]+)_([A-Z0-9]{5,})_(?:\d{4}_)?(1h|1d|d|hour|minute|1min)$/,
    claim: ([, venue = '', symbol = '', what = '']) => ({
      venue,
      symbol,
      timeframe: CDD_SPANS[what] ?? what,
    }),
  },
  {
    // Kraken: XBTUSD_60.csv, in minutes
    pattern: /^([A-Z0-9]{5,})_(1|5|15|30|60|240|720|1440)$/,
    claim: ([, symbol = '', minutes = '']) => ({ symbol, timeframe: spanOfMinutes(Number(minutes)) }),
  },
]

const CDD_SPANS: Readonly<Record<string, string>> = { d: '1d', hour: '1h', minute: '1m', '1min': '1m' }

function spanOfMinutes(minutes: number): string {
  if (minutes >= 1440) return `${minutes / 1440}d`
  return minutes >= 60 ? `${minutes / 60}h` : `${minutes}m`
}

/** What a file's name says; null where it is in none of the known ways. */
export function claimOfName(path: string): Claim | null {
  const name = basename(path).replace(ENDING, '')
  for (const { pattern, claim } of CONVENTIONS) {
    const found = pattern.exec(name)
    if (found !== null) return { where: 'its name', ...claim(found) }
  }
  return null
}

/** @throws AppError `contradicts_file`, which names both */
export function checkClaim(path: string, claim: Claim, { market, timeframe }: Asked): void {
  const name = basename(path)
  const { symbol, venue, timeframe: span, where } = claim
  if (symbol !== undefined && !sameSymbol(symbol, market.symbol)) {
    throw contradicts(
      `${name} is of ${symbol}, as ${where} says, and --symbol is ${market.symbol}.`,
      'symbol',
    )
  }
  if (venue !== undefined && !sameVenue(venue, market.venue)) {
    throw contradicts(`${name} is from ${venue}, as ${where} says, and --venue is ${market.venue}.`, 'venue')
  }
  if (timeframe === null || span === undefined || span === timeframe) return
  throw contradicts(
    `${name} holds ${/trades/i.test(span) ? span : `${span} candles`}, as ${where} says, and --timeframe is ${timeframe}.`,
    'timeframe',
  )
}

const ADVICE = 'Import it as what it is; where the file is wrong about itself, correct it there.'

/** The refusal of a file that says otherwise than what it is imported as; nothing was stored. */
export function contradicts(what: string, field: string, advice = ADVICE): AppError {
  return new AppError('contradicts_file', `${what} ${advice} Nothing was stored.`, { field })
}
