// Scores a model by its calls: which annotations they hit, which calls were false, how often (design, section 5).
import { sameMarket } from '../../contract/market-name.ts'
import { numberAt } from '../../core/at.ts'
import { HOUR, SECOND, ceilTo, epochMs, type EpochMs } from '../../core/time.ts'
import type { Market, TimeRange } from '../../market/types.ts'
import { ACTIONS } from '../../models/model.ts'
import { CallTracker } from '../../signals/call-tracker.ts'
import type { Call, CallRule, Scores } from '../../signals/signal.ts'
import { dataOf, type MarketData } from '../data/training-data.ts'
import { matchWindow, sideOf, type Mark, type Targets } from '../data/targets.ts'

/** Consecutive seconds of one market with what one model said of each. */
export interface ScoredSeconds {
  readonly market: Market
  readonly from: EpochMs
  /** Probabilities [seconds, 3]; NaN where the model abstains. */
  readonly scores: Float32Array
}

/** What is right in one market. */
export type MarketTargets = Pick<MarketData, 'market' | 'targets'>

export interface MarketCall extends Call {
  readonly market: Market
}

/** How calls compare with the annotations. */
export interface CallReport {
  readonly hits: readonly { readonly call: MarketCall; readonly mark: Mark }[]
  readonly falseCalls: readonly MarketCall[]
  readonly missed: readonly Mark[]
  /** Hours of seconds that the model spoke on. */
  readonly hours: number
}

/** The calls that a rule makes of scores; every stretch starts afresh. */
export function callsOf(seconds: readonly ScoredSeconds[], rule: CallRule): MarketCall[] {
  return seconds.flatMap((part) => callsOfPart(part, rule))
}

function callsOfPart({ market, from, scores }: ScoredSeconds, rule: CallRule): MarketCall[] {
  const tracker = new CallTracker(rule)
  const calls: MarketCall[] = []
  let isCalling = false
  for (let row = 0; row < secondsOf(scores); row++) {
    const at = row * ACTIONS.length
    // To the tracker a second that it never hears of is one under both thresholds, as most are; `off` counts in a call alone.
    const least = isCalling ? rule.off : rule.on
    if (!(numberAt(scores, at) >= least) && !(numberAt(scores, at + 1) >= least)) continue
    const { call, opens } = tracker.feed(epochMs(from + row * SECOND), scoresAt(scores, row))
    isCalling = call !== null
    if (opens && call !== null) calls.push({ ...call, market })
  }
  return calls
}

/** Annotations that a model could have hit in these seconds: trained on, unambiguous, and spoken on around the entry. */
export function marksIn(seconds: readonly ScoredSeconds[], markets: readonly MarketData[]): ScorableMark[] {
  return markets.flatMap(({ market, targets }) => {
    const own = seconds.filter((part) => sameMarket(part.market, market))
    return targets.zones
      .filter((zone) => zone.label !== null && own.some((part) => speaksIn(part, matchWindow(zone.mark))))
      .map(({ mark }) => ({ market, mark, side: sideOf(mark), window: matchWindow(mark) }))
  })
}

export interface ScorableMark {
  readonly market: Market
  readonly mark: Mark
  readonly side: 'BUY' | 'SELL'
  readonly window: TimeRange
}

/**
 * A call hits an annotation when it is in its direction and opens in [T − z, T + 3z), each annotation once. Every other call is false,
 * unless it opens in a neutral second, or repeats a hit inside that window: those are not scored, as nothing says they are wrong.
 */
export function matchCalls(
  calls: readonly MarketCall[],
  marks: readonly ScorableMark[],
  markets: readonly MarketTargets[],
): Omit<CallReport, 'hours'> {
  const open = new Set(marks)
  const hits: { call: MarketCall; mark: Mark }[] = []
  const falseCalls: MarketCall[] = []
  const nearby = new Nearby(marks)
  for (const call of calls) {
    const near = nearby.of(call)
    const hit = near.find((mark) => mark.side === call.action && open.has(mark))
    if (hit !== undefined) {
      open.delete(hit)
      hits.push({ call, mark: hit.mark })
    } else if (isFalse(call, near, targetsOf(markets, call.market))) falseCalls.push(call)
  }
  return { hits, falseCalls, missed: marks.filter((mark) => open.has(mark)).map(({ mark }) => mark) }
}

/** Finds the marks whose window a call opens in, in the time of a binary search. */
class Nearby {
  readonly #marks: readonly ScorableMark[]
  readonly #longest: number

  constructor(marks: readonly ScorableMark[]) {
    this.#marks = marks.toSorted((a, b) => a.window.from - b.window.from)
    this.#longest = Math.max(0, ...marks.map(({ window }) => window.to - window.from))
  }

  of({ market, opensAt }: MarketCall): ScorableMark[] {
    const found: ScorableMark[] = []
    for (let i = this.#firstFrom(opensAt - this.#longest); i < this.#marks.length; i++) {
      const mark = this.#marks[i]
      if (mark === undefined || mark.window.from > opensAt) break
      if (opensAt < mark.window.to && sameMarket(mark.market, market)) found.push(mark)
    }
    return found
  }

  #firstFrom(instant: number): number {
    let low = 0
    let high = this.#marks.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#marks[middle]?.window.from ?? Infinity) < instant) low = middle + 1
      else high = middle
    }
    return low
  }
}

function isFalse(call: MarketCall, near: readonly ScorableMark[], targets: Targets): boolean {
  if (near.some(({ side }) => side === call.action)) return false
  const target = targets.at(call.opensAt)
  return near.length > 0 || target === 'HOLD' || target === 'BUY' || target === 'SELL'
}

function targetsOf(markets: readonly MarketTargets[], market: Market): Targets {
  return dataOf(markets, market).targets
}

/** Calls of a rule, matched. `marks` from `marksIn`. */
export function report(
  seconds: readonly ScoredSeconds[],
  marks: readonly ScorableMark[],
  markets: readonly MarketData[],
  rule: CallRule,
  hours = hoursOf(seconds),
): CallReport {
  return { ...matchCalls(callsOf(seconds, rule), marks, markets), hours }
}

/** Hours of seconds with scores. */
export function hoursOf(seconds: readonly ScoredSeconds[]): number {
  let count = 0
  for (const { scores } of seconds) {
    for (let at = 0; at < scores.length; at += ACTIONS.length) if (!Number.isNaN(scores[at])) count += 1
  }
  return (count * SECOND) / HOUR
}

export interface SecondsReport {
  /** Share of entry-zone and HOLD seconds whose most probable class is right; null where there are none. */
  readonly accuracy: number | null
  readonly majorityFloor: number | null
  readonly n: number
  readonly loss: number | null
}

/** Classifies each entry-zone and HOLD second by itself. Neutral and unlabelled ones are not scored. */
export function reportSeconds(
  seconds: readonly ScoredSeconds[],
  markets: readonly MarketTargets[],
): SecondsReport {
  const counts = ACTIONS.map(() => 0)
  let [right, loss] = [0, 0]
  eachScoredSecond(seconds, markets, (scores, at, label) => {
    counts[label] = (counts[label] ?? 0) + 1
    if (isHighest(scores, at, label)) right += 1
    loss -= Math.log(Math.max(numberAt(scores, at + label), 1e-12))
  })
  const n = counts.reduce((sum, count) => sum + count, 0)
  if (n === 0) return { accuracy: null, majorityFloor: null, n, loss: null }
  return { accuracy: right / n, majorityFloor: Math.max(...counts) / n, n, loss: loss / n }
}

/** Whether the class `label` of the three scores from index `at` on is higher than each other. */
export function isHighest(scores: Float32Array, at: number, label: number): boolean {
  const given = numberAt(scores, at + label)
  return ACTIONS.every((_, other) => other === label || numberAt(scores, at + other) < given)
}

/** Calls back for each second of an entry zone or a HOLD that the model spoke on: its scores from index `at` on, and its class. */
export function eachScoredSecond(
  seconds: readonly ScoredSeconds[],
  markets: readonly MarketTargets[],
  each: (scores: Float32Array, at: number, label: number) => void,
): void {
  for (const { market, from, scores } of seconds) {
    const targets = targetsOf(markets, market)
    for (let row = 0; row < secondsOf(scores); row++) {
      const at = row * ACTIONS.length
      if (Number.isNaN(scores[at])) continue
      const target = targets.at(epochMs(from + row * SECOND))
      if (target !== 'neutral' && target !== 'unlabelled') each(scores, at, ACTIONS.indexOf(target))
    }
  }
}

/** The highest probability of `side` in a window; null where the model said nothing. */
export function highestScore(
  seconds: readonly ScoredSeconds[],
  { market, side, window }: Pick<ScorableMark, 'market' | 'side' | 'window'>,
): number | null {
  let best: number | null = null
  for (const part of seconds) {
    if (!sameMarket(part.market, market)) continue
    for (
      let row = rowAt(part, window.from);
      row < Math.min(secondsOf(part.scores), rowAt(part, window.to));
      row++
    ) {
      const score = scoresAt(part.scores, row)?.[side]
      if (score !== undefined && score > (best ?? -1)) best = score
    }
  }
  return best
}

function speaksIn(part: ScoredSeconds, window: TimeRange): boolean {
  const last = Math.min(secondsOf(part.scores), rowAt(part, window.to))
  for (let row = rowAt(part, window.from); row < last; row++) {
    if (!Number.isNaN(part.scores[row * ACTIONS.length])) return true
  }
  return false
}

/** First row at or after `instant`, at least 0. */
function rowAt({ from }: ScoredSeconds, instant: EpochMs): number {
  return Math.max(0, Math.ceil((ceilTo(instant, SECOND) - from) / SECOND))
}

function secondsOf(scores: Float32Array): number {
  return scores.length / ACTIONS.length
}

function scoresAt(scores: Float32Array, row: number): Scores | null {
  const at = row * ACTIONS.length
  if (Number.isNaN(scores[at])) return null
  return { BUY: numberAt(scores, at), SELL: numberAt(scores, at + 1), HOLD: numberAt(scores, at + 2) }
}
