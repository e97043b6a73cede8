// The simulated market as a source: its past into the store at start, then every second's trades as they happen.
import { systemClock, type Clock } from '../../core/clock.ts'
import { DAY, floorTo, MINUTE, SECOND, shift, type EpochMs } from '../../core/time.ts'
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

  async backfill(store: MarketStore): Promise<void> {
    let now: EpochMs
    // Filling years takes seconds, in which the market goes on: the second round fills those.
    do {
      now = floorTo(this.clock.now(), SECOND)
      const until = now
      await store.write(() => this.#fillUntil(store, until))
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

  #fillUntil(store: MarketStore, now: EpochMs): void {
    const first = floorTo(now, DAY) - DAYS * DAY
    for (const timeframe of TIMEFRAMES.filter((name) => name !== '1s').toReversed()) {
      this.#fill(store, timeframe, rangeOf(first, floorTo(now, durationOf(timeframe))))
    }
    this.#fill(store, '1s', rangeOf(floorTo(now - SECOND_DAYS * DAY, MINUTE), now))
  }

  /** Writes what is missing of a timeframe; what it completes of longer ones follows. */
  #fill(store: MarketStore, timeframe: Timeframe, wanted: TimeRange): void {
    const { market } = this
    const when = { first: null, corrected: wanted.to }
    const id = store.open(market)
    const longer = TIMEFRAMES[TIMEFRAMES.indexOf(timeframe) + 1]
    for (const range of missingFrom(store.coverage.known(id, timeframe), wanted)) {
      store.addCandles(market, timeframe, this.#generator.candles(timeframe, range), when)
      // Quiet candles are absent: the whole stretch is known nevertheless.
      store.cover(market, timeframe, timeframe === '1s' ? 'candles' : 'sparse', [range])
      if (longer !== undefined) store.recompose(market, longer, range, when)
    }
  }
}
