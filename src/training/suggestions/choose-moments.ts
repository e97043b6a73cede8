// Which of many scored seconds are worth an answer: the surest, and some of which the model is in doubt, none near another.
import { APART } from './candidates.ts'
import type { EpochMs } from '../../core/time.ts'

export type Side = 'BUY' | 'SELL'

export interface ScoredSecond {
  readonly at: EpochMs
  readonly side: Side
  /** Probability of that side. */
  readonly score: number
}

export interface ChosenMoment extends ScoredSecond {
  /** Why it is asked about. */
  readonly kind: 'confident' | 'uncertain'
}

/** As many in so many are asked about because the model is in doubt. */
const UNCERTAIN_EVERY = 3
/** A score of as much as not. */
const DOUBT = 0.5

/** Best first, every third one the nearest to doubt of those that are left; no two within two minutes. */
export function chooseMoments(scored: readonly ScoredSecond[], limit: number): ChosenMoment[] {
  const confident = peaksOf(scored)
  const uncertain = confident.toSorted((a, b) => Math.abs(a.score - DOUBT) - Math.abs(b.score - DOUBT))
  const chosen = new Map<EpochMs, ChosenMoment>()
  while (chosen.size < Math.min(limit, confident.length)) {
    const isDoubt = (chosen.size + 1) % UNCERTAIN_EVERY === 0
    const next = (isDoubt ? uncertain : confident).find(({ at }) => !chosen.has(at))
    if (next === undefined) break
    chosen.set(next.at, { ...next, kind: isDoubt ? 'uncertain' : 'confident' })
  }
  return [...chosen.values()]
}

/** The best second, then the best of those far enough from it, and so on. */
function peaksOf(scored: readonly ScoredSecond[]): ScoredSecond[] {
  const peaks: ScoredSecond[] = []
  const taken = new Map<number, EpochMs[]>()
  for (const second of scored.toSorted((a, b) => b.score - a.score || a.at - b.at)) {
    const cell = Math.floor(second.at / APART)
    const near = [cell - 1, cell, cell + 1].flatMap((each) => taken.get(each) ?? [])
    if (near.some((at) => Math.abs(at - second.at) < APART)) continue
    peaks.push(second)
    taken.set(cell, [...(taken.get(cell) ?? []), second.at])
  }
  return peaks
}
