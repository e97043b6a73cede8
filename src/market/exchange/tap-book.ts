// Where ccxt's own order book is listened to, after each message.
import type { CcxtClient, CcxtExchange, CcxtOrderBook } from './ccxt.ts'

/** Ccxt's book of `symbol`, right after each message that changed it. */
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
