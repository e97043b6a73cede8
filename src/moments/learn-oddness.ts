// What an ordinary second looks like, learnt from rows; and how far from the rest a stated share of those very rows lies.
import { at, numberAt } from '../core/at.ts'
import { ROW_SIZE } from '../models/moment-row.ts'
import { compared, EVEN, ODD, type Compared } from './compared-numbers.ts'
import { distanceBetween, type Ordinary } from './oddness.ts'

/** Added to each variance: the covariance shrunk towards what hardly ever moves (Ledoit & Wolf 2004 towards a multiple of one, too). */
const LEAST_VARIANCE = 0.01
/** Pieces in a row, each compared with what the others are like: near seconds are alike, so that a row among them would seem ordinary. */
const PIECES = 10
/** Share of the rows by whose distances the largest are judged. */
const TAIL = 0.05
/** Fewer rows say too little. */
const LEAST_ROWS = 300

export interface Learnt {
  readonly ordinary: Ordinary
  /** Distance of the middle one of the rows. */
  readonly median: number
  /** Distance that the share of the rows exceeds; null where none was stated. */
  readonly limit: number | null
  /** Rows that it was learnt from. */
  readonly rows: number
}

/**
 * @param rows float32 [n, ROW_SIZE] in the order of their seconds
 * @param share of the rows past the limit, each compared with those of the other pieces; null: no limit
 * @returns null of fewer than 300 rows
 */
export function learnOddness(rows: Float32Array, share: number | null): Learnt | null {
  const all = Array.from({ length: rows.length / ROW_SIZE }, (_, i) =>
    compared(rows.subarray(i * ROW_SIZE, (i + 1) * ROW_SIZE)),
  )
  if (all.length < LEAST_ROWS) return null
  const pieces = Array.from({ length: PIECES }, (_, i) =>
    all.slice(Math.floor((i * all.length) / PIECES), Math.floor(((i + 1) * all.length) / PIECES)),
  )
  const sums = pieces.map(sumsOf)
  const distances = pieces.flatMap((piece, i) => {
    const others = ordinaryOf(sums.filter((_, other) => other !== i))
    return piece.map((row) => distanceBetween(row, others))
  })
  distances.sort((a, b) => a - b)
  return {
    ordinary: ordinaryOf(sums),
    median: at(distances, Math.floor(distances.length / 2)),
    limit: share === null ? null : exceededBy(share, distances),
    rows: all.length,
  }
}

/**
 * The distance that this share exceeds, by the excesses over the distance that one in twenty exceeds, which fall off exponentially (peaks over
 * threshold, Pickands 1975, with a tail of shape 0): what one event does to the largest few says little.
 * @param distances ascending
 */
function exceededBy(share: number, distances: readonly number[]): number {
  const tail = distances.slice(Math.floor((1 - TAIL) * distances.length))
  const threshold = at(tail, 0)
  const excess = tail.reduce((sum, distance) => sum + distance - threshold, 0) / tail.length
  return threshold + excess * Math.log(TAIL / share)
}

/** Of some rows; the products are the lower triangle's, one row after the other. */
interface Sums {
  readonly count: number
  readonly even: Float64Array
  readonly evenProducts: Float64Array
  readonly oddProducts: Float64Array
}

function sumsOf(rows: readonly Compared[]): Sums {
  const even = new Float64Array(EVEN.length)
  const evenProducts = new Float64Array(triangle(EVEN.length))
  const oddProducts = new Float64Array(triangle(ODD.length))
  for (const row of rows) {
    for (const [i, x] of row.even.entries()) even[i] = numberAt(even, i) + x
    addProducts(row.even, evenProducts)
    addProducts(row.odd, oddProducts)
  }
  return { count: rows.length, even, evenProducts, oddProducts }
}

function triangle(n: number): number {
  return (n * (n + 1)) / 2
}

function addProducts(x: Float64Array, to: Float64Array): void {
  let place = 0
  for (let i = 0; i < x.length; i++) {
    const own = x[i] ?? 0
    for (let j = 0; j <= i; j++, place++) to[place] = (to[place] ?? 0) + own * (x[j] ?? 0)
  }
}

function ordinaryOf(parts: readonly Sums[]): Ordinary {
  const count = parts.reduce((sum, part) => sum + part.count, 0)
  const meanOf = (of: (part: Sums) => Float64Array) => {
    const total = new Float64Array(of(at(parts, 0)).length)
    for (const part of parts) {
      const own = of(part)
      for (let i = 0; i < total.length; i++) total[i] = (total[i] ?? 0) + (own[i] ?? 0)
    }
    return total.map((x) => x / count)
  }
  const mean = meanOf(({ even }) => even)
  return {
    mean,
    even: factorOf(
      meanOf(({ evenProducts }) => evenProducts),
      mean,
    ),
    odd: factorOf(
      meanOf(({ oddProducts }) => oddProducts),
      new Float64Array(ODD.length),
    ),
  }
}

/** L of the covariance L Lᵀ, from mean products and the means, row by row (Cholesky–Banachiewicz), packed as it is kept. */
function factorOf(products: Float64Array, mean: Float64Array): Float64Array {
  const lower = new Float64Array(products.length)
  for (let i = 0, row = 0; i < mean.length; row += ++i) {
    for (let j = 0, other = 0; j <= i; other += ++j) {
      let left = (products[row + j] ?? 0) - (mean[i] ?? 0) * (mean[j] ?? 0)
      for (let k = 0; k < j; k++) left -= (lower[row + k] ?? 0) * (lower[other + k] ?? 0)
      lower[row + j] = i === j ? Math.sqrt(left + LEAST_VARIANCE) : left / (lower[other + j] ?? 1)
    }
  }
  return lower
}
