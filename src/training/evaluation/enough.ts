// From which n on a figure means anything, in one place; below it there is a sentence instead of a number.
import { at } from '../../core/at.ts'
import type { Figure, Spread } from '../../contract/validation.ts'
import { ISOTONIC_CALLS, LITTLE_EVIDENCE, wilson } from '../../signals/confidence.ts'

/** The least n of each kind of figure. Chosen so that its 95 % interval is narrower than the range it could lie in. */
export const FEWEST = {
  /** Annotations behind recall and F1: one more or less still moves the figure by a fifth. */
  annotations: 5,
  /** Calls behind precision. */
  calls: 5,
  /** Hits behind the delay and the share of the move left. */
  hits: 5,
  /** Hours of scored seconds behind a rate an hour. */
  hours: 1,
  /** Seconds behind accuracy, log loss and Brier score. */
  seconds: 600,
  /** Calls behind trading figures, whose spread is as large as the moves themselves. */
  trades: 20,
  /** Calls behind a calibration error: with fewer, its bins hold too few each. */
  reliability: LITTLE_EVIDENCE,
  /** Calls behind the share of one bin of the reliability diagram. */
  bin: 5,
  /** Calls from which on confidence may take any rising shape instead of a logistic's. */
  isotonic: ISOTONIC_CALLS,
} as const

type Kind = keyof typeof FEWEST

const WHAT: Record<Kind, string> = {
  annotations: 'annotations',
  calls: 'calls',
  hits: 'hits',
  hours: 'hours of scored seconds',
  seconds: 'scored seconds',
  trades: 'calls',
  reliability: 'calls',
  bin: 'calls',
  isotonic: 'calls',
}

/** Why `n` is too few for figures of a kind, in words; null where it is enough. */
export function tooFew(kind: Kind, n: number): string | null {
  if (n >= FEWEST[kind]) return null
  return `${whole(n)} ${WHAT[kind]}: too few, at least ${FEWEST[kind]}`
}

/** A share with Wilson's interval. */
export function shareFigure(kind: Kind, part: number, n: number): Figure {
  const reason = tooFew(kind, n)
  if (reason !== null) return { value: null, n, interval: null, reason }
  return { value: part / n, n, interval: wilson(part / n, n), reason: null }
}

/** Any other figure; `value` is asked for only where n is enough. It may still be undefined, with the reason it returns. */
export function figure(kind: Kind, n: number, value: () => number | string): Figure {
  const reason = tooFew(kind, n)
  if (reason !== null) return { value: null, n, interval: null, reason }
  const known = value()
  return typeof known === 'string'
    ? { value: null, n, interval: null, reason: known }
    : { value: known, n, interval: null, reason: null }
}

/** Median and quartiles, by linear interpolation between the ordered values (Hyndman & Fan 1996, type 7). */
export function spread(kind: Kind, values: readonly number[]): Spread {
  const n = values.length
  const reason = tooFew(kind, n)
  if (reason !== null) return { median: null, lower_quartile: null, upper_quartile: null, n, reason }
  const of = quantiles(values)
  return { median: of(0.5), lower_quartile: of(0.25), upper_quartile: of(0.75), n, reason: null }
}

/** The quantile function of some values, at least one. */
export function quantiles(values: readonly number[]): (share: number) => number {
  const sorted = values.toSorted((a, b) => a - b)
  return (share) => {
    const place = share * (sorted.length - 1)
    const below = Math.floor(place)
    const above = Math.min(below + 1, sorted.length - 1)
    return at(sorted, below) + (place - below) * (at(sorted, above) - at(sorted, below))
  }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Sample standard deviation, of at least two values. */
export function deviation(values: readonly number[]): number {
  const centre = mean(values)
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1))
}

function whole(n: number): string {
  return Number.isInteger(n) ? String(n) : n.toFixed(1)
}
