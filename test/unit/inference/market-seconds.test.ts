// A live second with its order book is the one without it and the book: made once, in the same memory, and refused for the same reasons.
import { describe, expect, it } from 'vitest'
import { epochMs, shift, SECOND, type EpochMs } from '../../../src/core/time.ts'
import { MarketSeconds, type MadeSecond } from '../../../src/inference/market-seconds.ts'
import { loadSymbolBookSlice } from '../../../src/market/book/book-slice.ts'
import { isSecondKnown, shortfallAt } from '../../../src/market-state/availability.ts'
import { bookGapSharePct, gapSharePct, MAX_GAP_SHARE_PCT } from '../../../src/market-state/gap-share.ts'
import { pricesAsOf } from '../../../src/market-state/state.ts'
import { allocateInputs, writeState } from '../../../src/market-state/tensors.ts'
import { SingleRows } from '../../../src/moments/single-rows.ts'
import { randomMarket } from '../../property/market-state/random-market.ts'
import { MARKET, storeOf } from '../../property/market-state/store-of.ts'
import { openBookStore, top } from '../market/book-fixture.ts'

/** A random market whose book is recorded in some of its seconds only. */
function begin(seed: number) {
  const raw = randomMarket(seed)
  const { reader } = storeOf(raw)
  const store = openBookStore()
  const middle = Math.floor(raw.middle / SECOND) * SECOND
  const recorded = Array.from({ length: 400 }, (_, n) => n - 200).filter((n) => n < 20 || n > 90)
  store.append(
    MARKET,
    recorded.map((n) => ({ ...top(n, 100), time: epochMs(middle + n * SECOND) })),
  )
  const books = {
    at: async (second: EpochMs) => loadSymbolBookSlice(store, MARKET, { from: second, to: second }),
  }
  const status = () =>
    ({ state: 'streaming', kind: 'replay', now: epochMs(middle), clockSetBack: null }) as const
  const seconds = () => new MarketSeconds({ status, slice: reader.slice }, MARKET, new SingleRows(), books)
  const instants = Array.from({ length: 260 }, (_, n) => epochMs(middle + (n - 60) * SECOND))
  return { seconds, instants, reader, books }
}

/** What is said of a second, looked at from nothing. */
async function expected(
  { reader, books }: ReturnType<typeof begin>,
  second: EpochMs,
): Promise<string | null> {
  const slice = await reader.slice(MARKET, { from: second, to: second })
  if (!isSecondKnown(slice, second)) return 'stale_data'
  if (shortfallAt(slice, second) !== null) return 'not_enough_candles'
  const state = pricesAsOf(slice, second, await books.at(second))
  if (state.orderBook === null) return 'no_order_book'
  const missing = Math.max(gapSharePct(state.gaps), bookGapSharePct(state.orderBook.gaps))
  return missing > MAX_GAP_SHARE_PCT ? 'gaps' : null
}

describe('a second with its order book', () => {
  it.each([4, 16, 23])(
    'has the candles of the one without, and every reason is the same (%i)',
    async (seed) => {
      const market = begin(seed)
      const seconds = market.seconds()
      const said: MadeSecond[] = []
      for (const second of market.instants) {
        const made = await seconds.at(second, true)
        said.push(made)
        expect([second, made.reason]).toEqual([second, await expected(market, second)])
        const plain = await seconds.at(second, false)
        if (made.state === null || plain.state === null) continue
        expect(made.inputs.tensors).toBe(plain.inputs.tensors)
        const slice = await market.reader.slice(MARKET, { from: second, to: second })
        const whole = pricesAsOf(slice, second, await market.books.at(second))
        const inputs = allocateInputs(1, true)
        writeState(whole, inputs, 0)
        expect(made.state).toEqual(whole)
        expect(made.inputs).toEqual(inputs)
      }
      expect(said.filter(({ state }) => state !== null).length).toBeGreaterThan(0)
      expect(seconds.count).toBe(2 * market.instants.length)
    },
  )

  it('is one made where nobody asks for the one without', async () => {
    const { seconds, instants } = begin(4)
    const alone = seconds()
    const [first] = instants
    await Promise.all([alone.at(first!, true), alone.at(first!, true)])
    await alone.at(shift(first!, SECOND), true)
    expect(alone.count).toBe(2)
  })
})
