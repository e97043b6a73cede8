// Coinbase Exchange gives `level2` only to a key, and `level2_batch`, which tells the same changes every 50 ms, to everybody; ccxt would sign.
import type { CcxtExchange, CcxtOrderBook } from '../ccxt.ts'

/** Subscribes to a book without a key, and waits for its next message. https://docs.cdp.coinbase.com/exchange/websocket-feed/authentication */
export function watchBatchedBook(exchange: CcxtExchange, symbol: string): () => Promise<CcxtOrderBook> {
  Object.assign(exchange, { authenticate: () => ({}) })
  return () => exchange.watchOrderBook(symbol, undefined, { channels: ['level2_batch'] })
}
