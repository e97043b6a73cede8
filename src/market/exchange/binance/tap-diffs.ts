// Where Binance's diffs are listened to, before ccxt makes a book of them.
import type { CcxtClient, CcxtExchange } from '../ccxt.ts'

/**
 * Every `depthUpdate` goes to `onDiff` as it came, and ccxt keeps no book and asks for no snapshot. `watchOrderBook` then only subscribes
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
