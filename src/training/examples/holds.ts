// HOLD examples: half at random, half where the plain rule or the model would have called, at the annotations' phases; and all rejected ones.
import { at } from '../../core/at.ts'
import { PARAMETERS } from '../../contract/parameters.ts'
import { SECOND, epochMs, type EpochMs } from '../../core/time.ts'
import { AppError } from '../../core/errors.ts'
import { MAX_GAP_SHARE_PCT } from '../../market-state/gap-share.ts'
import { StateSweep } from '../../market-state/sweep.ts'
import { allocateInputs } from '../../market-state/tensors.ts'
import {
  HOLD_SECONDS,
  marketOf,
  type MarketData,
  type SecondsRange,
  type Stretch,
} from '../data/training-data.ts'
import { allStretches, holdExample, stretchAt, type Example } from './example.ts'
import { atSecondOfMinute, phaseDistance, secondOfMinuteDistance } from '../data/phase.ts'
import { RuleScores } from '../../market-state/plain-rule.ts'
import { PURPOSE, Random } from '../data/random.ts'
import { SecondPool } from './second-pool.ts'

/** HOLD examples for every annotation: half of them random, a quarter of the plain rule's false calls, the rest the model's. */
export const HOLDS_PER_ANNOTATION = PARAMETERS.holds_per_annotation.usual.is
export const RANDOM_SHARE = 0.5
export const RULE_SHARE = 0.25
/** A false call's example starts within so many seconds after it. */
const CALL_SPREAD_SECONDS = 20
/** Random seconds drawn for each one taken; the nearest in phase wins. */
const DRAWS = 24
/** Two HOLDs are at least so far apart. */
const APART = 5 * SECOND
/** The loosest plain rule: any close beyond the half hour's range. */
const RULE_K = 0

/** Everywhere a HOLD may be taken. */
export function holdRanges(markets: readonly MarketData[]): SecondsRange[] {
  const stretches = allStretches(markets)
  return markets.flatMap(({ targets, stretches: own }) =>
    own.flatMap((stretch) => {
      const index = stretches.indexOf(stretch)
      return targets.stretches('HOLD', stretch.range).map((range) => ({ ...range, stretch: index }))
    }),
  )
}

export interface HoldOptions {
  /** How many in all, those that the model's own false calls will add included. */
  readonly count: number
  readonly pauseSeconds: number
  readonly seed: number
  /** Shares of the count, the house's own where absent. */
  readonly randomShare?: number
  readonly ruleShare?: number
}

/**
 * Draws the random HOLDs and the plain rule's false calls; every proposal that was rejected comes beside them. `entries` are the
 * annotations' instants, whose phases are matched.
 * @throws AppError `no_hold_examples` where not a single second qualifies
 */
export function drawHolds(
  markets: readonly MarketData[],
  entries: readonly EpochMs[],
  options: HoldOptions,
): Example[] {
  const drawing = new Drawing(markets, entries, options)
  const { count, randomShare = RANDOM_SHARE, ruleShare = RULE_SHARE } = options
  const rejected = drawing.rejected()
  const hard = drawing.falseCalls(Math.round(count * ruleShare))
  const random = drawing.random(Math.round(count * randomShare))
  if (random.length + hard.length + rejected.length === 0) throw noHolds()
  return [...random, ...hard, ...rejected]
}

class Drawing {
  readonly #markets: readonly MarketData[]
  readonly #stretches: readonly Stretch[]
  readonly #entries: readonly EpochMs[]
  readonly #options: HoldOptions
  readonly #random: Random
  readonly #taken = new Set<string>()
  readonly #usable: (stretch: number, instant: EpochMs) => boolean

  constructor(markets: readonly MarketData[], entries: readonly EpochMs[], options: HoldOptions) {
    this.#markets = markets
    this.#stretches = allStretches(markets)
    this.#entries = entries
    this.#options = options
    this.#random = new Random(options.seed, PURPOSE.holds)
    this.#usable = usableStates(this.#stretches)
  }

  /** What the trader said is HOLD, as far as no mark says otherwise. */
  rejected(): Example[] {
    return this.#markets.flatMap(({ market, rejected = [] }) =>
      rejected.flatMap((instant) => {
        const stretch = stretchAt(this.#stretches, market, instant)
        return stretch >= 0 && this.#isFree(stretch, instant)
          ? [this.#take(stretch, instant, 'rejected')]
          : []
      }),
    )
  }

  random(count: number): Example[] {
    const pool = new SecondPool(holdRanges(this.#markets))
    const found: Example[] = []
    for (let i = 0; i < 4 * count && found.length < count && pool.size > 0; i++) {
      const best = this.#nearestInPhase(pool, this.#entry(i))
      if (best !== null) found.push(this.#take(best.stretch, best.instant, 'random'))
    }
    return found
  }

  /** Where the plain rule would have called although HOLD was right: outside every mark first, then the late ones. */
  falseCalls(count: number): Example[] {
    const calls = this.#ruleCalls()
    const order = this.#random.shuffle(calls).sort((a, b) => Number(a.late) - Number(b.late))
    const found: Example[] = []
    for (const [i, { stretch, opensAt }] of order.entries()) {
      if (found.length === count) break
      const instant = this.#phasedStart(opensAt, this.#entry(i))
      if (this.#isFree(stretch, instant)) found.push(this.#take(stretch, instant, 'plain_rule'))
    }
    return found
  }

  #ruleCalls(): { stretch: number; opensAt: EpochMs; late: boolean }[] {
    return this.#stretches.flatMap((of, stretch) => {
      const { targets, marks } = marketOf(this.#markets, of)
      const calls = new RuleScores(of.slice, of.bars).calls(RULE_K, this.#options.pauseSeconds, of.range)
      return calls
        .filter(({ opensAt }) => targets.at(opensAt) === 'HOLD')
        .map(({ opensAt }) => ({
          stretch,
          opensAt,
          late: marks.some((mark) => opensAt > mark.entry && opensAt < mark.exit),
        }))
    })
  }

  #entry(i: number): EpochMs {
    return at(this.#entries, i % this.#entries.length)
  }

  #phasedStart(opensAt: EpochMs, entry: EpochMs): EpochMs {
    const starts = Array.from({ length: CALL_SPREAD_SECONDS + 1 }, (_, i) => epochMs(opensAt + i * SECOND))
    return starts.reduce((best, start) =>
      secondOfMinuteDistance(start, entry) < secondOfMinuteDistance(best, entry) ? start : best,
    )
  }

  #nearestInPhase(pool: SecondPool, entry: EpochMs): { stretch: number; instant: EpochMs } | null {
    let best: { stretch: number; instant: EpochMs; distance: number } | null = null
    for (let i = 0; i < DRAWS; i++) {
      const drawn = pool.at(this.#random.below(pool.size))
      const instant = atSecondOfMinute(drawn.instant, entry)
      const distance = phaseDistance(instant, entry)
      if (best !== null && distance >= best.distance) continue
      if (this.#isFree(drawn.stretch, instant)) best = { stretch: drawn.stretch, instant, distance }
    }
    return best
  }

  #isFree(stretch: number, instant: EpochMs): boolean {
    const { range } = at(this.#stretches, stretch)
    if (instant < range.from || instant >= range.to || this.#taken.has(slot(stretch, instant))) return false
    const { targets } = marketOf(this.#markets, at(this.#stretches, stretch))
    return targets.at(instant) === 'HOLD' && this.#usable(stretch, instant)
  }

  #take(stretch: number, instant: EpochMs, source: 'random' | 'plain_rule' | 'rejected'): Example {
    for (let near = instant - APART; near <= instant + APART; near += SECOND)
      this.#taken.add(slot(stretch, epochMs(near)))
    return holdExample(this.#markets, this.#stretches, stretch, instant, HOLD_SECONDS, source)
  }
}

function slot(stretch: number, instant: EpochMs): string {
  return `${stretch}:${instant}`
}

/** Whether a market state exists as of an instant and has few enough gaps to be trained on. */
export function usableStates(stretches: readonly Stretch[]): (stretch: number, instant: EpochMs) => boolean {
  const sweeps = stretches.map(({ slice, books }) => new StateSweep(slice, books))
  const scratch = allocateInputs(1)
  return (stretch, instant) => {
    const sweep = at(sweeps, stretch)
    return sweep.writeAt(instant, scratch, 0) && sweep.gapSharePct <= MAX_GAP_SHARE_PCT
  }
}

function noHolds(): AppError {
  return new AppError(
    'no_hold_examples',
    'No HOLD examples found: no second around the annotations, or in the reviewed spans, has the market data it takes. Mark a reviewed span (R) where the 1s data is stored, or import trades that reach half an hour beyond the annotations.',
  )
}
