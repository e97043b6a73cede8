// Order books that ccxt keeps (every exchange but Binance's): what it finds wrong drops the book, and a new connection brings a new one.
import { describe, expect, it } from 'vitest'
import { LocalBinance } from '../exchange/binance-server.ts'
import { hasRecordedBooks } from '../exchange/book-tape.ts'
import { LiveBooks } from '../exchange/live-books.ts'

async function checkBooks(work: (live: LiveBooks, exchange: LocalBinance) => Promise<void>): Promise<void> {
  const exchange = await new LocalBinance().open()
  const live = await LiveBooks.start(exchange, 'binance', 4000, 'ccxt')
  try {
    await live.seconds(2)
    await work(live, exchange)
    await live.until('the live book', () => live.report.state === 'live')
    await live.seconds(2)
    expect(live.differences()).toEqual([])
    expect(live.faults).toEqual([])
  } finally {
    await live.stop()
    await exchange.close()
  }
}

async function reopened(live: LiveBooks, words: RegExp): Promise<void> {
  await live.until('the break', () => live.report.resyncs === 1)
  expect(live.report.lastResync).toMatchObject({ reason: 'reset' })
  expect(live.report.lastResync!.message).toMatch(words)
  await live.until('the next book', () => live.report.state === 'live')
  expect(live.report.reconnects).toBe(1)
}

describe
  .skipIf(!hasRecordedBooks)
  .concurrent('a book of ccxt (skipped where ../shared/data is absent)', () => {
    it('is recorded once a second', async () => {
      await checkBooks(async (live) => {
        await live.seconds(3)
        expect(live.report).toMatchObject({ resyncs: 0, snapshots: 1, reconnects: 0 })
      })
    })

    it('is dropped for a change that is missing', async () => {
      await checkBooks(async (live, exchange) => {
        exchange.books.spoil({ drop: 1 })
        await reopened(live, /checksum/i)
      })
    })

    it('is dropped for changes in the wrong order', async () => {
      await checkBooks(async (live, exchange) => {
        exchange.books.spoil({ swap: 1 })
        await reopened(live, /checksum/i)
      })
    })

    it('bears changes that come twice', async () => {
      await checkBooks(async (live, exchange) => {
        exchange.books.spoil({ double: 5 })
        await live.until('the repeats', () => exchange.books.pending === 0)
        await live.seconds(1)
        expect(live.report.resyncs).toBe(0)
      })
    })

    it('is dropped with the connection', async () => {
      await checkBooks(async (live, exchange) => {
        exchange.disconnect()
        await reopened(live, /clos|connect|ended/i)
      })
    })

    it('is away as long as the exchange', async () => {
      await checkBooks(async (live, exchange) => {
        await exchange.outage(2500)
        expect(live.states).toContain('out_of_step')
      })
    })
  })
