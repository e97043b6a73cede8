// The last seconds of an order book as the page keeps them, and what the ladder and the heat strip show of them. Pure.
import type { ConsolidatedBookOut, OrderBookOut } from '../../contract/order-book.ts'

/** Seconds that the heat strip shows. */
export const STRIP_SECONDS = 100
const STRIP = STRIP_SECONDS * 1000

export type Books = readonly OrderBookOut[]

export function timeOf(book: OrderBookOut): number {
  return Date.parse(book.timestamp)
}

/** `books` with a newer one added and those dropped that the strip has left behind; null where seconds between are not there. */
export function withBook(books: Books, book: OrderBookOut): Books | null {
  const last = books.at(-1)
  if (last === undefined || timeOf(book) - timeOf(last) > 1000) return null
  if (timeOf(book) <= timeOf(last)) return books
  return [...books.filter((one) => timeOf(one) > timeOf(book) - STRIP), book]
}

export interface LadderRow {
  readonly price: number
  readonly amount: number
  /** Of the largest amount in the ladder, 0–1. */
  readonly share: number
  /** Whose it is, where several venues are merged. */
  readonly venues: readonly { readonly venue: string; readonly amount: number }[]
}

interface Ladder {
  readonly bids: readonly LadderRow[]
  readonly asks: readonly LadderRow[]
  readonly largest: number
}

/** Levels a side that a ladder shows. */
const SHOWN = 10

/** Both sides from the best level outwards, measured by the largest amount on either. */
export function ladderOf({ bids, asks }: Pick<OrderBookOut, 'bids' | 'asks'>): Ladder {
  const row = ([price, amount]: readonly [number, number]) => ({ price, amount, venues: [] })
  return measured(bids.map(row), asks.map(row))
}

/** The same of several venues' books merged. */
export function mergedLadderOf({ bids, asks }: Pick<ConsolidatedBookOut, 'bids' | 'asks'>): Ladder {
  return measured(bids.slice(0, SHOWN), asks.slice(0, SHOWN))
}

function measured(bids: readonly Unmeasured[], asks: readonly Unmeasured[]): Ladder {
  const largest = Math.max(...[...bids, ...asks].map(({ amount }) => amount))
  const row = (level: Unmeasured): LadderRow => ({ ...level, share: level.amount / largest })
  return { bids: bids.map(row), asks: asks.map(row), largest }
}

type Unmeasured = Omit<LadderRow, 'share'>

/** Two letters for each venue, all different: `bi`, `kr`; where two begin alike, the first letter and the first that tells them apart. */
export function marksOf(venues: readonly string[]): ReadonlyMap<string, string> {
  const marks = new Map<string, string>()
  for (const venue of venues) {
    const taken = new Set(marks.values())
    const others = Array.from(venue.slice(1), (letter) => venue.slice(0, 1) + letter)
    marks.set(venue, others.find((mark) => !taken.has(mark)) ?? venue)
  }
  return marks
}

/** Decimals worth reading where the largest amount is `largest`. */
export function amountDigits(largest: number): number {
  if (largest >= 1000) return 0
  return largest >= 100 ? 1 : largest >= 10 ? 2 : largest >= 0.1 ? 3 : 5
}

/** `1,204`, `38.21`, `2.106`; what rounds to nothing as `<0.001`. */
export function amountText(amount: number, digits: number): string {
  const smallest = 10 ** -digits
  if (amount < smallest / 2) return `<${smallest.toFixed(digits)}`
  return amount.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** A level in one second: it reaches as far as the next level outwards. */
export interface Cell {
  /** Seconds before the last one, 0 for the last. */
  readonly age: number
  readonly side: 'bid' | 'ask'
  /** Upper and lower edge. */
  readonly high: number
  readonly low: number
  /** 0–1: the square root of the share of the largest amount, so that small amounts are seen too. */
  readonly heat: number
}

export interface Heat {
  readonly cells: readonly Cell[]
  /** Mid prices, by age; where a side was empty there is none. */
  readonly mids: readonly { readonly age: number; readonly price: number }[]
  readonly low: number
  readonly high: number
  /** Smallest distance of two levels. */
  readonly step: number
}

/** What the strip draws; null without a level. */
export function heatOf(books: Books): Heat | null {
  const end = books.at(-1)
  if (end === undefined) return null
  const levels = books.flatMap((book) => [...book.bids, ...book.asks])
  const prices = levels.map(([price]) => price)
  if (prices.length === 0) return null
  const largest = Math.max(...levels.map(([, amount]) => amount))
  const step = smallestStep(prices)
  const ageOf = (book: OrderBookOut): number => Math.round((timeOf(end) - timeOf(book)) / 1000)
  const cellsOf = (book: OrderBookOut, side: Cell['side']): Cell[] => {
    const [ladder, outwards] = side === 'bid' ? [book.bids, -1] : [book.asks, 1]
    return ladder.map(([price, amount], k) => {
      const near = price - (outwards * step) / 2
      const next = ladder[k + 1]?.[0] ?? price + outwards * step
      const far = next - (outwards * step) / 2
      const heat = Math.sqrt(amount / largest)
      return { age: ageOf(book), side, high: Math.max(near, far), low: Math.min(near, far), heat }
    })
  }
  return {
    cells: books.flatMap((book) => [...cellsOf(book, 'bid'), ...cellsOf(book, 'ask')]),
    mids: books.flatMap((book) => (book.mid === null ? [] : [{ age: ageOf(book), price: book.mid }])),
    low: Math.min(...prices),
    high: Math.max(...prices),
    step,
  }
}

function smallestStep(prices: readonly number[]): number {
  const ascending = [...new Set(prices)].sort((a, b) => a - b)
  const [first = 0] = ascending
  const steps = ascending.slice(1).map((price, k) => price - (ascending[k] ?? price))
  return steps.length === 0 ? first / 10_000 : Math.min(...steps)
}
