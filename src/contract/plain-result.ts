// What a validation says, in plain words: what was found, what was called in error, how the best simple rule did on the same seconds. Pure.
import type { Floor, Scorecard, Validation } from './validation.ts'

/** Floors that are rules one could follow; always saying HOLD and chance are none, and the instant model has a line of its own. */
const SIMPLE_RULES: ReadonlySet<Floor['id']> = new Set(['plain_rule', 'logistic_regression'])

/** “7 of 10 marked trades found, 4 false calls in 14 h” */
export function foundWords(
  validation: Pick<Validation, 'hits' | 'missed' | 'false_calls' | 'model'>,
): string {
  const { hits, missed, false_calls: wrong, model } = validation
  return foundSoFar({ hits, missed, wrong, hours: model?.calls.all.false_calls_per_hour.n ?? 0 })
}

/** The same of counts: of what was held out, or of as much of it as was scored yet. */
export function foundSoFar({ hits, missed, wrong, hours }: Found): string {
  const calls = `${wrong} false ${wrong === 1 ? 'call' : 'calls'}`
  return `${hits} of ${hits + missed} marked trades found, ${calls}${hours > 0 ? ` in ${hoursText(hours)}` : ''}`
}

interface Found {
  readonly hits: number
  readonly missed: number
  /** False calls. */
  readonly wrong: number
  /** Of the market that they were counted in; 0 where not known. */
  readonly hours: number
}

/**
 * “the best simple rule (Plain rule): 6 of 10, 4 false”; null where there are no floors.
 */
export function simpleRuleWords({ floors = [] }: Pick<Validation, 'floors'>): string | null {
  const rules = floors.filter(({ id }) => SIMPLE_RULES.has(id))
  if (rules.length === 0) return null
  const [best] = rules.toSorted((a, b) => f1Of(b.scores) - f1Of(a.scores))
  if (best === undefined || best.scores.calls.all.hits === 0) return 'no simple rule finds any'
  const { hits, missed, false_calls: wrong } = best.scores.calls.all
  return `the best simple rule (${best.name}): ${hits} of ${hits + missed}, ${wrong} false`
}

function f1Of({ calls }: Scorecard): number {
  return calls.all.f1.value ?? 0
}

/** How an accuracy stands to the share that always saying the most frequent class would get. */
export type Standing = 'beyond' | 'below' | 'not distinguishable'

/** Beyond or below only where it lies outside the floor's interval; runs of before there was one say neither. */
export function accuracyStanding({
  accuracy,
  majority_floor_interval: interval,
}: Pick<Validation, 'accuracy' | 'majority_floor_interval'>): Standing {
  if (accuracy === null || interval == null) return 'not distinguishable'
  const [low, high] = interval
  if (accuracy > high) return 'beyond'
  return accuracy < low ? 'below' : 'not distinguishable'
}

/** Hours of a market: “14 h”, “1.5 h”, “40 min”. */
export function hoursText(hours: number): string {
  if (hours < 1) return `${Math.round(hours * 60)} min`
  return `${hours < 10 ? Number(hours.toFixed(1)) : Math.round(hours)} h`
}
