// Which of some moments look alike, each compared with each: the same likeness as that of the nearest moments, both ways up.
import { numberAt } from '../core/at.ts'
import { ROW_SIZE, TURNING } from '../models/moment-row.ts'
import type { Scaling } from './scaling.ts'

/** How alike two moments are, by their places. */
export interface Likeness {
  readonly similarity: number
  /** Whether they look alike when one of them is turned upside down. */
  readonly isTurned: boolean
}

/** Rows that are compared with each other: standardised, of length 1, as they are and upside down. */
export class ComparedRows {
  readonly #up: readonly Float64Array[]
  readonly #down: readonly Float64Array[]

  /** @param rows float32 [ROW_SIZE] each */
  constructor(rows: readonly Float32Array[], scaling: Scaling) {
    this.#up = rows.map((row) => unitOf(row, scaling))
    this.#down = this.#up.map(turnedUnit)
  }

  get size(): number {
    return this.#up.length
  }

  /** Cosine of the way up that fits better; the same of a and b as of b and a. */
  likeness(a: number, b: number): Likeness {
    const other = this.#up[b]
    const up = cosine(this.#up[a], other)
    const down = cosine(this.#down[a], other)
    return { similarity: Math.max(up, down), isTurned: down > up }
  }
}

function unitOf(row: Float32Array, { means, scales }: Scaling): Float64Array {
  const standard = Float64Array.from(row, (x, i) => (x - numberAt(means, i)) * numberAt(scales, i))
  const length = Math.sqrt(standard.reduce((sum, x) => sum + x * x, 0))
  return standard.map((x) => x / length)
}

/** Means and deviations are the same both ways up, so a standardised row turns as a row does. */
function turnedUnit(unit: Float64Array): Float64Array {
  const { from, sign } = TURNING
  return unit.map((_, i) => numberAt(sign, i) * numberAt(unit, from[i] ?? 0))
}

function cosine(a: Float64Array | undefined, b: Float64Array | undefined): number {
  if (a === undefined || b === undefined) return Number.NaN
  let sum = 0
  for (let i = 0; i < ROW_SIZE; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}
