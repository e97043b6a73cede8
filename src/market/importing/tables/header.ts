// Headers of CSV files: what they are compared by, what parts their fields, and whose files they are known from.

const DELIMITERS = ['\t', ';', '|', ',']

/** What parts the fields of a line: a comma unless something else parts it in three or more. */
export function delimiterOf(line: string): string {
  return DELIMITERS.find((delimiter) => line.split(delimiter).length > 2) ?? ','
}

/** As names are compared: lower case, without the angle brackets of MetaTrader. */
export function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^<(.*)>$/, '$1')
    .replaceAll(/\s+/g, ' ')
}

interface Known {
  readonly source: string
  readonly matches: (header: readonly string[]) => boolean
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
    matches: (header) =>
      ['time', 'open', 'high', 'low', 'close'].every((name, index) => header[index] === name),
  },
]

/** Whose file a header (of plain names) says it is; null where it is nobody's in particular. */
export function sourceOf(header: readonly string[]): string | null {
  return KNOWN.find(({ matches }) => matches(header))?.source ?? null
}

/** yfinance's own header calls the column of times `Price`; a line of tickers and one that says `Date` follow. */
export function isYfinance(header: readonly string[]): boolean {
  return header[0] === 'price' && has('open', 'high', 'low', 'close')(header)
}
