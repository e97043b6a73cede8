// Smoothed closes and their extrema, as Lo, Mamaysky & Wang (2000, "Foundations of Technical Analysis", Journal of Finance 55(4)) see a chart.
import { at, numberAt } from '../../../src/core/at.ts'

/** An extremum of the smoothed closes, at the highest or lowest close within a bar of it. */
export interface Extremum {
  readonly index: number
  readonly price: number
  readonly isMaximum: boolean
}

/** Bandwidths that are tried, in bars. */
const BANDWIDTHS = [1, 1.5, 2, 2.5, 3, 4, 5]

/**
 * Nadaraya–Watson estimate with a Gaussian kernel whose bandwidth is chosen by leaving out each close in turn (their equations 5 to 9).
 * They take 0.3 of that bandwidth; on minutes, where one bar is the least that is tried, nearly nothing would be smoothed then.
 */
export function smooth(closes: Float64Array): Float64Array {
  const weights = weightsFor(closes.length)
  const errors = weights.map(({ others }) => squaredDistance(closes, applied(others, closes)))
  return applied(at(weights, errors.indexOf(Math.min(...errors))).all, closes)
}

/** Slopes of log prices under this are rounding, where nobody trades. */
const FLAT = 1e-12

/** Where the slope of `smoothed` changes its sign, ascending; maxima and minima alternate. */
export function extremaOf(closes: Float64Array, smoothed: Float64Array): Extremum[] {
  const found: Extremum[] = []
  for (let i = 1; i < smoothed.length - 1; i++) {
    const before = numberAt(smoothed, i) - numberAt(smoothed, i - 1)
    const after = numberAt(smoothed, i + 1) - numberAt(smoothed, i)
    if (before * after >= 0 || Math.min(Math.abs(before), Math.abs(after)) < FLAT) continue
    const isMaximum = before > 0
    const near = closes.subarray(i - 1, i + 2)
    found.push({ index: i, price: isMaximum ? Math.max(...near) : Math.min(...near), isMaximum })
  }
  return found
}

/** Of one bandwidth: row i of [n, n] makes the estimate at i of all closes, or of all others. */
interface Weights {
  readonly all: Float64Array
  readonly others: Float64Array
}

const known = new Map<number, readonly Weights[]>()

/** By the number of closes. */
function weightsFor(n: number): readonly Weights[] {
  const made = known.get(n) ?? BANDWIDTHS.map((h) => ({ all: rowsOf(n, h, 0), others: rowsOf(n, h, 1) }))
  known.set(n, made)
  return made
}

/** Gaussian weights of closes at least `nearest` bars away, each row of sum 1. */
function rowsOf(n: number, h: number, nearest: 0 | 1): Float64Array {
  const rows = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    const row = rows.subarray(i * n, (i + 1) * n)
    for (let j = 0; j < n; j++)
      row[j] = Math.abs(i - j) < nearest ? 0 : Math.exp(-((i - j) ** 2) / (2 * h * h))
    const sum = row.reduce((total, weight) => total + weight, 0)
    for (let j = 0; j < n; j++) row[j] = numberAt(row, j) / sum
  }
  return rows
}

function applied(rows: Float64Array, closes: Float64Array): Float64Array {
  const n = closes.length
  const out = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let sum = 0
    for (let j = 0; j < n; j++) sum += (rows[i * n + j] ?? 0) * (closes[j] ?? 0)
    out[i] = sum
  }
  return out
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + (value - numberAt(b, i)) ** 2, 0)
}
