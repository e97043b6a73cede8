// GET /api/order-book, /api/order-books and /api/consolidated-order-book: recorded books as of an instant.
import {
  ConsolidatedBookOut,
  ConsolidatedBookQuery,
  OrderBookOut,
  OrderBookQuery,
  OrderBooksOut,
  OrderBooksQuery,
} from '../../contract/order-book.ts'
import { bookAt, booksBefore } from '../../market/book/book-at.ts'
import type { App } from '../app.ts'
import { bookOut, consolidatedAt, instantOf } from '../order-books.ts'
import { answers, type Server } from '../typed.ts'

const tags = ['market']
const SECONDS = 100

export function orderBookRoutes(server: Server, app: App): void {
  const one = {
    summary: 'The order book of a venue as of an instant: its best levels, at most a minute old',
    tags,
    querystring: OrderBookQuery,
    response: answers(200, OrderBookOut),
  }
  server.get('/api/order-book', { schema: one }, ({ query }): OrderBookOut => {
    const market = app.provider.resolve(query.symbol, query.venue)
    return bookOut(market, bookAt(app.books, market, instantOf(app, market, query.at)))
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
