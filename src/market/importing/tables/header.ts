// Headers of CSV files: what they are compared by, what parts their fields, and whose files they are known from.
import { isZone } from '../../../core/zone.ts'

const DELIMITERS = ['\t', ';', '|', ',']

/** What parts the fields of a line: a comma unless something else parts it in three or more. */
export function delimiterOf(line: string): string {
  return DELIMITERS.find((delimiter) => line.split(delimiter).length > 2) ?? ','
}

/** As names are compared: lower case, without the angle brackets of MetaTrader and the asterisks of footnotes. */
export function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^<(.*)>$/, '$1')
    .replace(/\*+$/, '')
    .replaceAll(/\s+/g, ' ')
}

/** A name of a column of times that says their zone, apart from it; null where it says none. */
export interface ZonedName {
  readonly name: string
  /** An IANA name, an abbreviation such as EET, or an offset. */
  readonly zone: string
}

/** Of a plain name: `gmt time`, `timestamp_utc`, `time (eet)`, `date (europe/berlin)`. */
export function zonedName(plain: string): ZonedName | null {
  const before = /^(?:gmt|utc)(?:[ _-](.+))?$/.exec(plain)
  if (before !== null) return { name: before[1] ?? 'time', zone: 'UTC' }
  const after = /^(.+?)[ _-](?:gmt|utc)$/.exec(plain)
  if (after !== null) return { name: after[1] ?? '', zone: 'UTC' }
  const [, name = '', zone = ''] =
    /^(.+?) ?[([]([a-z]{3,4}|[a-z_]+\/[a-z_/]+|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?)[)\]]$/.exec(plain) ?? []
  return zone === '' || !isZone(zone) ? null : { name, zone: /^(gmt|utc)$/.test(zone) ? 'UTC' : zone }
}

interface Known {
  readonly source: string
  /** `raw`: the names as the file writes them. */
  readonly matches: (header: readonly string[], raw: readonly string[]) => boolean
}

const has =
  (...names: readonly string[]) =>
  (header: readonly string[]): boolean =>
    names.every((name) => header.includes(name))

const KNOWN: readonly Known[] = [
  {
    source: 'CryptoDataDownload',
    matches: (header) => has('symbol', 'open')(header) && header.some((name) => /^volume \w+$/.test(name)),
  },
  { source: 'Yahoo Finance', matches: has('adj close', 'open') },
  { source: 'Yahoo Finance (yfinance)', matches: isYfinance },
  { source: 'MetaTrader 5', matches: has('date', 'open', 'tickvol') },
  { source: 'Dukascopy', matches: has('gmt time', 'open') },
  { source: 'Dukascopy', matches: has('local time', 'open') },
  { source: 'Tardis', matches: has('exchange', 'symbol', 'timestamp', 'local_timestamp') },
  { source: 'Bybit', matches: has('timestamp', 'symbol', 'tickdirection') },
  { source: 'Bybit', matches: has('start_at', 'symbol', 'period') },
  { source: 'Binance klines', matches: has('open_time', 'open', 'taker_buy_volume') },
  { source: 'Binance aggTrades', matches: has('agg_trade_id', 'transact_time') },
  { source: 'Binance trades', matches: has('id', 'quote_qty', 'is_buyer_maker') },
  {
    source: 'TradingView',
    // Others have a `volume` there, or names in capitals.
    matches: (_, raw) =>
      ['time', 'open', 'high', 'low', 'close'].every((name, index) => raw[index] === name) &&
      raw[5] !== 'volume',
  },
]

/** Whose file a header says it is; null where it is nobody's in particular. */
export function sourceOf(raw: readonly string[]): string | null {
  const header = raw.map(plainName)
  return KNOWN.find(({ matches }) => matches(header, raw))?.source ?? null
}

/** yfinance's own header calls the column of times `Price`; a line of tickers and one that says `Date` follow. */
export function isYfinance(header: readonly string[]): boolean {
  return header[0] === 'price' && has('open', 'high', 'low', 'close')(header)
}
