// The band that a confidence lies in, where its interval leaves no doubt; else the bands it spans, in words.
import { FEWEST_CALLS, LITTLE_EVIDENCE } from './confidence.ts'

export type ConfidenceBand = 'high' | 'medium' | 'low'

const NAMES = { high: 'High', medium: 'Medium', low: 'Low' } as const
const DESCENDING = ['high', 'medium', 'low'] as const

/** Of a confidence of 0–100: high over 70, medium from 50 to 70, low under 50. */
export function bandOf(confidence: number): ConfidenceBand {
  if (confidence > 70) return 'high'
  return confidence >= 50 ? 'medium' : 'low'
}

/** The band that the whole interval (0–100) lies in; null where it lies in several, or there is none. */
export function wholeBand(interval: readonly [number, number] | null): ConfidenceBand | null {
  if (interval === null) return null
  const [low, high] = interval
  return bandOf(low) === bandOf(high) ? bandOf(low) : null
}

/**
 * `High or Medium, little evidence`: the bands that the interval (0–100) spans, and whether fewer than 30 calls speak. Without an
 * interval null, or `not calibrated yet` where `n` is too few for one.
 */
export function confidenceWords(interval: readonly [number, number] | null, n: number): string | null {
  if (interval === null) return n < FEWEST_CALLS ? 'not calibrated yet' : null
  const [low, high] = interval
  const from = DESCENDING.indexOf(bandOf(high))
  const bands = DESCENDING.slice(from, DESCENDING.indexOf(bandOf(low)) + 1).map((band) => NAMES[band])
  return n < LITTLE_EVIDENCE ? `${bands.join(' or ')}, little evidence` : bands.join(' or ')
}
