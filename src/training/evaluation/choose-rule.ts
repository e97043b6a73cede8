// Chooses when a call opens: by what it hits out of fold, among thresholds whose false calls are few enough.
import { at } from '../../core/at.ts'
import type { CallRule } from '../../signals/signal.ts'
import type { MarketData } from '../data/training-data.ts'
import { hoursOf, report, type CallReport, type ScorableMark, type ScoredSeconds } from './score-calls.ts'

/** `off` as a share of `on`: a call outlasts a dip to half of what opened it. */
const OFF_SHARE = 0.5
/** Candidates of `on`: evenly spaced logits from −3 (0.05) to 5 (0.993). */
const LOGITS = { from: -3, to: 5, count: 65 }
/** Hits that chance alone adds or takes: twice the deviation of nine in ten. */
const INDISTINCT = 2
/** No more of the best than this may be given up, however few there are. */
const MOST_GIVEN_UP = 0.5
/** Where nothing was held out there is nothing to choose by. */
const UNCHOSEN_ON = 0.6

/** What false calls may cost. */
export interface CallTerms {
  /** At most so many. */
  readonly falseCallsPerHour: number
  /** What each is worth, in hits. */
  readonly falseCallPrice: number
}

export interface Choice {
  readonly rule: CallRule
  readonly report: CallReport
}

export function ruleAt(on: number, pauseSeconds: number): CallRule {
  return { on, off: on * OFF_SHARE, pauseSeconds }
}

/** What a checkpoint without validation gets. */
export function unchosenRule(pauseSeconds: number): CallRule {
  return ruleAt(UNCHOSEN_ON, pauseSeconds)
}

/** Tries every candidate of `on` on out-of-fold scores; the best as `choose` has it. */
export function chooseRule(
  seconds: readonly ScoredSeconds[],
  marks: readonly ScorableMark[],
  markets: readonly MarketData[],
  options: CallTerms & { readonly pauseSeconds: number },
): Choice {
  const hours = hoursOf(seconds)
  const choices = candidates().map((on) => {
    const rule = ruleAt(on, options.pauseSeconds)
    return { rule, report: report(seconds, marks, markets, rule, hours) }
  })
  return choose(choices, options)
}

/**
 * Of those within the limit of false calls, the most hits win, less the price of each false call: a call is worth making that is right
 * more often than price / (1 + price), a third at half a hit. Annotations tell candidates apart no finer than by two of them, so all
 * within two hits of the best, or within half of it, count as equal, and the middle one is taken. Where every candidate has too many
 * false calls, it is the one with the fewest.
 * @param choices in the order of their thresholds, at least one
 */
export function choose<T extends Pick<Choice, 'report'>>(
  choices: readonly T[],
  { falseCallsPerHour, falseCallPrice }: CallTerms,
): T {
  const within = choices.filter(
    ({ report: { falseCalls, hours } }) => falseCalls.length <= falseCallsPerHour * hours,
  )
  if (within.length === 0) return middleOfBest(choices, ({ falseCalls }) => -falseCalls.length, 0)
  const worth = ({ hits, falseCalls }: Counts) => hits.length - falseCallPrice * falseCalls.length
  const best = Math.max(...within.map(({ report: of }) => worth(of)))
  return middleOfBest(within, worth, Math.max(0, Math.min(INDISTINCT, MOST_GIVEN_UP * best)))
}

/** 2·hits / (2·hits + false + missed); 0 where there is neither call nor annotation. */
export function f1Of({ hits, falseCalls, missed }: Counts): number {
  const all = 2 * hits.length + missed.length + falseCalls.length
  return all === 0 ? 0 : (2 * hits.length) / all
}

type Counts = Pick<CallReport, 'hits' | 'falseCalls' | 'missed'>

/** Of the choices that are worth no more than `tolerance` less than the best, the one in the middle. */
function middleOfBest<T extends Pick<Choice, 'report'>>(
  choices: readonly T[],
  worth: (report: CallReport) => number,
  tolerance: number,
): T {
  const best = Math.max(...choices.map((choice) => worth(choice.report)))
  const equal = choices.filter((choice) => worth(choice.report) >= best - tolerance)
  return at(equal, Math.floor(equal.length / 2))
}

function candidates(): number[] {
  const { from, to, count } = LOGITS
  return Array.from(
    { length: count },
    (_, i) => 1 / (1 + Math.exp(-(from + ((to - from) * i) / (count - 1)))),
  )
}
