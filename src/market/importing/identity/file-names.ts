// Names of files in the ways that are known: whose market they say they hold, and of which timeframe.

/** What a file's name or its metadata say. */
export interface Named {
  readonly symbol?: string
  readonly venue?: string
  /** As the file writes it: 1m, 4h. */
  readonly timeframe?: string
}

const SPAN = String.raw`\d+(?:s|m|h|d|w|mo|M)`

/** What TradingView calls exchanges as ccxt does; of stocks and currencies its names are its own. */
const CRYPTO = new Set(
  'BINANCE COINBASE KRAKEN BYBIT OKX BITSTAMP BITFINEX GEMINI HTX KUCOIN MEXC GATEIO DERIBIT BITGET'.split(
    ' ',
  ),
)

interface Convention {
  readonly pattern: RegExp
  readonly claim: (found: readonly (string | undefined)[]) => Named
}

export const CONVENTIONS: readonly Convention[] = [
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
  {
    // TradingView: BINANCE_ETHUSDT, 1.csv; COINBASE_ETHUSD, 1D_0a1b2.csv; ETHUSDT.P is a contract without an end
    pattern: /^([A-Z0-9_]+)_([A-Z0-9]+)(\.P)?, (\d+)([SDWM]?)(?:_[0-9a-f]+)?(?: ?\(\d+\))?$/,
    claim: ([, venue = '', symbol = '', endless, count = '', unit = '']) => ({
      symbol,
      ...(endless === undefined && CRYPTO.has(venue) ? { venue } : {}),
      timeframe:
        unit === '' ? spanOfMinutes(Number(count)) : `${count}${unit.replace('M', 'mo').toLowerCase()}`,
    }),
  },
  {
    // MetaTrader 5: EURUSD_M1_202408080000_202408082359.csv; brokers put a suffix behind the symbol
    pattern: /^([A-Z0-9]+)[a-z.#]*_(?:M(\d+)|H(\d+)|(Daily|D1))_\d{12}_\d{12}$/,
    claim: ([, symbol = '', minutes, hours]) => ({
      symbol,
      timeframe: spanOfMinutes(Number(minutes ?? 60 * Number(hours ?? 24))),
    }),
  },
  {
    // Tardis: binance-futures_trades_2024-08-08_ETHUSDT.csv.gz
    pattern: /^([a-z0-9-]+)_(trades|[a-z_0-9A-Z]+)_\d{4}-\d{2}-\d{2}_([A-Z0-9_-]+)$/,
    claim: ([, venue = '', , symbol = '']) =>
      /^(SPOT|PERPETUALS|FUTURES|OPTIONS)$/.test(symbol) ? { venue } : { venue, symbol },
  },
  {
    // Bybit: ETHUSDT2024-08-08.csv.gz, ETHUSDT_2024-08-08.csv.gz
    pattern: /^([A-Z0-9]{5,}?)_?\d{4}-\d{2}-\d{2}$/,
    claim: ([, symbol = '']) => ({ symbol }),
  },
  {
    // Bybit: ETHUSDT_1_2024-08-01_2024-08-31.csv.gz, in minutes
    pattern: /^([A-Z0-9]{5,})_(\d+|D)_\d{4}-\d{2}-\d{2}_\d{4}-\d{2}-\d{2}$/,
    claim: ([, symbol = '', minutes = '']) => ({
      symbol,
      timeframe: spanOfMinutes(minutes === 'D' ? 1440 : Number(minutes)),
    }),
  },
  {
    // Dukascopy: EURUSD_Candlestick_1_M_BID_08.08.2024-09.08.2024.csv
    pattern: /^([A-Z]{6})_Candlestick_(\d+)_(M|Hour|D)_(?:BID|ASK)_/,
    claim: ([, symbol = '', count = '', unit = '']) => ({
      symbol,
      timeframe: `${count}${unit.slice(0, 1).toLowerCase()}`,
    }),
  },
  {
    // HistData: DAT_ASCII_EURUSD_M1_2024.csv
    pattern: /^DAT_[A-Z]+_([A-Z]{6})_M1_\d+$/,
    claim: ([, symbol = '']) => ({ symbol, timeframe: '1m' }),
  },
]

const CDD_SPANS: Readonly<Record<string, string>> = { d: '1d', hour: '1h', minute: '1m', '1min': '1m' }

function spanOfMinutes(minutes: number): string {
  if (minutes >= 1440) return `${minutes / 1440}d`
  return minutes >= 60 ? `${minutes / 60}h` : `${minutes}m`
}
