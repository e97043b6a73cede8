// What exchanges do differently, as facts: which prints they stream, whether ids are gapless, how the past is asked for, how a book is kept.
import type { CcxtExchange, CcxtOrderBook } from './ccxt.ts'
import type { BookKeeper, KeeperParts } from './order-book-keeper.ts'

/** The checksum that the exchange sent with the message being handled, and the book's own; equal, or the book is wrong. Null: none came. */
export type BookCheck = (book: CcxtOrderBook) => { readonly expected: number; readonly found: number } | null

export interface ExchangeProfile {
  /**
   * `contiguous`: each print's id is the one before it plus 1, so that a hole shows by itself. `opaque`: nothing follows from an id but that
   * it is the same print.
   */
  readonly ids: 'contiguous' | 'opaque'
  /** Past prints: from an id on, from a time on, or only the newest ones. */
  readonly past: 'from_id' | 'since' | 'newest'
  /** Name of the parameter that asks from an id on. */
  readonly fromId: string
  /** Most prints, and most candles, one request answers with. */
  readonly tradesAPage: number
  readonly candlesAPage: number
  /** Options of ccxt's class. `contract`: whether the symbol is a contract and not spot. */
  options(contract: boolean): Readonly<Record<string, unknown>>
  /** Keeps a book by the exchange's own rules; ccxt keeps it where there is none. */
  readonly bookKeeper?: (parts: KeeperParts) => BookKeeper
  /** The exchange's own word on a book that ccxt keeps; null where it cannot be read for this market. */
  readonly bookCheck?: (parts: KeeperParts) => BookCheck | null
  /** Subscribes to a book and waits for its next message, where ccxt's own way needs a key. */
  readonly watchBook?: (exchange: CcxtExchange, symbol: string) => () => Promise<CcxtOrderBook>
}
