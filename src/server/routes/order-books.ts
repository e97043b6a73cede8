// GET /api/order-book, /api/order-books and /api/consolidated-order-book: recorded books as of an instant.
import {
  ConsolidatedBookOut,
  ConsolidatedBookQuery,
  OrderBookNowOut,
  OrderBookQuery,
  OrderBooksOut,
  OrderBooksQuery,
} from '../../contract/order-book.ts'
import { bookAt, booksBefore } from '../../market/book/book-at.ts'
import type { App } from '../app.ts'
import { consolidatedAt } from '../consolidated-books.ts'
import { bookNowOut, bookOut, instantOf, withStream } from '../order-books.ts'
import { answers, type Server } from '../typed.ts'

const tags = ['market']
const SECONDS = 100

export function orderBookRoutes(server: Server, app: App): void {
  const one = {
    summary: 'The order book of a venue as of an instant: its best levels, at most a minute old',
    tags,
    querystring: OrderBookQuery,
    response: answers(200, OrderBookNowOut),
  }
  server.get('/api/order-book', { schema: one }, ({ query }): OrderBookNowOut => {
    const market = app.provider.resolve(query.symbol, query.venue)
    const at = instantOf(app, market, query.at)
    try {
      return bookNowOut(app, market, bookAt(app.books, market, at), at)
    } catch (error) {
      throw withStream(app, market, error)
    }
  })

  const several = {
    summary: 'The order books of the last seconds up to an instant, ascending',
    tags,
    querystring: OrderBooksQuery,
    response: answers(200, OrderBooksOut),
  }
  server.get('/api/order-books', { schema: several }, ({ query }): OrderBooksOut => {
    const market = app.provider.resolve(query.symbol, query.venue)
    const asOf = instantOf(app, market, query.at)
    const books = booksBefore(app.books, market, asOf, query.seconds ?? SECONDS)
    return { order_books: books.map((book) => bookOut(market, book)) }
  })

  const merged = {
    summary: 'The books of all venues of a symbol, merged by price; stale venues drop out and are listed',
    tags,
    querystring: ConsolidatedBookQuery,
    response: answers(200, ConsolidatedBookOut),
  }
  server.get('/api/consolidated-order-book', { schema: merged }, ({ query }) =>
    consolidatedAt(app, query.symbol, query.at),
  )
}
