// What a live second saw of the order book, and what the same second sees in a replay of the recording: the same bytes.
import { describe, expect, it } from 'vitest'
import type { EpochMs } from '../../src/core/time.ts'
import type { BookStore } from '../../src/market/book/book-store.ts'
import { decodeBlock, encodeBlock } from '../../src/market/book/snapshot-codec.ts'
import { createDataProvider } from '../../src/market/live-provider.ts'
import { rangeOf } from '../../src/market/ranges.ts'
import { createReplaySource } from '../../src/market/sources/replay.ts'
import type { Market } from '../../src/market/types.ts'
import { LocalBinance } from '../exchange/binance-server.ts'
import { hasRecordedBooks } from '../exchange/book-tape.ts'
import { LiveBooks } from '../exchange/live-books.ts'

/** The last ten recorded seconds as of `second`, every number with all its digits. */
function seenAt(books: BookStore, market: Market, second: EpochMs): string {
  return JSON.stringify(books.before(market, second, 10))
}

describe.skipIf(!hasRecordedBooks)('a recording (skipped where ../shared/data is absent)', () => {
  it('replays the order book of every second byte for byte, breaks included', async () => {
    const exchange = await new LocalBinance().open()
    const live = await LiveBooks.start(exchange)
    const { market, books } = live
    const seen = new Map<EpochMs, string>()
    live.provider.onSecond(market, async (second) => {
      if (live.recorded().length > 0) seen.set(second, seenAt(books, market, second))
    })
    try {
      await live.seconds(4)
      exchange.books.spoil({ drop: 1 })
      await live.seconds(2)
      exchange.disconnect()
      await live.until('the next book', () => live.report.reconnects === 1 && live.report.state === 'live')
      await live.seconds(4)
      await live.provider.stop()
      const recorded = bytesOf(live)
      const replayed = await replay(live, Math.min(...seen.keys()) as EpochMs, Math.max(...seen.keys()))
      for (const [second, bytes] of seen) if (replayed.has(second)) expect(replayed.get(second)).toBe(bytes)
      expect(replayed.size).toBeGreaterThanOrEqual(seen.size - 1)
      expect(new Set(seen.values()).size).toBeGreaterThan(8)
      expect(bytesOf(live)).toEqual(recorded)
      for (const { data } of books.blocks(market, ALL)) {
        expect(Buffer.from(encodeBlock(decodeBlock(data)))).toEqual(Buffer.from(data))
      }
    } finally {
      await live.stop()
      await exchange.close()
    }
  })
})

const ALL = rangeOf(0, 1e14)

function bytesOf({ books, market }: LiveBooks): string[] {
  return books.blocks(market, ALL).map(({ data }) => Buffer.from(data).toString('hex'))
}

async function replay(live: LiveBooks, from: EpochMs, to: number): Promise<Map<EpochMs, string>> {
  const { reader, store, books, market } = live
  const source = await createReplaySource({ reader, market, from, speed: Number.POSITIVE_INFINITY })
  const provider = createDataProvider({ store, reader, source, books })
  const seen = new Map<EpochMs, string>()
  let ended = false
  provider.onSecond(market, async (second) => {
    seen.set(second, seenAt(books, market, second))
  })
  provider.onEnd(() => {
    ended = true
  })
  await provider.start()
  await live.until('the end of the replay', () => ended || Math.max(...seen.keys()) >= to)
  await provider.stop()
  return seen
}
