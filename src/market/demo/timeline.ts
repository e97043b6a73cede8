// The plan of the market since its origin: wandering, consolidation, break, over and over, each with its price and regime.
import { at } from '../../core/at.ts'
import { float64At } from '../../core/number-at.ts'
import { drawEpisode, type Episode } from './episode.ts'
import { Draws, childKey, exp, keyOfText, type Key } from './random.ts'
import { BP } from './units.ts'

/** The first second of every demo market, in seconds since the epoch: 2020-01-01T00:00:00Z. */
export const ORIGIN = 1_577_836_800

export interface DemoMarketOptions {
  /** Any whole number; the venue is `demo-<seed>`. */
  readonly seed: number
  /** ccxt's form, `ETH/USDT`. */
  readonly symbol: string
  /** Share of breakouts that are genuine; 0.5 unless told. 0 is the control without true breakouts. */
  readonly genuineShare?: number
}

export type SegmentKind = 'wander' | 'consolidation' | 'break'

/** A stretch of seconds made in one go. `first` in seconds since the epoch; prices in quote units. */
export interface Segment {
  readonly index: number
  readonly kind: SegmentKind
  readonly key: Key
  readonly first: number
  readonly length: number
  readonly fromPrice: number
  readonly toPrice: number
  readonly regime: number
  readonly liquidity: number
  /** The episode it belongs to and the price its fractions refer to; null while wandering. */
  readonly episode: Episode | null
  readonly basePrice: number
}

const KINDS: readonly SegmentKind[] = ['wander', 'consolidation', 'break']
const BASE_PRICES: Readonly<Record<string, number>> = { 'ETH/USDT': 3000, 'BTC/USDT': 60_000 }
/** Share of the distance from the base price that is given back per second: a time constant of about 20 days. */
const REVERSION = 1 / 1_700_000

/** Random access to the segments; a plan is extended as far as it is asked for and never changes. */
export class Timeline {
  readonly key: Key
  readonly basePrice: number
  readonly #share: number
  #count = 0
  #starts = new Float64Array(1 << 16)
  #prices = new Float64Array(1 << 16)
  #regimes = new Float64Array(1 << 16)
  #liquidities = new Float64Array(1 << 16)
  #until = ORIGIN
  #price: number
  #fastMood = 0
  #slowMood = 0
  #liquidityMood = 0

  constructor({ seed, symbol, genuineShare = 0.5 }: DemoMarketOptions) {
    this.key = keyOfText(`${seed}|${symbol}`)
    this.#share = genuineShare
    const draws = new Draws(childKey(this.key, 0))
    const known = BASE_PRICES[symbol]
    this.basePrice = known === undefined ? 500 * exp(draws.between(0, 2.3)) : known * draws.between(0.9, 1.2)
    this.#price = this.basePrice
  }

  /** The index of the segment that holds `second`, which must not lie before `ORIGIN`. */
  indexAt(second: number): number {
    while (this.#until <= second) this.#extend()
    let low = 0
    let high = this.#count - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (float64At(this.#starts, middle) <= second) low = middle
      else high = middle - 1
    }
    return low
  }

  segment(index: number): Segment {
    while (this.#count <= index + 1) this.#extend()
    const kind = at(KINDS, index % 3)
    const opening = kind === 'break' ? index - 1 : index
    const regime = float64At(this.#regimes, index)
    const first = float64At(this.#starts, index)
    return {
      index,
      kind,
      key: childKey(this.key, 2 * index + 2),
      first,
      length: float64At(this.#starts, index + 1) - first,
      fromPrice: float64At(this.#prices, index),
      toPrice: float64At(this.#prices, index + 1),
      regime,
      liquidity: float64At(this.#liquidities, index),
      episode: kind === 'wander' ? null : this.#episode(opening, regime),
      basePrice: float64At(this.#prices, opening),
    }
  }

  #episode(opening: number, regime: number): Episode {
    return drawEpisode(childKey(this.key, 2 * opening + 1), regime, this.#share)
  }

  /** Appends a wander, a consolidation and a break. */
  #extend(): void {
    const index = this.#count
    const draws = new Draws(childKey(this.key, 2 * index + 1))
    const { regime, liquidity } = this.#drift(draws)
    const wander = wanderSeconds(draws)
    const pull = (REVERSION * wander * 3 * (this.basePrice - this.#price)) / this.basePrice
    const drift =
      0.5 * BP * regime * Math.sqrt(wander) * draws.normal() + Math.max(-0.003, Math.min(0.003, pull))
    this.#push(wander, this.#price * (1 + drift), regime, liquidity)
    const episode = this.#episode(index + 1, regime)
    const base = this.#price
    const edge = (offset: number): number => base * (1 + episode.direction * (episode.near + offset))
    this.#push(episode.consolidationSeconds, edge(-episode.gap), regime, liquidity)
    this.#push(episode.breakSeconds, edge(episode.rest), regime, liquidity)
  }

  /** Moves the slow moods on: volatility over hours and over days, and how many people trade. */
  #drift(draws: Draws): { regime: number; liquidity: number } {
    this.#fastMood = 0.93 * this.#fastMood + 0.3676 * draws.normal()
    this.#slowMood = 0.996 * this.#slowMood + 0.0894 * draws.normal()
    this.#liquidityMood = 0.98 * this.#liquidityMood + 0.199 * draws.normal()
    const mood = 0.22 * this.#fastMood + 0.2 * this.#slowMood
    return {
      regime: exp(Math.max(-0.6, Math.min(0.6, mood))),
      liquidity: exp(Math.max(-0.9, Math.min(0.9, 0.8 * mood + 0.25 * this.#liquidityMood))),
    }
  }

  #push(length: number, toPrice: number, regime: number, liquidity: number): void {
    if (this.#count + 1 >= this.#starts.length) this.#grow()
    const index = this.#count++
    this.#starts[index] = this.#until
    this.#prices[index] = this.#price
    this.#regimes[index] = regime
    this.#liquidities[index] = liquidity
    this.#until += length
    this.#price = toPrice
    this.#starts[index + 1] = this.#until
    this.#prices[index + 1] = toPrice
  }

  #grow(): void {
    this.#starts = doubled(this.#starts)
    this.#prices = doubled(this.#prices)
    this.#regimes = doubled(this.#regimes)
    this.#liquidities = doubled(this.#liquidities)
  }
}

/** Mostly a few minutes, sometimes a quarter of an hour, now and then an hour or more without an episode. */
function wanderSeconds(draws: Draws): number {
  const kind = draws.uniform()
  if (kind < 0.75) return draws.whole(60, 330)
  return kind < 0.93 ? draws.whole(400, 1200) : draws.whole(1800, 5400)
}

function doubled(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * array.length)
  larger.set(array)
  return larger
}
