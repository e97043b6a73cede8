// Order books of an exchange through ccxt: recorded second by second, and after every fault equal to what they truly were.
import { describe, expect, it } from 'vitest'
import { LocalBinance, type LocalBinanceOptions } from '../exchange/binance-server.ts'
import { hasRecordedBooks } from '../exchange/book-tape.ts'
import { LiveBooks } from '../exchange/live-books.ts'

/** Runs `work` on books that stream, and checks that every recorded second has the true ten best levels. */
async function checkBooks(
  options: LocalBinanceOptions,
  work: (live: LiveBooks, exchange: LocalBinance) => Promise<void>,
): Promise<void> {
  const exchange = await new LocalBinance(options).open()
  const live = await LiveBooks.start(exchange, options.kind === 'futures' ? 'binanceusdm' : 'binance')
  try {
    await live.seconds(2)
    await work(live, exchange)
    await live.seconds(2)
    expect(live.report).toMatchObject({ state: 'live', reason: null })
    expect(live.differences()).toEqual([])
    expect(live.faults).toEqual([])
  } finally {
    await live.stop()
    await exchange.close()
  }
}

describe.skipIf(!hasRecordedBooks).concurrent('order books of an exchange that', () => {
  it('works: every second is there', async () => {
    await checkBooks({}, async (live) => {
      await live.seconds(3)
      expect(live.missing()).toEqual([])
      expect(live.report).toMatchObject({ resyncs: 0, snapshots: 1, reconnects: 0, malformed: 0 })
    })
  })
})
