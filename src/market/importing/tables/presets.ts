// Rows without a header that are known by their look: what Binance and Kraken publish, freqtrade stores, MetaTrader 4 and HistData write.

export interface Preset {
  /** For errors. */
  readonly name: string
  readonly kind: 'trades' | 'candles'
  /** True where the first row looks like it. */
  readonly matches: (fields: readonly string[]) => boolean
  /** What a header would say. */
  readonly columns: readonly string[]
}

const NUMBER = /^\d+(\.\d+)?(e-?\d+)?$/i
const WHOLE = /^\d+$/
/** UTC milliseconds, or microseconds. */
const INSTANT = /^(\d{13}|\d{16})$/
const SECONDS = /^\d{10}$/
const DAY = /^\d{4}\.\d{2}\.\d{2}$/
const CLOCK = /^\d{2}:\d{2}(:\d{2})?$/
const BOOLEAN = /^(true|false)$/i
const SIDE = /^(buy|sell)$/i
const ANY = /^/

export const PRESETS: readonly Preset[] = [
  {
    name: 'Binance trades',
    kind: 'trades',
    matches: (row) => looksLike(row, [WHOLE, NUMBER, NUMBER, NUMBER, INSTANT, BOOLEAN], [BOOLEAN]),
    columns: ['id', 'price', 'qty', 'quote_qty', 'time', 'is_buyer_maker'],
  },
  {
    name: 'Binance aggTrades',
    kind: 'trades',
    matches: (row) => looksLike(row, [WHOLE, NUMBER, NUMBER, WHOLE, WHOLE, INSTANT, BOOLEAN], [BOOLEAN]),
    columns: ['id', 'price', 'qty', 'first_trade_id', 'last_trade_id', 'time', 'is_buyer_maker'],
  },
  {
    name: 'freqtrade trades',
    kind: 'trades',
    matches: (row) => looksLike(row, [INSTANT, ANY, ANY, SIDE, NUMBER, NUMBER, ANY], []),
    columns: ['timestamp', 'id', 'type', 'side', 'price', 'amount', 'cost'],
  },
  {
    name: 'Binance klines',
    kind: 'candles',
    matches: (row) =>
      looksLike(
        row,
        [INSTANT, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, INSTANT, NUMBER, WHOLE, NUMBER, NUMBER],
        [ANY],
      ),
    columns: ['open_time', 'open', 'high', 'low', 'close', 'volume'],
  },
  {
    name: 'Kraken OHLCVT',
    kind: 'candles',
    matches: (row) => looksLike(row, [SECONDS, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, WHOLE], []),
    columns: ['open_time', 'open', 'high', 'low', 'close', 'volume', 'trades'],
  },
  {
    name: 'Kraken trades',
    kind: 'trades',
    matches: (row) => looksLike(row, [SECONDS, NUMBER, NUMBER], []),
    columns: ['time', 'price', 'amount'],
  },
  {
    name: 'MetaTrader 4 bars',
    kind: 'candles',
    matches: (row) => looksLike(row, [DAY, CLOCK, NUMBER, NUMBER, NUMBER, NUMBER, WHOLE], []),
    columns: ['date', 'clock', 'open', 'high', 'low', 'close', 'volume'],
  },
]

/** Every field of `shape`, then any of `more`, and nothing else. */
function looksLike(row: readonly string[], shape: readonly RegExp[], more: readonly RegExp[]): boolean {
  if (row.length < shape.length || row.length > shape.length + more.length) return false
  return [...shape, ...more].every(
    (field, index) => index >= row.length || field.test(row[index]?.trim() ?? ''),
  )
}
