// Which of many scored seconds are worth an answer: the surest, and some of which the model is in doubt, none near another.
import type { EntryAction } from '../../contract/direction.ts'
import { APART } from './candidates.ts'
import type { EpochMs } from '../../core/time.ts'

export interface ScoredSecond {
  readonly at: EpochMs
  readonly side: EntryAction
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

/**
 * Best first, every third one the nearest to doubt of those that are left; no two within two minutes.
 * @param enter what becomes of a moment that is entered earlier than where it is surest; null where it must not be asked about
 */
export async function chooseMoments<T extends { readonly at: EpochMs }>(
  scored: readonly ScoredSecond[],
  limit: number,
  enter: (moment: ChosenMoment) => Promise<T | null>,
): Promise<T[]> {
  const confident = peaksOf(scored)
  const uncertain = confident.toSorted((a, b) => Math.abs(a.score - DOUBT) - Math.abs(b.score - DOUBT))
  const looked = new Set<EpochMs>()
  const chosen: T[] = []
  while (chosen.length < limit) {
    const isDoubt = (chosen.length + 1) % UNCERTAIN_EVERY === 0
    const next = (isDoubt ? uncertain : confident).find(({ at }) => !looked.has(at))
    if (next === undefined) break
    looked.add(next.at)
    const entered = await enter({ ...next, kind: isDoubt ? 'uncertain' : 'confident' })
    if (entered !== null && chosen.every(({ at }) => Math.abs(at - entered.at) >= APART)) chosen.push(entered)
  }
  return chosen
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
