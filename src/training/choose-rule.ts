// Chooses when a call opens: the threshold with the best F1 out of fold among those whose false calls are few enough.
import type { CallRule } from '../signals/signal.ts'
import type { MarketData } from './data.ts'
import { report, type CallReport, type ScorableMark, type ScoredSeconds } from './evaluate.ts'

/** `off` as a share of `on`: a call outlasts a dip to half of what opened it. */
const OFF_SHARE = 0.5
/** Candidates of `on`: evenly spaced logits from −3 (0.05) to 5 (0.993). */
const LOGITS = { from: -3, to: 5, count: 65 }
/** Where nothing was held out there is nothing to choose by. */
const UNCHOSEN_ON = 0.6

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

/**
 * Tries every candidate on out-of-fold scores. Of those within the limit the best by F1 wins; of equals, the middle one. Where every
 * candidate has too many false calls, the one with the fewest.
 */
export function chooseRule(
  seconds: readonly ScoredSeconds[],
  marks: readonly ScorableMark[],
  markets: readonly MarketData[],
  options: { readonly falseCallsPerHour: number; readonly pauseSeconds: number },
): Choice {
  const choices = candidates().map((on) => {
    const rule = ruleAt(on, options.pauseSeconds)
    return { rule, report: report(seconds, marks, markets, rule) }
  })
  const within = choices.filter(
    ({ report: { falseCalls, hours } }) => falseCalls.length <= options.falseCallsPerHour * hours,
  )
  return within.length > 0 ? middleOfBest(within, f1Of) : middleOfBest(choices, (r) => -r.falseCalls.length)
}

/** 2·hits / (2·hits + false + missed); 0 where there is neither call nor annotation. */
export function f1Of({
  hits,
  falseCalls,
  missed,
}: Pick<CallReport, 'hits' | 'falseCalls' | 'missed'>): number {
  const all = 2 * hits.length + falseCalls.length + missed.length
  return all === 0 ? 0 : (2 * hits.length) / all
}

function middleOfBest(choices: readonly Choice[], worth: (report: CallReport) => number): Choice {
  const best = Math.max(...choices.map((choice) => worth(choice.report)))
  const equal = choices.filter((choice) => worth(choice.report) === best)
  return equal[Math.floor(equal.length / 2)]!
}

function candidates(): number[] {
  const { from, to, count } = LOGITS
  return Array.from(
    { length: count },
    (_, i) => 1 / (1 + Math.exp(-(from + ((to - from) * i) / (count - 1)))),
  )
}
