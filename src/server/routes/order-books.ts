// GET /api/order-book, /api/order-books and /api/consolidated-order-book: recorded books as of an instant.
import { bookAt, booksBefore } from '../../market/book/book-at.ts'
import type { App } from '../app.ts'
import { consolidatedAt } from '../consolidated-books.ts'
import { bookNowOut, bookOut, instantOf, withStream } from '../order-books.ts'
import type { Handlers } from '../typed.ts'

const SECONDS = 100

export function orderBookHandlers(
  app: App,
): Handlers<'getOrderBook' | 'listOrderBooks' | 'getConsolidatedOrderBook'> {
  return {
    getOrderBook({ query }) {
      const market = app.provider.resolve(query.symbol, query.venue)
      const at = instantOf(app, market, query.at)
      try {
        return bookNowOut(app, market, bookAt(app.books, market, at), at)
      } catch (error) {
        throw withStream(app, market, error)
      }
    },
    listOrderBooks({ query }) {
      const market = app.provider.resolve(query.symbol, query.venue)
      const asOf = instantOf(app, market, query.at)
      const books = booksBefore(app.books, market, asOf, query.seconds ?? SECONDS)
      return { order_books: books.map((book) => bookOut(market, book)) }
    },
    getConsolidatedOrderBook: ({ query }) => consolidatedAt(app, query.symbol, query.at),
  }
}
