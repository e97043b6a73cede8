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

/** Adds the rules of `MarketSource` as tests; `make` is called once a test. */
export function conformance(make: () => Promise<SourceUnderTest>): void {
  it('sends trades in order, each before the confirmation of its second, and confirms ascending whole seconds', async () => {
    const { source, advance } = await make()
    const events = await take(source, advance, 30)
    const trades = events.filter((event) => event.kind === 'trade')
    const marks = events.filter((event) => event.kind === 'confirmed').map(({ through }) => through)
    expect(trades.length).toBeGreaterThan(0)
    expect(events.filter(({ market }) => !isDeepStrictEqual(market, source.market))).toEqual([])
    expect(trades.filter(({ trade }) => !(trade.price > 0 && trade.amount > 0))).toEqual([])
    expect(marks.filter((mark) => mark % 1000 !== 0)).toEqual([])
    expect(marks).toEqual([...new Set(marks)].toSorted((a, b) => a - b))
    const times = trades.map(({ trade }) => trade.time)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(misplaced(events)).toEqual([])
  })

  it('confirms a second when its clock has reached it plus grace, not before', async () => {
    const { source, advance } = await make()
    const clockAt: [EpochMs, EpochMs][] = []
    await take(source, advance, 5, (event) => {
      if (event.kind === 'confirmed') clockAt.push([event.through, source.clock.now()])
    })
    expect(clockAt).toHaveLength(5)
    for (const [through, now] of clockAt) expect(now).toBeGreaterThanOrEqual(through + source.grace)
  })

  it('ends without an error when it is aborted while it waits', async () => {
    const { source } = await make()
    const abort = new AbortController()
    const seen: MarketEvent[] = []
    setTimeout(() => abort.abort(new Error('enough')), 50)
    for await (const event of source.events(abort.signal)) {
      seen.push(event)
      if (seen.length > 1000) abort.abort(new Error('enough'))
    }
    expect(abort.signal.aborted || seen.at(-1)?.kind === 'end_of_data').toBe(true)
  })
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
