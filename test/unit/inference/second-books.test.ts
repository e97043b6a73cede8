import { describe, expect, it } from 'vitest'
import { SecondBooks } from '../../../src/inference/second-books.ts'
import type { DataProvider } from '../../../src/market/provider.ts'
import { epochMs, type EpochMs } from '../../../src/core/time.ts'
import { bookWindowAt } from '../../../src/market/book/order-book-window.ts'
import type { Market } from '../../../src/market/types.ts'
import { BINANCE, START, openBookStore, top } from '../market/book-fixture.ts'

const KRAKEN: Market = { venue: 'kraken', symbol: BINANCE.symbol }
const at = (n: number): EpochMs => epochMs(START + n * 1000)
const SECOND = at(200)

/** Both venues' books up to second 199, and Binance's of 200; Kraken's clock stands where `kraken` says. */
function begin(kraken: { asOf: EpochMs; state: string } | null) {
  const store = openBookStore()
  const rows = Array.from({ length: 200 }, (_, n) => top(n, 100))
  store.append(BINANCE, [...rows, top(200, 100)])
  store.append(KRAKEN, rows)
  const provider = {
    statusOf: (market: Market) =>
      market.venue === 'kraken' && kraken !== null ? { state: kraken.state } : null,
    asOf: () => kraken!.asOf,
  } as unknown as DataProvider
  return { store, books: new SecondBooks(store, provider, BINANCE) }
}

describe('the book of a live second', () => {
  it('waits for a venue that has not decided the second, and then has its book, too', async () => {
    const kraken = { asOf: at(199), state: 'streaming' }
    const { store, books } = begin(kraken)
    const asked = books.at(SECOND)
    await new Promise((resolve) => setTimeout(resolve, 60))
    store.append(KRAKEN, [top(200, 100)])
    kraken.asOf = SECOND
    const window = bookWindowAt((await asked)!, SECOND)
    expect(window.venues).toEqual(['binance', 'kraken'])
    // Equal prices of both: the best ask has twice the amount of one.
    expect(window.values[99 * 40 + 1]).toBe(0.5)
  })

  it('is none where that venue does not come: what it would say later is not what a model saw', async () => {
    const { books } = begin({ asOf: at(199), state: 'streaming' })
    expect(await books.at(SECOND)).toBeNull()
  })

  it.each([null, { asOf: at(150), state: 'stale' }])(
    'does not wait for one that does not stream (%j)',
    async (kraken) => {
      const { books } = begin(kraken)
      const window = bookWindowAt((await books.at(SECOND))!, SECOND)
      expect(window.values[99 * 40 + 1]).toBe(0.25)
      expect(window.values[98 * 40 + 1]).toBe(0.5)
    },
  )
})
