// What exchanges do differently, as facts: which prints they stream, whether ids are gapless, how past prints are asked for.

export interface ExchangeProfile {
  /**
   * `contiguous`: each print's id is the one before it plus 1, so that a hole shows by itself. `opaque`: nothing follows from an id but that
   * it is the same print.
   */
  readonly ids: 'contiguous' | 'opaque'
  /** Past prints: from an id on, from a time on, or only the newest ones. */
  readonly past: 'from_id' | 'since' | 'newest'
  /** Name of the parameter that asks from an id on. */
  readonly fromId: string
  /** Most prints, and most candles, one request answers with. */
  readonly tradesAPage: number
  readonly candlesAPage: number
  /** Options of ccxt's class. `contract`: whether the symbol is a contract and not spot. */
  options(contract: boolean): Readonly<Record<string, unknown>>
}

/** What holds for an exchange that nothing more is known of. */
const PLAIN: ExchangeProfile = {
  ids: 'opaque',
  past: 'since',
  fromId: 'fromId',
  tradesAPage: 1000,
  candlesAPage: 500,
  options: () => ({}),
}

/** All symbols over one connection: ccxt would open one for each, up to these. */
const TOGETHER = { streamLimits: { spot: 1, margin: 1, future: 1, delivery: 1 } }
const AGGREGATED = {
  ...TOGETHER,
  watchTrades: { name: 'aggTrade' },
  watchTradesForSymbols: { name: 'aggTrade' },
}

/**
 * Binance streams each print (`@trade`) and prints of one order at one price and time as one (`@aggTrade`). Only the latter can be asked for
 * without a key by id and by time, however old, and their ids are gapless too: those are taken. Candles come out the same.
 */
const BINANCE: ExchangeProfile = {
  ids: 'contiguous',
  past: 'from_id',
  fromId: 'fromId',
  tradesAPage: 1000,
  candlesAPage: 1000,
  options: (contract) => ({
    ...AGGREGATED,
    fetchMarkets: { types: [contract ? 'linear' : 'spot'] },
  }),
}

const PROFILES: Readonly<Record<string, Partial<ExchangeProfile>>> = {
  binance: BINANCE,
  binanceusdm: { ...BINANCE, options: () => AGGREGATED },
  binanceus: { ...BINANCE, options: () => AGGREGATED },
  // https://docs.cdp.coinbase.com: GET market trades answers with the newest; 350 candles at most.
  coinbase: { past: 'newest', candlesAPage: 300 },
  // https://docs.kraken.com: Trades since a time, 1000 at most; OHLC has the last 720 of a timeframe and no others.
  kraken: { candlesAPage: 720 },
  // https://www.okx.com/docs-v5: history-trades pages backwards; candles 300 at most.
  okx: { past: 'newest', tradesAPage: 500, candlesAPage: 300 },
  // https://bybit-exchange.github.io/docs/v5: recent-trade has the newest (60 of spot, 1000 of contracts).
  bybit: { past: 'newest', candlesAPage: 1000 },
}

export function profileOf(id: string): ExchangeProfile {
  return { ...PLAIN, ...PROFILES[id] }
}
