// Lists a page at a time: what is asked for beside the filters, and what the answer says of the next page.
import Type from 'typebox'
import { Nullable } from './shapes.ts'

/** As many as one page has at most. */
export const LARGEST_PAGE = 1000

const Place = Type.String({
  pattern: String.raw`^-?\d{1,16}\.-?\d{1,16}\.[\w-]{1,128}$`,
  maxLength: 170,
  description: 'the page that ends before this one: `next` of the answer before',
  examples: ['1723161605000.1723161700000.0b2f6c1e-6a53-4c1d-9a63-51f0a3f4a6a1'],
})

/** Properties of a query whose answer comes in pages; without either it is whole. */
export const PageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: LARGEST_PAGE,
      description: 'the last so many, in the order of the list; default: all',
    }),
  ),
  before: Type.Optional(Place),
}

/** The same of a list, newest first, in which nothing ever moves: a page goes on from the last id of the one before. */
export const NewestFirstQuery = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: LARGEST_PAGE, description: 'the newest so many; default: all' }),
  ),
  before: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 128,
      description: 'only older ones than this: the next page goes on from the last id',
    }),
  ),
}

/** Of a page: the `before` of the page that comes before it in the list; null where there is none. Not there where the list is whole. */
export const Next = Type.Optional(Nullable(Type.String()))
