// Where ccxt's handling of order books is listened to: the raw diffs before ccxt makes a book of them, or ccxt's own book after each message.
import type { CcxtClient, CcxtExchange, CcxtOrderBook } from './ccxt.ts'

/**
 * Binance: every `depthUpdate` goes to `onDiff` as it came, and ccxt keeps no book and asks for no snapshot. `watchOrderBook` then only subscribes
 * and waits for the next message.
 */
export function tapDiffs(exchange: CcxtExchange, symbol: string, onDiff: (message: object) => void): void {
  const next = { limit: (): null => null }
  Object.assign(exchange, {
    handleOrderBookSubscription: (): void => undefined,
    handleOrderBook: (client: CcxtClient, message: object): void => {
      onDiff(message)
      client.resolve(next, `orderbook::${symbol}`)
    },
  })
}

/** Any exchange: ccxt's book of `symbol`, right after each message that changed it. */
export function tapBook(exchange: CcxtExchange, symbol: string, onBook: (book: CcxtOrderBook) => void): void {
  const tapped = new WeakSet<CcxtClient>()
  const make = exchange.client.bind(exchange)
  Object.assign(exchange, {
    client: (url: string): CcxtClient => {
      const client = make(url)
      if (!tapped.has(client)) {
        tapped.add(client)
        const resolve = client.resolve.bind(client)
        const spy = (result: unknown, hash: string): unknown => {
          const book = exchange.orderbooks[symbol]
          if (book !== undefined && result === book) onBook(book)
          return resolve(result, hash)
        }
        Object.assign(client, { resolve: spy })
      }
      return client
    },
  })
}

/**
 * Subscribes to a book without a key, and waits for its next message. Coinbase Exchange gives `level2` only to a key, and `level2_batch`, which
 * tells the same changes every 50 ms, to everybody; ccxt would sign. https://docs.cdp.coinbase.com/exchange/websocket-feed/authentication
 */
export function bookWatcher(exchange: CcxtExchange, symbol: string): () => Promise<CcxtOrderBook> {
  if (exchange.id !== 'coinbaseexchange') return () => exchange.watchOrderBook(symbol)
  Object.assign(exchange, { authenticate: () => ({}) })
  return () => exchange.watchOrderBook(symbol, undefined, { channels: ['level2_batch'] })
}
