// What a call's score has been worth: the share of out-of-fold calls like it that matched an annotation.
import { at } from '../core/at.ts'
import { numberIn } from '../core/number-at.ts'
import type { Calibration } from './signal.ts'

/** Fewer out-of-fold calls than this say nothing: "not calibrated yet". */
export const FEWEST_CALLS = 5
/** Fewer than this are little evidence: shown, and said so. */
export const LITTLE_EVIDENCE = 30
/** From so many on, the shape is read off the calls instead of being a logistic's. */
export const ISOTONIC_CALLS = 1000

/** Weight of the prior on the slope: standard deviation 1 on the logit's scale, around no effect at all. */
const SLOPE_PRECISION = 1
/** Weight, in calls, of the prior that pulls the intercept to the overall share. */
const INTERCEPT_PRECISION = 1
/** 95 % of a normal distribution lies within so many standard deviations. */
const Z95 = 1.959963984540054
const NEWTON_STEPS = 50

export interface Confidence {
  /** 0–100; null while not calibrated. */
  readonly confidence: number | null
  /** Out-of-fold calls behind it. */
  readonly n: number
  /** 95 %, 0–100. */
  readonly interval: readonly [number, number] | null
}

export interface ScoredCall {
  /** The model's probability of the call's side when it opened, 0–1. */
  readonly score: number
  /** Whether it matched an annotation. */
  readonly hit: boolean
}

/**
 * Fits share = 1 / (1 + e^-(intercept + slope · logit(score))) to out-of-fold calls: two-parameter logistic calibration (Platt 1999),
 * by maximum posterior with normal priors that shrink it to the overall share: slope around 0 and never below it (a higher score is
 * never worth less), and the value at the mean logit around the logit of the overall share.
 */
export function fitCalibration(calls: readonly ScoredCall[]): Calibration {
  const n = calls.length
  const hits = calls.filter((call) => call.hit).length
  const share = logit((hits + 0.5) / (n + 1))
  const x = calls.map((call) => logit(call.score))
  const mean = n === 0 ? 0 : x.reduce((sum, value) => sum + value, 0) / n
  const centred = x.map((value) => value - mean)
  const hit = calls.map((call) => (call.hit ? 1 : 0))
  const free = newton(centred, hit, share, false)
  const fit = free.slope >= 0 ? free : newton(centred, hit, share, true)
  const fitted = { n, hits, intercept: fit.level - fit.slope * mean, slope: fit.slope }
  return n < ISOTONIC_CALLS ? fitted : { ...fitted, isotonic: fitIsotonic(calls) }
}

interface Step {
  readonly n: number
  readonly hits: number
  /** Sum over its calls. */
  readonly scores: number
}

/**
 * The rising steps nearest to the outcomes, by pooling adjacent violators (Zadrozny & Elkan 2002), told as points: each step's mean score
 * and share. Steps of fewer than 30 calls join the next, as the outermost would else be 0 or 1; between steps confidence follows
 * straight lines.
 */
function fitIsotonic(calls: readonly ScoredCall[]): NonNullable<Calibration['isotonic']> {
  const rising: Step[] = []
  for (const step of byScore(calls)) {
    rising.push(step)
    while (rising.length > 1 && shareOf(at(rising, -2)) >= shareOf(at(rising, -1))) joinLast(rising)
  }
  const steps: Step[] = []
  for (const step of rising) {
    steps.push(step)
    if (steps.length > 1 && at(steps, -2).n < LITTLE_EVIDENCE) joinLast(steps)
  }
  if (steps.length > 1 && at(steps, -1).n < LITTLE_EVIDENCE) joinLast(steps)
  return { scores: steps.map(({ scores, n }) => scores / n), shares: steps.map(shareOf) }
}

/** One step for each score that occurs, ascending. */
function byScore(calls: readonly ScoredCall[]): Step[] {
  const steps: Step[] = []
  for (const { score, hit } of calls.toSorted((a, b) => a.score - b.score)) {
    const last = steps.at(-1)
    const isSame = last !== undefined && last.scores / last.n === score
    steps.push({ n: 1, hits: hit ? 1 : 0, scores: score })
    if (isSame) joinLast(steps)
  }
  return steps
}

function joinLast(steps: Step[]): void {
  const [a, b] = steps.splice(-2, 2) as [Step, Step]
  steps.push({ n: a.n + b.n, hits: a.hits + b.hits, scores: a.scores + b.scores })
}

function shareOf({ hits, n }: Step): number {
  return hits / n
}

/**
 * Confidence of a call that opened with `score`. The interval is Wilson's at the fitted share, already shrunk, with all n calls behind it
 * (Wilson 1927; advised for n up to 40 by Brown, Cai & DasGupta 2001): right in the middle of the scores seen, too narrow at their ends,
 * where fewer calls speak.
 */
export function confidenceOf(calibration: Calibration | null, score: number): Confidence {
  const n = calibration?.n ?? 0
  if (calibration === null || n < FEWEST_CALLS) return { confidence: null, n, interval: null }
  const share = shareAt(calibration, score)
  const [low, high] = wilson(share, n)
  return { confidence: 100 * share, n, interval: [100 * low, 100 * high] }
}

function shareAt({ isotonic, intercept, slope }: Calibration, score: number): number {
  if (isotonic === undefined) return logistic(intercept + slope * logit(score))
  const { scores, shares } = isotonic
  const above = scores.findIndex((known) => known >= score)
  if (above <= 0) return (above === 0 ? shares[0] : shares.at(-1)) ?? Number.NaN
  const [from, to] = [numberIn(scores, above - 1), numberIn(scores, above)]
  const [least, most] = [numberIn(shares, above - 1), numberIn(shares, above)]
  return least + ((score - from) / (to - from)) * (most - least)
}

/** Wilson's 95 % score interval (Wilson 1927) of a share seen in n trials. */
export function wilson(share: number, n: number): [number, number] {
  const z2 = Z95 * Z95
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n)
  const half = (Z95 / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n))
  return [Math.max(0, centre - half), Math.min(1, centre + half)]
}

/** Maximum posterior of level and slope by Newton's method; the problem is strictly concave, so it converges. */
function newton(x: readonly number[], hit: readonly number[], share: number, flat: boolean) {
  let level = share
  let slope = 0
  for (let step = 0; step < NEWTON_STEPS; step++) {
    let [gLevel, gSlope] = [-INTERCEPT_PRECISION * (level - share), -SLOPE_PRECISION * slope]
    let [hLevel, hBoth, hSlope] = [INTERCEPT_PRECISION, 0, SLOPE_PRECISION]
    for (let i = 0; i < x.length; i++) {
      const score = numberIn(x, i)
      const p = logistic(level + slope * score)
      const weight = p * (1 - p)
      const missed = numberIn(hit, i) - p
      gLevel += missed
      gSlope += missed * score
      hLevel += weight
      hBoth += weight * score
      hSlope += weight * score * score
    }
    if (flat) [gSlope, hBoth] = [0, 0]
    const determinant = hLevel * hSlope - hBoth * hBoth
    level += (hSlope * gLevel - hBoth * gSlope) / determinant
    slope += (hLevel * gSlope - hBoth * gLevel) / determinant
  }
  return { level, slope }
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

function logit(p: number): number {
  const inside = Math.min(Math.max(p, 1e-6), 1 - 1e-6)
  return Math.log(inside / (1 - inside))
}
