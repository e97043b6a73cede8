// The simulated market as a source: its past into the store at start, then every second's trades as they happen.
import { pacing } from '../../core/busy.ts'
import { systemClock, type Clock } from '../../core/clock.ts'
import { DAY, floorTo, HOUR, MINUTE, SECOND, shift, type EpochMs } from '../../core/time.ts'
import { createDemoMarket, type DemoMarket } from '../demo/demo-market.ts'
import type { PastBooks } from '../book/book-recorder.ts'
import { demoSnapshots } from '../demo/top-book.ts'
import { missingFrom, rangeOf } from '../ranges.ts'
import type { MarketStore } from '../store/market-store.ts'
import { durationOf, TIMEFRAMES, type Timeframe } from '../timeframe.ts'
import type { Market, TimeRange } from '../types.ts'
import type { MarketEvent } from './market-event.ts'
import type { MarketSource } from './source.ts'

/** Enough days for 100 candles of 1d before any of the seconds; and days of seconds. */
const DAYS = 105
const SECOND_DAYS = 2
/** So much of the past is drawn and written at once: it takes some ten milliseconds, and holds whole candles of the next longer timeframe. */
const PIECE: Readonly<Record<Timeframe, number>> = { '1d': 2 * DAY, '1h': 2 * DAY, '1m': 2 * DAY, '1s': HOUR }
/** The past counts as filled once it ends less than this long ago. */
const CAUGHT_UP = 2 * SECOND

export interface DemoSourceOptions {
  readonly seed: number
  /** ccxt's form, `ETH/USDT`. */
  readonly symbol: string
  readonly clock?: Clock
}

export function demoMarketOf(seed: number, symbol: string): Market {
  return { venue: `demo-${seed}`, symbol }
}

/** A function of seed, symbol and UTC time: after a restart the past is the same, and the time it was off is filled in. */
export function createDemoSource(options: DemoSourceOptions): MarketSource {
  return new DemoSource(options)
}

class DemoSource implements MarketSource {
  readonly kind = 'demo'
  readonly simulated = true
  readonly speed = 1
  readonly grace = 0
  readonly market: Market
  readonly clock: Clock
  readonly pastBooks: PastBooks
  readonly #generator: DemoMarket
  #through: EpochMs | null = null

  constructor({ seed, symbol, clock = systemClock }: DemoSourceOptions) {
    this.market = demoMarketOf(seed, symbol)
    this.clock = clock
    this.#generator = createDemoMarket({ seed, symbol })
    this.pastBooks = (range) => demoSnapshots(this.#generator, range)
  }

  async backfill(store: MarketStore, signal = new AbortController().signal): Promise<void> {
    let now: EpochMs
    // It takes seconds, in which the market goes on: the second round fills those.
    do {
      now = floorTo(this.clock.now(), SECOND)
      await this.#fillUntil(store, now, signal)
    } while (this.clock.now() >= now + CAUGHT_UP)
    this.#through = now
  }

  /** A second at a time; a minute where a clock that was set forward, or a machine that slept, leaves more. */
  async *events(signal: AbortSignal): AsyncGenerator<MarketEvent> {
    const { market, clock } = this
    let through: EpochMs
    for (let from = this.#through ?? floorTo(clock.now(), SECOND); ; from = through) {
      try {
        await clock.until(shift(from, SECOND), signal)
      } catch (error) {
        if (signal.aborted) return
        throw error
      }
      through = shift(from, clock.now() - from > MINUTE ? MINUTE : SECOND)
      for (const trade of this.#generator.tradesIn({ from, to: through }))
        yield { kind: 'trade', market, trade }
      for (const snapshot of demoSnapshots(
        this.#generator,
        rangeOf(shift(from, SECOND), shift(through, SECOND)),
      ))
        yield { kind: 'book', market, snapshot }
      yield { kind: 'confirmed', market, through }
    }
  }

  async #fillUntil(store: MarketStore, now: EpochMs, signal: AbortSignal): Promise<void> {
    const first = floorTo(now, DAY) - DAYS * DAY
    for (const timeframe of TIMEFRAMES.filter((name) => name !== '1s').toReversed()) {
      await this.#fill(store, timeframe, rangeOf(first, floorTo(now, durationOf(timeframe))), signal)
    }
    await this.#fill(store, '1s', rangeOf(floorTo(now - SECOND_DAYS * DAY, MINUTE), now), signal)
  }

  /** Writes what is missing of a timeframe, piece by piece: who renews leases meanwhile is not kept from it. */
  async #fill(
    store: MarketStore,
    timeframe: Timeframe,
    wanted: TimeRange,
    signal: AbortSignal,
  ): Promise<void> {
    const pause = pacing()
    const id = await store.write(() => store.open(this.market))
    for (const range of missingFrom(store.coverage.known(id, timeframe), wanted))
      for (const piece of slotsOf(range, PIECE[timeframe])) {
        await store.write(() => {
          signal.throwIfAborted()
          this.#put(store, timeframe, piece, wanted.to)
        })
        await pause()
      }
  }

  /** What it completes of longer candles follows. */
  #put(store: MarketStore, timeframe: Timeframe, range: TimeRange, until: EpochMs): void {
    const { market } = this
    const when = { first: null, corrected: until }
    const longer = TIMEFRAMES[TIMEFRAMES.indexOf(timeframe) + 1]
    store.addCandles(market, timeframe, this.#generator.candles(timeframe, range), when)
    // Quiet candles are absent: the whole stretch is known nevertheless.
    store.cover(market, timeframe, timeframe === '1s' ? 'candles' : 'sparse', [range])
    if (longer !== undefined) store.recompose(market, longer, range, when)
  }
}

/** The range cut where slots of `step` ms begin, so that each longer candle is composed once. */
function slotsOf({ from, to }: TimeRange, step: number): TimeRange[] {
  const cut: TimeRange[] = []
  for (let at: number = from; at < to; at = floorTo(at, step) + step)
    cut.push(rangeOf(at, Math.min(floorTo(at, step) + step, to)))
  return cut
}
