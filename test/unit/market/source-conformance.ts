// What any source of market events must do; run for each of them.
import { isDeepStrictEqual } from 'node:util'
import { expect, it } from 'vitest'
import type { MarketEvent } from '../../../src/market/sources/market-event.ts'
import type { MarketSource } from '../../../src/market/sources/source.ts'
import type { EpochMs } from '../../../src/core/time.ts'

/** A source ready for `events`, and how its clock is made to move on by a second where it does not move by itself. */
export interface SourceUnderTest {
  readonly source: MarketSource
  readonly advance: () => void
}

/** Whatever brings market data in, by the name docs/sources.md gives it; an exchange by ccxt's id. */
export const SOURCES = [
  'demo',
  'replay',
  'binance',
  'binanceus',
  'binanceusdm',
  'kraken',
  'okx',
  'coinbase',
  'coinbaseexchange',
  'bybit',
  'dump files',
  'imports',
] as const

type Make = () => Promise<SourceUnderTest>

interface ConformanceCase {
  readonly title: string
  /** `first` has the events up to the 30th confirmation of one source, which the cases share. */
  readonly check: (make: Make, first: () => Promise<FirstEvents>) => Promise<void>
}

interface FirstEvents {
  readonly source: MarketSource
  readonly events: readonly MarketEvent[]
}

/** The rules of `MarketSource`; the number of a case is its place here, from 1, and docs/sources.md says who passes which. */
export const CASES: readonly ConformanceCase[] = [
  {
    title: 'sends trades of its own market alone, in order of their time, with prices and amounts above 0',
    check: async (_, first) => {
      const { source, events } = await first()
      const trades = events.filter((event) => event.kind === 'trade').map(({ trade }) => trade)
      expect(trades.length).toBeGreaterThan(0)
      expect(events.filter(({ market }) => !isDeepStrictEqual(market, source.market))).toEqual([])
      expect(trades.filter(({ price, amount }) => !(price > 0 && amount > 0))).toEqual([])
      const times = trades.map(({ time }) => time)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
    },
  },
  {
    title: 'confirms whole seconds, each once, ascending',
    check: async (_, first) => {
      const { events } = await first()
      const marks = events.filter((event) => event.kind === 'confirmed').map(({ through }) => through)
      expect(marks).toHaveLength(30)
      expect(marks.filter((mark) => mark % 1000 !== 0)).toEqual([])
      expect(marks).toEqual([...new Set(marks)].toSorted((a, b) => a - b))
    },
  },
  {
    title: 'sends each trade, and each order book it has, before the confirmation of its second',
    check: async (_, first) => expect(misplaced((await first()).events)).toEqual([]),
  },
  {
    title: 'confirms a second when its clock has reached it plus grace, not before',
    check: async (make) => {
      const { source, advance } = await make()
      const clockAt: [EpochMs, EpochMs][] = []
      await take(source, advance, 5, (event) => {
        if (event.kind === 'confirmed') clockAt.push([event.through, source.clock.now()])
      })
      expect(clockAt).toHaveLength(5)
      for (const [through, now] of clockAt) expect(now).toBeGreaterThanOrEqual(through + source.grace)
    },
  },
  {
    title: 'ends without an error when it is aborted while it waits',
    check: async (make) => {
      const { source } = await make()
      const abort = new AbortController()
      const seen: MarketEvent[] = []
      setTimeout(() => abort.abort(new Error('enough')), 50)
      for await (const event of source.events(abort.signal)) {
        seen.push(event)
        if (seen.length > 1000) abort.abort(new Error('enough'))
      }
      expect(abort.signal.aborted || seen.at(-1)?.kind === 'end_of_data').toBe(true)
    },
  },
]

/** Adds every case as a test of `name`; `make` is called at most once a test. */
export function conformance(name: (typeof SOURCES)[number], make: Make): void {
  let shared: Promise<FirstEvents> | undefined
  const first = (): Promise<FirstEvents> => (shared ??= firstOf(make))
  for (const [index, { title, check }] of CASES.entries())
    it(`${name}, case ${index + 1}: ${title}`, () => check(make, first))
}

async function firstOf(make: Make): Promise<FirstEvents> {
  const { source, advance } = await make()
  return { source, events: await take(source, advance, 30) }
}

/** Trades that come after the confirmation of their second, and order books that come after that of theirs or hold what is not before it. */
function misplaced(events: readonly MarketEvent[]): MarketEvent[] {
  let confirmed = Number.NEGATIVE_INFINITY
  return events.filter((event) => {
    if (event.kind === 'confirmed') confirmed = event.through
    if (event.kind === 'book')
      return event.snapshot.time <= confirmed || event.snapshot.eventTime >= event.snapshot.time
    return event.kind === 'trade' && event.trade.time < confirmed
  })
}

async function take(
  source: MarketSource,
  advance: () => void,
  confirmations: number,
  seen: (event: MarketEvent) => void = () => undefined,
): Promise<MarketEvent[]> {
  const abort = new AbortController()
  const events: MarketEvent[] = []
  let left = confirmations
  const ticking = setInterval(advance, 1)
  try {
    for await (const event of source.events(abort.signal)) {
      seen(event)
      events.push(event)
      if (event.kind === 'confirmed' && --left === 0) break
    }
  } finally {
    clearInterval(ticking)
    abort.abort()
  }
  return events
}
