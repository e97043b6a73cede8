// Order books of an exchange through ccxt, and what it can do wrong: every second that is recorded has the ten true best levels.
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { LocalBinance, type LocalBinanceOptions } from '../exchange/binance-server.ts'
import { hasRecordedBooks, type BookKind } from '../exchange/book-tape.ts'
import { LiveBooks } from '../exchange/live-books.ts'

/** A silence no longer than usual pauses cannot be told from one: a second within it may lack the last changes. */
const SHORT_SILENCE = 2500

type Work = (live: LiveBooks, exchange: LocalBinance) => Promise<void>

/** Runs `work` on books that stream, and checks that they stream again, and that each recorded second is the truth. */
async function checkBooks(options: LocalBinanceOptions, work: Work, silence?: number): Promise<void> {
  const exchange = await new LocalBinance(options).open()
  const venue = options.kind === 'futures' ? 'binanceusdm' : 'binance'
  const live = await LiveBooks.start(exchange, venue, silence)
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

/** The book is dropped once for `reason`, and said to be out of step meanwhile. */
async function resynced(live: LiveBooks, reason: string, words: RegExp): Promise<void> {
  await live.until('the break', () => live.report.resyncs >= 1)
  await live.until('the next book', () => live.report.state === 'live')
  expect(live.report).toMatchObject({ resyncs: 1, lastResync: { reason } })
  expect(live.report.lastResync!.message).toMatch(words)
}

/** Spot and futures number their changes differently: what depends on it is tested with both, the rest with spot. */
describe.skipIf(!hasRecordedBooks).concurrent.each<BookKind>(['spot', 'futures'])(
  'order books of a %s market whose exchange (skipped where ../shared/data is absent)',
  (kind) => {
    it('works: every second is there, or a slow machine has missed it, and it is counted', async () => {
      await checkBooks({ kind }, async (live) => {
        await live.seconds(4)
        const { missedSeconds } = live.report
        expect(live.missing().length).toBeLessThanOrEqual(
          missedSeconds + live.provider.status().bookSeconds.late,
        )
        expect(live.report).toMatchObject({ resyncs: 0, snapshots: 1, reconnects: 0, malformed: 0 })
        expect(live.states.slice(0, 2)).toEqual(['connecting', 'live'])
      })
    })

    it('leaves a change out: the hole is seen by its numbers, and a new book fetched', async () => {
      await checkBooks({ kind }, async (live, exchange) => {
        exchange.books.spoil({ drop: 1 })
        await resynced(live, 'gap', /a message is missing or late/)
        expect(live.report.snapshots).toBe(2)
      })
    })

    it('sends changes twice: the second ones are ignored', async () => {
      await checkBooks({ kind }, async (live, exchange) => {
        exchange.books.spoil({ double: 8 })
        await live.until('the repeats', () => live.report.duplicates >= 8)
        await live.seconds(1)
        expect(live.report).toMatchObject({ resyncs: 0, snapshots: 1 })
      })
    })

    it('sends changes in the wrong order', async () => {
      await checkBooks({ kind }, async (live, exchange) => {
        exchange.books.spoil({ swap: 1 })
        await resynced(live, 'gap', /a message is missing or late/)
      })
    })

    it('answers with an old book when a new one is needed: it is refused, and asked for again', async () => {
      await checkBooks({ kind }, async (live, exchange) => {
        exchange.books.freeze(3)
        await live.seconds(1)
        exchange.books.spoil({ drop: 1 })
        await resynced(live, 'gap', /missing/)
        expect(exchange.books.staleAnswers).toBe(0)
        expect(live.report.snapshots).toBeGreaterThanOrEqual(4)
      })
    })

    it('cuts the connection', async () => {
      await checkBooks({ kind }, async (live, exchange) => {
        exchange.disconnect()
        await resynced(live, 'reset', /clos|connect|ended/i)
        expect(live.report.reconnects).toBe(1)
      })
    })

    it('restarts, and counts anew', async () => {
      await checkBooks({ kind }, async (live, exchange) => {
        exchange.isDown = true
        exchange.disconnect()
        await sleep(1500)
        exchange.books.renumber()
        exchange.isDown = false
        await resynced(live, 'reset', /clos|connect|ended/i)
      })
    })

    it('begins to count anew on an open connection', async () => {
      await checkBooks({ kind }, async (live, exchange) => {
        exchange.books.renumber()
        await resynced(live, 'ids_went_back', /has an older number/)
      })
    })
  },
)

describe.skipIf(!hasRecordedBooks).concurrent('order books whose exchange', () => {
  it('sends what is no JSON', async () => {
    await checkBooks({}, async (live, exchange) => {
      exchange.books.spoil({ garbage: 1 })
      await resynced(live, 'gap', /missing/)
      expect(live.report.malformed).toBe(1)
    })
  })

  it('sends a level without a price', async () => {
    await checkBooks({}, async (live, exchange) => {
      exchange.books.spoil({ nonsense: 1 })
      await resynced(live, 'gap', /missing/)
      expect(live.report.malformed).toBe(1)
    })
  })

  it('is away for some seconds, REST too: nothing is recorded meanwhile, and it is said', async () => {
    await checkBooks({}, async (live, exchange) => {
      await exchange.outage(3500)
      expect(live.report.state).toBe('out_of_step')
      expect([...live.reasons].join()).toMatch(/connect|socket|clos|ECONN|NetworkError/i)
      await live.until('the next book', () => live.report.state === 'live')
      await live.seconds(1)
      expect(live.report.missedSeconds).toBeGreaterThanOrEqual(2)
      expect(live.missing().length).toBeGreaterThanOrEqual(2)
    })
  })

  it('falls silent on an open connection: it is opened anew, and no second of the silence is recorded', async () => {
    await checkBooks({}, async (live, exchange) => {
      exchange.stalled = true
      const silence = exchange.now()
      await live.until('doubt', () => live.report.state === 'stale')
      const silent = /Nothing has been heard of the order book for \d+ ms/
      await live.until('the words', () => silent.test([...live.reasons].join()))
      await live.until('giving up', () => live.report.state === 'out_of_step')
      const ended = exchange.now()
      exchange.stalled = false
      await live.until('the connection', () => live.report.reconnects >= 1)
      await live.seconds(1)
      const during = live.recorded().filter(({ time }) => time > silence + 1000 && time < ended)
      expect(during).toEqual([])
    })
  })

  it('stalls for a moment and then sends it all late', async () => {
    await checkBooks(
      {},
      async (live, exchange) => {
        exchange.stalled = true
        await sleep(3000)
        exchange.release()
        await live.seconds(1)
        expect(live.missing().length).toBeGreaterThanOrEqual(1)
      },
      20_000,
    )
  })

  it('goes on without a word, though the connection answers: REST shows it, and the connection is opened anew', async () => {
    await checkBooks({}, async (live, exchange) => {
      live.doubtful = { from: exchange.now(), to: exchange.now() + SHORT_SILENCE }
      exchange.mute = true
      await live.until('doubt', () => live.report.reconnects >= 1)
      expect([...live.reasons].join()).toMatch(/changes of the order book do not come/)
      exchange.mute = false
    })
  })

  it('sends no trades for a while: the books of those seconds are recorded all the same', async () => {
    await checkBooks({}, async (live, exchange) => {
      const before = live.recorded().at(-1)!.time
      // Trades are away and stay away: REST shows that the stream is deaf, again and again.
      exchange.deafTo = 'aggTrade'
      exchange.deaf = 2
      exchange.disconnect()
      await live.until('deaf trades', () => exchange.deaf === 0 && live.report.state === 'live')
      await live.until('a break of trades', () => live.provider.status().connection!.reconnects >= 3)
      await live.seconds(2)
      const since = live.recorded().filter(({ time }) => time > before)
      const span = (since.at(-1)!.time - since[0]!.time) / 1000 + 1
      expect(since.length).toBeGreaterThanOrEqual(span / 2)
    })
  })

  it('takes a subscription and never sends a change: the connection is opened anew', async () => {
    await checkBooks({}, async (live, exchange) => {
      exchange.deafTo = 'depth'
      exchange.deaf = 1
      exchange.disconnect()
      await live.until('the connection', () => exchange.deaf === 0 && live.report.reconnects >= 2)
      expect([...live.reasons].join()).toMatch(/the order book does not come/)
    })
  })

  it.each([418, 429, 503])('answers %i when a new book is needed', async (status) => {
    await checkBooks({}, async (live, exchange) => {
      const retryAfter = status === 503 ? {} : { retryAfter: 1 }
      exchange.refusal = { status, times: 2, path: '/depth', ...retryAfter }
      exchange.books.spoil({ drop: 1 })
      await live.until('the refusals', () => exchange.refusal?.times === 0)
      expect(live.states).toContain('out_of_step')
      await live.until('the next book', () => live.report.state === 'live')
      expect([...live.reasons].join()).toContain(String(status))
    })
  })

  it('closes every connection after its 24 hours', async () => {
    await checkBooks({ connectionLife: 4000 }, async (live) => {
      await live.until('the third connection', () => live.report.reconnects >= 2)
    })
  })

  it.each([
    ['ahead', { clockOffset: 7000 }],
    ['behind', { clockOffset: -7000 }],
  ])('has a clock that is %s', async (_, options) => {
    await checkBooks({ ...options }, async (live) => {
      await live.seconds(2)
    })
  })
})

describe
  .skipIf(!hasRecordedBooks)
  .concurrent('order books whose changes come too late for their second', () => {
    it.each([
      ['by the way that they take', { latency: 1450 }],
      ['because the exchange lies about its clock', { lie: 9000 }],
    ])('%s are not recorded rather than recorded wrong, and it is counted', async (_, options) => {
      const exchange = await new LocalBinance(options).open()
      const live = await LiveBooks.start(exchange)
      try {
        await live.until(
          'late seconds',
          () => live.report.missedSeconds + live.provider.status().bookSeconds.late > 5,
        )
        expect(live.report.state).toBe('live')
        expect(live.differences()).toEqual([])
        expect(live.faults).toEqual([])
      } finally {
        await live.stop()
        await exchange.close()
      }
    })
  })
