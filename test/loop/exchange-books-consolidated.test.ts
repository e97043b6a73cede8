// The consolidated book of two exchanges that stream at once, one of which stalls: merged as the truth says, and who takes no part is shown.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HealthOut } from '../../src/contract/market.ts'
import type { ConsolidatedBookOut, OrderBookNowOut, OrderBooksOut } from '../../src/contract/order-book.ts'
import type { ErrorBody } from '../../src/contract/shapes.ts'
import { LocalBinance } from '../exchange/binance-server.ts'
import { hasRecordedBooks, recordedTops } from '../exchange/book-tape.ts'
import { serve, type Served } from '../unit/cli/annotate.ts'
import { patient, until } from '../patience.ts'

/** Each plays another stretch of the recording. */
const VENUES = { binance: 200_000, binanceus: 290_000 } as const
type Venue = keyof typeof VENUES

let exchanges: Record<Venue, LocalBinance>
let folder: string
let served: Served

async function get<T>(path: string): Promise<T> {
  return (await (await fetch(served.url + path)).json()) as T
}

async function answered<T>(what: string, path: string, is: (answer: T) => boolean): Promise<T> {
  let answer = await get<T>(path)
  const isThere = async (): Promise<boolean> => is(answer) || is((answer = await get<T>(path)))
  await until(what, isThere, { every: 100, state: () => answer })
  return answer
}

/** Levels of one venue, of one side, as of a second of its recording. */
function truth(venue: Venue, second: number, side: 'bids' | 'asks'): [number, number][] {
  const numbers = TOPS.get(second + exchanges[venue].shift)!
    .split(',')
    .map(Number)
  const from = side === 'bids' ? 0 : 20
  return Array.from({ length: 10 }, (_, at) => [numbers[from + 2 * at]!, numbers[from + 2 * at + 1]!])
}

/** Merged from the derived files in the plainest way: by price, best first, amounts added as whole numbers of 10^-8. */
function merged(venues: readonly Venue[], second: number, side: 'bids' | 'asks'): [number, number][] {
  const byPrice = new Map<number, number>()
  for (const [price, amount] of venues.flatMap((venue) => truth(venue, second, side))) {
    byPrice.set(price, (byPrice.get(price) ?? 0) + Math.round(amount * 1e8))
  }
  const sign = side === 'bids' ? -1 : 1
  return [...byPrice]
    .toSorted(([a], [b]) => sign * (a - b))
    .slice(0, 10)
    .map(([price, amount]) => [price, amount / 1e8])
}

const TOPS = hasRecordedBooks ? recordedTops('spot') : new Map<number, string>()
const CONSOLIDATED = '/api/consolidated-order-book?symbol=ETH/USDT'

describe.skipIf(!hasRecordedBooks)('two exchanges (skipped where ../shared/data is absent)', () => {
  beforeAll(async () => {
    const open = (venue: Venue): Promise<LocalBinance> => new LocalBinance({ past: VENUES[venue] }).open()
    exchanges = { binance: await open('binance'), binanceus: await open('binanceus') }
    folder = await mkdtemp(join(tmpdir(), 'annotate-consolidated-'))
    const settings = join(folder, 'settings.json')
    const of = { binance: exchanges.binance.settings(), binanceus: exchanges.binanceus.settings() }
    await writeFile(settings, JSON.stringify({ exchanges: of }))
    const markets = '--source exchange --exchange binance --symbol ETH/USDT --market binanceus:ETH/USDT'
    const place = ['--exchange-settings', settings, '--workspace', join(folder, 'workspace')]
    served = await serve(...markets.split(' '), ...place)
  })
  afterAll(async () => {
    await served.stop()
    await Promise.all(Object.values(exchanges).map((exchange) => exchange.close()))
    await rm(folder, { recursive: true, force: true })
  })

  const isWhole = ({ venues }: ConsolidatedBookOut): boolean =>
    venues?.length === 2 && venues.every(({ stale }) => !stale)

  it('are merged by price, second by second, each level knowing its venues', async () => {
    const book = await answered<ConsolidatedBookOut>('the merged book', CONSOLIDATED, isWhole)
    const second = Date.parse(book.timestamp)
    const both = ['binance', 'binanceus'] as const
    expect(book.bids.map(({ price, amount }) => [price, amount])).toEqual(merged(both, second, 'bids'))
    expect(book.asks.map(({ price, amount }) => [price, amount])).toEqual(merged(both, second, 'asks'))
    for (const { price, venues } of book.bids) {
      const has = both.filter((venue) => truth(venue, second, 'bids').some(([level]) => level === price))
      expect(venues.map(({ venue }) => venue)).toEqual(has)
    }
    expect(book.venues).toMatchObject([
      { venue: 'binance', state: 'live', stale: false, reason: null },
      { venue: 'binanceus', state: 'live', stale: false, reason: null },
    ])
  })

  it('says in every answer how the live book does', async () => {
    const book = await get<OrderBookNowOut>('/api/order-book?symbol=ETH/USDT&venue=binanceus')
    expect(book).toMatchObject({ stale: false, stream: { state: 'live', resyncs: 0, reason: null } })
    expect(book.age_ms).toBeLessThan(patient(5000))
    const { data_sources: sources } = await get<HealthOut>('/api/health')
    expect(sources.map(({ connection }) => connection!.order_book!.state)).toEqual(['live', 'live'])
  })

  it('go on without the one that stalls, and say who takes no part, and why', async () => {
    exchanges.binanceus.stalled = true
    const alone = await answered<ConsolidatedBookOut>(
      'the stale venue',
      CONSOLIDATED,
      ({ venues }) => venues?.[1]?.stale === true && (venues[1].age_ms ?? 0) > 5000,
    )
    const second = Date.parse(alone.timestamp)
    expect(alone.bids.map(({ price, amount }) => [price, amount])).toEqual(
      merged(['binance'], second, 'bids'),
    )
    expect(alone.venues[0]).toMatchObject({ venue: 'binance', state: 'live' })
    expect(alone.venues[1]!.reason).toMatch(/heard|do not come/i)
    const one = await get<OrderBookNowOut>('/api/order-book?symbol=ETH/USDT&venue=binanceus')
    expect(one).toMatchObject({ stale: true })
    expect(one.stream!.state).not.toBe('live')
    expect(one.stream!.reason).toMatch(/heard|do not come/i)
  })

  it('come together again, and no second of the stall is recorded', async () => {
    const stalled = exchanges.binanceus.now()
    exchanges.binanceus.release()
    exchanges.binanceus.disconnect()
    await answered<ConsolidatedBookOut>('the merged book', CONSOLIDATED, isWhole)
    const { order_books: books } = await get<OrderBooksOut>(
      '/api/order-books?symbol=ETH/USDT&venue=binanceus&seconds=100',
    )
    const times = books.map(({ timestamp }) => Date.parse(timestamp))
    expect(times.filter((time) => time > stalled - 3000 && time < stalled)).toEqual([])
    for (const { timestamp, bids } of books) {
      expect(bids).toEqual(truth('binanceus', Date.parse(timestamp), 'bids'))
    }
  })

  it('say why there is no book of a second that was not recorded', async () => {
    const at = exchanges.binance.now() - 3_600_000
    const none = await get<ErrorBody>(`/api/order-book?symbol=ETH/USDT&venue=binance&at=${at}`)
    expect(none.error).toMatchObject({ code: 'no_order_book', stream: { state: 'live' } })
  })
})
