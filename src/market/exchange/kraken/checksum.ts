// Kraken's checksum of a book's ten best levels, which it sends with every message: https://docs.kraken.com/api/docs/guides/spot-ws-book-v2
import { crc32 } from 'node:zlib'
import type { CcxtExchange, CcxtOrderBook } from '../ccxt.ts'
import type { KeeperParts } from '../order-book-keeper.ts'
import type { BookCheck } from '../profile.ts'

const LEVELS = 10

/** Decimal places of a market's prices and amounts. */
export interface Places {
  readonly price: number
  readonly amount: number
}

/** Compares each message's checksum with the book's; null where ccxt does not know the places of prices and amounts. */
export function krakenBookCheck({ streaming, facts }: KeeperParts): BookCheck | null {
  const places = placesOf(facts.precision)
  if (places === null) return null
  const sent = tapKrakenChecksums(streaming, facts.symbol)
  return (book) => {
    const expected = sent()
    return expected === null ? null : { expected, found: krakenChecksum(book, places) }
  }
}

/** From steps (0.01) to places (2); null where ccxt does not know them. */
function placesOf(precision: KeeperParts['facts']['precision']): Places | null {
  const places = (step: number | undefined): number => Math.round(-Math.log10(step ?? Number.NaN))
  const [price, amount] = [places(precision?.price), places(precision?.amount)]
  return Number.isNaN(price) || Number.isNaN(amount) ? null : { price, amount }
}

/** CRC32 of the ten best asks, then bids: price and amount in their full places, without the point and leading zeros. */
export function krakenChecksum({ asks, bids }: Pick<CcxtOrderBook, 'asks' | 'bids'>, places: Places): number {
  const digits = (value: number, count: number): string =>
    value.toFixed(count).replace('.', '').replace(/^0+/, '')
  const text = ([price = Number.NaN, amount = Number.NaN]: readonly number[]): string =>
    digits(price, places.price) + digits(amount, places.amount)
  return crc32([...asks.slice(0, LEVELS), ...bids.slice(0, LEVELS)].map((level) => text(level)).join(''))
}

/** Returns the checksum of the message that is being handled; null where it has none. */
export function tapKrakenChecksums(exchange: CcxtExchange, symbol: string): () => number | null {
  let expected: number | null = null
  const inner = exchange as CcxtExchange & { handleMessage(client: object, message: unknown): void }
  const handle = inner.handleMessage.bind(inner)
  Object.assign(exchange, {
    handleMessage: (client: object, message: unknown): void => {
      expected = checksumOf(message, symbol)
      handle(client, message)
      expected = null
    },
  })
  return () => expected
}

function checksumOf(message: unknown, symbol: string): number | null {
  const { channel, data } = (message ?? {}) as {
    channel?: unknown
    data?: readonly { symbol?: unknown; checksum?: unknown }[]
  }
  const first = channel === 'book' && Array.isArray(data) ? data[0] : undefined
  return first?.symbol === symbol && typeof first.checksum === 'number' ? first.checksum : null
}
