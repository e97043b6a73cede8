// Recorded order-book chains of Binance, replayed: against the derived top levels of every second, and against the exchange's own best prices.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { epochMs } from '../../src/core/time.ts'
import { bookMessageOf, parseRecordedBookLine } from '../../src/market/exchange/binance/book-messages.ts'
import { binanceFutures, binanceSpot } from '../../src/market/exchange/binance/book-sequence.ts'
import { ConsolidatedBook, consolidateRecorded } from '../../src/market/book/consolidated-book.ts'
import { importBook } from '../../src/market/book/import-book.ts'
import { loadBookSlice } from '../../src/market/book/book-slice.ts'
import { bookWindowAt, orderBookWindow } from '../../src/market/book/order-book-window.ts'
import { decodeBlock, encodeBlock } from '../../src/market/book/snapshot-codec.ts'
import type { TopSnapshot } from '../../src/market/book/top-snapshot.ts'
import { VenueBook } from '../../src/market/book/venue-book.ts'
import { rangeOf } from '../../src/market/ranges.ts'
import type { Market } from '../../src/market/types.ts'
import { openBookStore } from '../unit/market/book-fixture.ts'
import { at, temporaryFolder } from '../unit/market/fixture.ts'

const DATA = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/data')
const present = existsSync(join(DATA, 'README.md'))
if (!present) console.warn(`Skipped: ${DATA} is not here, so no recorded order book is replayed.`)

const ALL = rangeOf(0, 1e14)
const market = (venue: string): Market => ({ venue, symbol: 'ETH/USDT' })
const chainOf = (venue: string): string => join(DATA, 'books', `${venue}-ETHUSDT-2024-08-08.jsonl.gz`)
const linesOf = (path: string): string[] => gunzipSync(readFileSync(path)).toString().trimEnd().split('\n')

/** Second → the 10 best bids and asks, price, amount, … */
function derivedTops(venue: string): Map<number, number[]> {
  const rows = linesOf(join(DATA, 'books', `${venue}-ETHUSDT-2024-08-08-top10-1s.csv.gz`)).slice(1)
  return new Map(
    rows.map((row) => {
      const [second, ...levels] = row.split(',').map(Number)
      return [second!, levels]
    }),
  )
}

const topsOf = (snapshots: readonly TopSnapshot[]): Map<number, number[]> =>
  new Map(snapshots.map(({ time, bids, asks }) => [time, [...bids, ...asks]]))

const CHAINS = [
  { venue: 'binance', rule: 'binance-spot', diffs: 6470, applied: 6468, dropped: 2, seconds: 650 },
  { venue: 'binanceusdm', rule: 'binance-futures', diffs: 6586, applied: 6581, dropped: 5, seconds: 345 },
]

describe.skipIf(!present)('recorded order books', () => {
  it.each(CHAINS)(
    '$venue: $applied diffs give the 10 best levels of all $seconds seconds, never crossed',
    async ({ venue, rule, diffs, applied, dropped, seconds }) => {
      const store = openBookStore()
      const report = await importBook({ path: chainOf(venue), market: market(venue), store })
      expect(report).toMatchObject({
        rule,
        lines: diffs + 1,
        snapshots: 1,
        diffs,
        applied,
        dropped_before_snapshot: dropped,
        duplicates: 0,
        not_joined: 0,
        resyncs_count: 0,
        crossed: 0,
        refused_count: 0,
        seconds_added: seconds,
      })
      const stored = store.range(market(venue), ALL)
      expect(topsOf(stored)).toEqual(derivedTops(venue))
      expect(store.recorded(market(venue))).toEqual([
        rangeOf(stored[0]!.time, stored[0]!.time + 1000 * seconds),
      ])
      for (const { data } of store.blocks(market(venue), ALL)) {
        expect(encodeBlock(decodeBlock(data))).toEqual(new Uint8Array(data))
      }
      const { bytes } = store.size(market(venue))
      expect((bytes / seconds) * 86_400).toBeLessThan(6e6)
      const again = await importBook({ path: chainOf(venue), market: market(venue), store })
      expect(again).toMatchObject({ seconds_added: 0, seconds_present: seconds, seconds_conflicts: 0 })
    },
  )

  it.each([
    [
      'spot',
      ['binance/hftbacktest-spot-ethusdt_20240808', 'binance/hftbacktest-spot-ethusdt_20240809'],
      6_469,
    ],
    ['coin-margined futures', ['binancecm/hftbacktest-cm-ethusd_perp_20240808'], 22_886],
  ] as const)(
    'the raw wire of Binance %s: after every diff, best prices and amounts are those of the exchange’s own ticker',
    (kind, files, expected) => {
      const messages = files.flatMap((file) => wireMessages(join(DATA, 'wire', `${file}.txt.gz`)))
      const tickers = messages.flatMap(({ data }) => ('B' in data && 'A' in data ? [data] : []))
      const rule = kind === 'spot' ? binanceSpot : binanceFutures
      const venue = new VenueBook({ market: market('binance'), rule })
      let compared = 0
      let next = 0
      for (const { data, arrivedAt } of messages) {
        if (data['lastUpdateId'] === undefined && data['e'] !== 'depthUpdate') continue
        expect(venue.feed(bookMessageOf(data, epochMs(arrivedAt))).kind).not.toBe('resync')
        if (!venue.inStep) continue
        while (next < tickers.length && Number(tickers[next]!['u']) <= venue.book.lastUpdateId) next += 1
        const { b, B, a, A } = tickers[next - 1]!
        expect([venue.book.bestBid, venue.book.bestAsk]).toEqual([
          [Number(b), Number(B)],
          [Number(a), Number(A)],
        ])
        compared += 1
      }
      expect(compared).toBe(expected)
    },
  )

  it('a lost, a doubled and a late message: the seconds that are recorded are true, the rest are missing and say why', async () => {
    const lines = linesOf(chainOf('binance'))
    const snapshotLater = lines[2]!
    const disturbed = [
      ...lines.slice(0, 2000),
      lines[1999]!,
      ...lines.slice(2000, 3000),
      ...lines.slice(3001, 4000),
      lines[4001]!,
      lines[4000]!,
      ...lines.slice(4002, 4100),
      snapshotLater,
    ]
    const path = join(temporaryFolder(), 'disturbed.jsonl')
    writeFileSync(path, disturbed.join('\n'))
    const store = openBookStore()
    const report = await importBook({ path, market: market('binance'), store })
    expect(report).toMatchObject({ duplicates: 1, crossed: 0, resyncs_count: 2 })
    expect(report.resyncs.map(({ line, reason }) => [line, reason])).toEqual([
      [3002, 'gap'],
      // The old snapshot does not reach the diffs that are waiting.
      [4101, 'snapshot_too_old'],
    ])
    const truth = derivedTops('binance')
    const stored = topsOf(store.range(market('binance'), ALL))
    for (const [second, levels] of stored) expect(levels).toEqual(truth.get(second))
    const lost = parseRecordedBookLine(lines[3000]!)
    expect(Math.max(...stored.keys())).toBeLessThanOrEqual(lost.eventTime!)
    expect(stored.size).toBe([...truth.keys()].filter((second) => second <= lost.eventTime!).length)
  })

  it('two venues consolidated live equal the consolidation of what was recorded of them, to the last number', async () => {
    const store = openBookStore()
    const merged = mergedChains()
    const books = merged.books
    const live = new ConsolidatedBook(books, { staleAfter: 5_000 })
    const recordings = new Map<string, TopSnapshot[]>()
    for (const { venue } of CHAINS) {
      await importBook({ path: chainOf(venue), market: market(venue), store })
      recordings.set(venue, store.range(market(venue), ALL))
    }
    const recorded = new Map(
      consolidateRecorded(recordings, { staleAfter: 5_000 }).map((one) => [one.time as number, one]),
    )
    let second = at('2024-08-08T23:54:18Z') as number
    const last = at('2024-08-09T00:00:00Z')
    let compared = 0
    let crossed = 0
    for (const { message, book } of merged.messages) {
      for (; second <= last && message.eventTime! >= second; second += 1000) {
        const now = live.at(epochMs(second))
        expect(now).toEqual(recorded.get(second))
        compared += 1
        if (now.crossed) crossed += 1
      }
      book.feed(message)
    }
    expect(compared).toBe(343)
    // A perpetual future trades below spot here: crossed across venues nearly always, and said so.
    expect(crossed).toBeGreaterThan(300)
  })

  it('the window as of midnight UTC is rows of the derived file, DeepLOB’s order, and has no gap', async () => {
    const store = openBookStore()
    await importBook({ path: chainOf('binance'), market: market('binance'), store })
    const midnight = at('2024-08-09T00:00:00Z')
    const values = orderBookWindow(store, market('binance'), midnight)
    const truth = derivedTops('binance')
    for (let row = 0; row < 100; row += 1) {
      const levels = truth.get(midnight - 99_000 + 1000 * row)!
      const expected = Array.from({ length: 10 }, (_, level) => {
        const [bid, ask] = [2 * level, 20 + 2 * level]
        return [levels[ask]!, levels[ask + 1]!, levels[bid]!, levels[bid + 1]!]
      }).flat()
      expect([...values.subarray(40 * row, 40 * row + 40)]).toEqual(expected)
    }
    const slice = loadBookSlice(store, market('binance'), rangeOf(midnight, midnight))
    expect(bookWindowAt(slice, midnight).gaps).toEqual([])
  })
})

interface WireMessage {
  readonly arrivedAt: number
  readonly data: Readonly<Record<string, unknown>>
}

/** Lines of "<nanoseconds> <json>": a stream's envelope, or an answer of the REST interface. */
function wireMessages(path: string): WireMessage[] {
  return linesOf(path).map((line) => {
    const space = line.indexOf(' ')
    const json = JSON.parse(line.slice(space + 1)) as Record<string, unknown>
    const data = (json['data'] ?? json) as Record<string, unknown>
    return { arrivedAt: Math.floor(Number(line.slice(0, space)) / 1e6), data }
  })
}

/** Both chains in order of exchange time; a snapshot without one keeps its place. */
function mergedChains() {
  const books = CHAINS.map(({ venue, rule }) => {
    return new VenueBook({
      market: market(venue),
      rule: rule === 'binance-spot' ? binanceSpot : binanceFutures,
    })
  })
  const messages = CHAINS.flatMap(({ venue }, index) => {
    let time = 0
    return linesOf(chainOf(venue)).map((line) => {
      const message = parseRecordedBookLine(line)
      time = Math.max(time, message.eventTime ?? 0)
      return { message, book: books[index]!, time }
    })
  })
  return { books, messages: messages.sort((a, b) => a.time - b.time) }
}
