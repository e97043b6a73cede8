// F1 by call of two callers on the same held-out episodes, in pairs: is one better than the other, or is it not known?
import type { GateVerdict } from '../contract/promotions.ts'
import { numberAt } from '../core/at.ts'
import { randomFrom } from '../nn/random.ts'

/** What calls made of an episode, or of several. */
export interface Counts {
  readonly annotations: number
  readonly hits: number
  readonly false_calls: number
}

/** Of the same episode. */
export type Pair = readonly [own: Counts, other: Counts]

export interface PairedF1 {
  readonly verdict: GateVerdict
  /** Over all episodes. */
  readonly own: Counts
  readonly other: Counts
  /** F1 of the first less that of the second; null where one of them has none. */
  readonly difference: number | null
  /** 95 %; null with fewer than `FEWEST_EPISODES`. */
  readonly interval: [number, number] | null
}

/** Fewer episodes bear no interval. */
export const FEWEST_EPISODES = 5
const DRAWS = 2_000
const SEED = 1

/**
 * The interval of the difference is the percentile bootstrap over pairs (Efron & Tibshirani 1993, chapter 13), with a seed that never
 * changes.
 */
export function pairedF1(pairs: readonly Pair[]): PairedF1 {
  const difference = differenceOf(pairs)
  const interval = pairs.length < FEWEST_EPISODES || difference === null ? null : intervalOf(pairs)
  return {
    verdict: verdictOf(interval),
    own: summed(pairs.map(([own]) => own)),
    other: summed(pairs.map(([, other]) => other)),
    difference,
    interval,
  }
}

/** 2·hits / (hits + false calls + annotations); null where there is neither. */
export function f1OfCounts({ annotations, hits, false_calls }: Counts): number | null {
  const all = hits + false_calls + annotations
  return all === 0 ? null : (2 * hits) / all
}

function summed(counts: readonly Counts[]): Counts {
  return {
    annotations: sum(counts.map(({ annotations }) => annotations)),
    hits: sum(counts.map(({ hits }) => hits)),
    false_calls: sum(counts.map(({ false_calls }) => false_calls)),
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function differenceOf(pairs: readonly Pair[]): number | null {
  const own = f1OfCounts(summed(pairs.map(([counts]) => counts)))
  const other = f1OfCounts(summed(pairs.map(([, counts]) => counts)))
  return own === null || other === null ? null : own - other
}

function intervalOf(pairs: readonly Pair[]): [number, number] {
  const random = randomFrom(SEED)
  const drawn = Float64Array.from({ length: DRAWS }, () => {
    const draw = pairs
      .map(() => pairs[Math.floor(random() * pairs.length)])
      .filter((pair) => pair !== undefined)
    return differenceOf(draw) ?? 0
  }).sort()
  return [numberAt(drawn, Math.floor(DRAWS * 0.025)), numberAt(drawn, Math.ceil(DRAWS * 0.975) - 1)]
}

function verdictOf(interval: [number, number] | null): GateVerdict {
  if (interval === null) return 'too_few'
  const [low, high] = interval
  if (low > 0) return 'better'
  return high < 0 ? 'worse' : 'not_distinguishable'
}
