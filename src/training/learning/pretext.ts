// What the stored market says of its own seconds: which of two prices is reached first. Examples without a single annotation.
import { at, numberAt } from '../../core/at.ts'
import { HOUR, MINUTE, SECOND, epochMs, type EpochMs } from '../../core/time.ts'
import { MAX_GAP_SHARE_PCT } from '../../market-state/gap-share.ts'
import { clip } from '../../market/ranges.ts'
import { ACTIONS } from '../../models/model.ts'
import { SecondBars } from '../../market-state/bars.ts'
import { secondsIn, secondsInAll, type SecondsRange, type TrainingData } from '../data/training-data.ts'
import type { Example } from '../examples/example.ts'
import { clearParts, type Fold } from '../examples/folds.ts'
import type { Random } from '../data/random.ts'
import { SecondPool } from '../examples/second-pool.ts'
import type { Views } from './views.ts'

/** A price must be reached within this time, as entries of seconds to minutes would have it. */
export const HORIZON = 5 * MINUTE
/**
 * Both prices lie so many standard deviations of a horizon's return away. Of a random walk, 4/π·exp(−π²/8) = 37 % then reach neither:
 * the three classes are about even.
 */
const BARRIER = 1
/** The deviation is that of the returns of the last so many minutes. */
const VOLATILITY_MINUTES = 60
/** Examples at most. */
const MOST_EXAMPLES = 2046
/** Seconds drawn for each example that is wanted: some have no market state, or are of a class that there is enough of. */
const DRAWS = 8
/** Fewer seconds than these to draw from teach nothing. */
const LEAST = HOUR / SECOND

/** Plain values only. */
export interface PretextPlan {
  /** Instants that may be drawn: all until the horizon after each is stored, and clear of what is held out. */
  readonly ranges: readonly SecondsRange[]
  /** At most so many examples, as many of each class. */
  readonly most: number
}

/** Null where too little is stored beyond what the fold holds out. */
export function pretextPlan(data: TrainingData, fold: Fold | null): PretextPlan | null {
  const labelled = data.markets.reduce((sum, { stretches }) => sum + stretches.length, 0)
  const ranges = (data.unlabelled ?? []).flatMap(({ market, range, slice }, i) =>
    clip(slice.series['1s'].covered, range)
      .flatMap((stored) => clearParts(fold, market, stored))
      .map(({ from, to }) => ({ stretch: labelled + i, from, to: epochMs(to - HORIZON) }))
      .filter((instants) => secondsIn(instants) > 0),
  )
  const seconds = secondsInAll(ranges)
  return seconds < LEAST ? null : { ranges, most: MOST_EXAMPLES }
}

/** Draws examples, each of its own second, labelled by what came after. */
export function drawPretext({ ranges, most }: PretextPlan, views: Views, random: Random): Example[] {
  const pool = new SecondPool(ranges)
  const labels = new PretextLabels(views)
  const taken = new Set<number>()
  const left = ACTIONS.map(() => Math.floor(most / ACTIONS.length))
  const found: Example[] = []
  for (let i = 0; i < DRAWS * most && left.some((count) => count > 0); i++) {
    const number = random.below(pool.size)
    const { stretch, instant } = pool.at(number)
    const label = taken.has(number) ? null : labels.at(stretch, instant)
    if (label === null || left[label] === 0 || !isUsable(views, stretch, instant)) continue
    taken.add(number)
    left[label] = at(left, label) - 1
    const plain = { seconds: 1, row: null, markId: null, weight: 1 }
    found.push({ source: 'market', label, stretch, instant, ...plain })
  }
  return found
}

/** The triple-barrier method (López de Prado 2018, *Advances in Financial Machine Learning*, 3.4) on closes of seconds. */
export class PretextLabels {
  readonly #views: Pick<Views, 'slice'>
  readonly #bars = new Map<number, SecondBars>()

  constructor(views: Pick<Views, 'slice'>) {
    this.#views = views
  }

  /** Index into ACTIONS; null where the volatility before or a close until the horizon is not known. */
  at(stretch: number, instant: EpochMs): number | null {
    const bars = this.#barsOf(stretch)
    const entry = bars.closeAt(instant)
    const away = BARRIER * volatility(bars, instant) * Math.sqrt(HORIZON / MINUTE)
    const first = bars.indexOf(instant)
    const last = first + HORIZON / SECOND
    if (!(away > 0) || last > bars.length) return null
    for (let i = first; i < last; i++) {
      // A price of 0 or below is farther down than any share of the entry.
      const move = Math.log(Math.max(numberAt(bars.close, i), 0) / entry)
      if (move >= away) return ACTIONS.indexOf('BUY')
      if (move <= -away) return ACTIONS.indexOf('SELL')
    }
    return ACTIONS.indexOf('HOLD')
  }

  #barsOf(stretch: number): SecondBars {
    const known = this.#bars.get(stretch)
    if (known !== undefined) return known
    const slice = this.#views.slice(stretch)
    const from = epochMs(slice.asOf.from - VOLATILITY_MINUTES * MINUTE)
    const bars = new SecondBars(slice, { from, to: slice.asOf.to })
    this.#bars.set(stretch, bars)
    return bars
  }
}

/** Root mean square of the last minutes' logarithmic returns, those before the instant only; NaN where they are not known. */
function volatility(bars: SecondBars, instant: EpochMs): number {
  let sum = 0
  for (let minute = 0; minute < VOLATILITY_MINUTES; minute++) {
    const to = bars.closeAt(epochMs(instant - minute * MINUTE))
    sum += Math.log(to / bars.closeAt(epochMs(instant - (minute + 1) * MINUTE))) ** 2
  }
  return Math.sqrt(sum / VOLATILITY_MINUTES)
}

function isUsable(views: Views, stretch: number, instant: EpochMs): boolean {
  const sweep = views.sweep(stretch)
  return sweep.writeAt(instant, views.allocate(1), 0) && sweep.gapSharePct <= MAX_GAP_SHARE_PCT
}
