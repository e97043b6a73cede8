// Plays what is stored from an instant on, at a speed: the data's time is its clock, and the consumer sets the pace.
import { setImmediate } from 'node:timers/promises'
import { isSimulated } from '../../contract/market-name.ts'
import { ManualClock, systemClock, type Clock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import { ceilTo, MINUTE, SECOND, shift, toIso, type EpochMs } from '../../core/time.ts'
import type { MarketReader } from '../provider.ts'
import type { Market, TimeRange } from '../types.ts'
import type { MarketEvent } from './market-event.ts'
import type { MarketSource } from './source.ts'

/** Gaps up to this long are played through; a longer one ends the replay. */
const LONGEST_GAP = 10 * MINUTE

export interface ReplayOptions {
  readonly reader: MarketReader
  readonly market: Market
  /** The first as-of instant; rounded up to a whole second. */
  readonly from: EpochMs
  /** Seconds of data a second; `Infinity` is as fast as the consumer allows. */
  readonly speed: number
  /** What the speed is measured by; the system's clock unless told. */
  readonly wall?: Clock
}

/**
 * A source over the stored seconds of `market` (trades and 1s candles). It asks for the next second only after the consumer has taken the one
 * before, however slow that is, and ends where the seconds end.
 * @throws AppError `no_stored_data` where `from` lies outside the stored seconds.
 */
export async function createReplaySource(options: ReplayOptions): Promise<MarketSource> {
  const from = ceilTo(options.from, SECOND)
  const covered = await options.reader.coverage(options.market, '1s')
  if (!covered.some((range) => range.from <= from && from < range.to)) {
    throw nothingThere(options.market, from, covered)
  }
  return new ReplaySource({ ...options, from })
}

class ReplaySource implements MarketSource {
  readonly kind = 'replay'
  readonly simulated: boolean
  readonly grace = 0
  readonly market: Market
  readonly speed: number
  readonly clock: ManualClock
  readonly #options: ReplayOptions

  constructor(options: ReplayOptions) {
    this.#options = options
    this.market = options.market
    this.simulated = isSimulated(options.market)
    this.speed = options.speed
    this.clock = new ManualClock(options.from)
  }

  async *events(signal: AbortSignal): AsyncGenerator<MarketEvent> {
    const { market, clock } = this
    const pace = new Pace(this.#options.wall ?? systemClock, SECOND / this.speed)
    let end = await this.#end(clock.now())
    yield { kind: 'confirmed', market, through: clock.now() }
    for (let from = clock.now(); from < end; from = clock.now()) {
      if (!(await pace.next(signal))) return
      const through = shift(from, SECOND)
      clock.moveTo(through)
      for (const trade of await this.#options.reader.trades(market, { from, to: through })) {
        yield { kind: 'trade', market, trade }
      }
      yield { kind: 'confirmed', market, through }
      if (through >= end) end = await this.#end(through)
    }
    yield { kind: 'end_of_data', market, at: end }
  }

  /** The end of the stored seconds around `instant`, short gaps bridged. */
  async #end(instant: EpochMs): Promise<EpochMs> {
    let end = instant
    for (const range of await this.#options.reader.coverage(this.market, '1s')) {
      if (range.to > end && range.from <= end + LONGEST_GAP) end = range.to
    }
    return end
  }
}

/** One step a second of data; a consumer that is slow delays the steps after it, none is skipped. */
class Pace {
  readonly #wall: Clock
  readonly #step: number
  #due: number

  constructor(wall: Clock, step: number) {
    this.#wall = wall
    this.#step = step
    this.#due = wall.now()
  }

  /** False once aborted. */
  async next(signal: AbortSignal): Promise<boolean> {
    const now = this.#wall.now()
    this.#due = Math.max(this.#due + this.#step, now)
    try {
      if (this.#due > now) await this.#wall.until(Math.round(this.#due) as EpochMs, signal)
      else await setImmediate(undefined, { signal })
    } catch (error) {
      if (!signal.aborted) throw error
    }
    return !signal.aborted
  }
}

function nothingThere(market: Market, from: EpochMs, covered: readonly TimeRange[]): AppError {
  const what = covered.map((range) => `${toIso(range.from)} to ${toIso(range.to)}`).slice(-3)
  const hint =
    what.length === 0
      ? 'No seconds of this market are stored: import trades or 1s candles first.'
      : `Stored seconds: ${what.join(', ')}.`
  return new AppError(
    'no_stored_data',
    `A replay of ${market.symbol} on ${market.venue} cannot start at ${toIso(from)}. ${hint}`,
    { field: 'from', details: { stored: covered } },
  )
}
