// Binance: spot, its American branch, and USD-M futures.
import type { ExchangeProfile } from '../profile.ts'
import { keepBinanceBook } from './book-keeper.ts'

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
export const BINANCE: Partial<ExchangeProfile> = {
  ids: 'contiguous',
  past: 'from_id',
  fromId: 'fromId',
  tradesAPage: 1000,
  candlesAPage: 1000,
  options: (contract) => ({
    ...AGGREGATED,
    fetchMarkets: { types: [contract ? 'linear' : 'spot'] },
  }),
  bookKeeper: keepBinanceBook,
}

/** One kind of market each, so that ccxt need not be told which to read. */
export const BINANCE_OF_ONE_KIND: Partial<ExchangeProfile> = { ...BINANCE, options: () => AGGREGATED }
