// Multinomial logistic regression with a ridge, by Newton's method: small, convex, and the same each time.
import { at, numberAt } from '../../core/at.ts'
import { float64At, numberIn } from '../../core/number-at.ts'
import { Solver } from '../data/positive-definite.ts'

export interface LogisticData {
  /** Features [n, width], row-major. */
  readonly x: Float32Array
  readonly width: number
  /** 0 … classes − 1 */
  readonly labels: readonly number[]
  readonly weights: readonly number[]
}

export interface LogisticOptions {
  readonly classes: number
  /** Half of it times the squared coefficients is added to the weighted negative log-likelihood; the levels are free. */
  readonly ridge: number
}

/** Levels are kept from running off where a class never occurs. */
const LEVEL_RIDGE = 1e-3
const MOST_STEPS = 50
const TOLERANCE = 1e-7

/** Features are standardised by the training rows before they are weighed. */
export class Logistic {
  readonly #width: number
  readonly #classes: number
  readonly #mean: Float64Array
  readonly #scale: Float64Array
  /** [classes − 1, width + 1], the level last; the last class is the reference. */
  readonly #theta: Float64Array

  private constructor(options: LogisticOptions, width: number, mean: Float64Array, scale: Float64Array) {
    this.#width = width
    this.#classes = options.classes
    this.#mean = mean
    this.#scale = scale
    this.#theta = new Float64Array((options.classes - 1) * (width + 1))
  }

  /**
   * Minimises −Σ wᵢ log p(yᵢ | xᵢ) + ridge / 2 · |β|² (Hastie, Tibshirani & Friedman 2009, section 4.4); halves steps that do not lower it.
   * @param near of the same features and classes, fitted to nearly the same rows: the way to the one minimum begins there
   */
  static fit(data: LogisticData, options: LogisticOptions, near?: Logistic): Logistic {
    const { mean, scale } = standardOf(data)
    const model = new Logistic(options, data.width, mean, scale)
    if (near !== undefined) model.#beginAt(near)
    model.#descend(model.#standardised(data), data, options.ridge)
    return model
  }

  /** Newton's steps to the end, each followed by what its curvature is good for besides. */
  #descend(rows: Float64Array, data: LogisticData, ridge: number): void {
    let gradient = this.#gradient(rows, data, ridge, this.#theta)
    for (let step = 0; step < MOST_STEPS && largest(gradient) >= TOLERANCE; step++) {
      const solver = new Solver(this.#hessian(rows, data, ridge), gradient.length)
      if (!this.#lineSearch(rows, data, ridge, solver.solve(gradient))) break
      gradient = this.#follow(rows, data, ridge, solver)
    }
  }

  /** Further steps by the same curvature, which cost a tenth, as long as each halves the gradient (the chord method). Returns what is left of it. */
  #follow(rows: Float64Array, data: LogisticData, ridge: number, solver: Solver): Float64Array {
    let gradient = this.#gradient(rows, data, ridge, this.#theta)
    while (largest(gradient) >= TOLERANCE) {
      const step = solver.solve(gradient)
      const theta = this.#theta.map((weight, i) => weight - numberAt(step, i))
      const next = this.#gradient(rows, data, ridge, theta)
      if (!(largest(next) <= largest(gradient) / 2)) break
      this.#theta.set(theta)
      gradient = next
    }
    return gradient
  }

  /** Writes the probabilities of the classes for the features from `x[from]` on into `out` from `to` on. */
  predict(x: Float32Array, from: number, out: Float32Array, to: number): void {
    const row = new Float64Array(this.#width + 1)
    for (let i = 0; i < this.#width; i++) row[i] = (x[from + i]! - this.#mean[i]!) / this.#scale[i]!
    row[this.#width] = 1
    const p = new Float64Array(this.#classes)
    this.#probabilities(row, 0, this.#theta, p)
    out.set(p, to)
  }

  /** The same function of the features, told in this one's means and scales. */
  #beginAt(near: Logistic): void {
    const size = this.#width + 1
    for (let k = 0; k < this.#classes - 1; k++) {
      let level = numberAt(near.#theta, k * size + this.#width)
      for (let i = 0; i < this.#width; i++) {
        const slope = numberAt(near.#theta, k * size + i) / numberAt(near.#scale, i)
        this.#theta[k * size + i] = slope * numberAt(this.#scale, i)
        level += slope * (numberAt(this.#mean, i) - numberAt(near.#mean, i))
      }
      this.#theta[k * size + this.#width] = level
    }
  }

  #standardised({ x, labels }: LogisticData): Float64Array {
    const width = this.#width
    const rows = new Float64Array(labels.length * (width + 1))
    for (let r = 0; r < labels.length; r++) {
      for (let i = 0; i < width; i++) {
        rows[r * (width + 1) + i] = (x[r * width + i]! - this.#mean[i]!) / this.#scale[i]!
      }
      rows[r * (width + 1) + width] = 1
    }
    return rows
  }

  #probabilities(rows: Float64Array, from: number, theta: Float64Array, out: Float64Array): void {
    const size = this.#width + 1
    let most = 0
    for (let k = 0; k < this.#classes - 1; k++) {
      let sum = 0
      for (let i = 0; i < size; i++) sum += theta[k * size + i]! * rows[from + i]!
      out[k] = sum
      if (sum > most) most = sum
    }
    out[this.#classes - 1] = 0
    let total = 0
    for (let k = 0; k < this.#classes; k++) {
      out[k] = Math.exp(out[k]! - most)
      total += out[k]!
    }
    for (let k = 0; k < this.#classes; k++) out[k]! /= total
  }

  #objective(rows: Float64Array, data: LogisticData, ridge: number, theta: Float64Array): number {
    const size = this.#width + 1
    const p = new Float64Array(this.#classes)
    let value = 0
    for (const [r, label] of data.labels.entries()) {
      this.#probabilities(rows, r * size, theta, p)
      value -= data.weights[r]! * Math.log(Math.max(p[label]!, 1e-300))
    }
    for (const [i, weight] of theta.entries()) value += (ridgeOf(i, size, ridge) / 2) * weight * weight
    return value
  }

  #gradient(rows: Float64Array, data: LogisticData, ridge: number, theta: Float64Array): Float64Array {
    const size = this.#width + 1
    const gradient = new Float64Array(theta.length)
    const p = new Float64Array(this.#classes)
    for (const [r, label] of data.labels.entries()) {
      const start = r * size
      const weight = numberIn(data.weights, r)
      this.#probabilities(rows, start, theta, p)
      for (let k = 0; k < this.#classes - 1; k++) {
        const error = weight * (float64At(p, k) - (label === k ? 1 : 0))
        for (let i = 0; i < size; i++) {
          const index = k * size + i
          gradient[index] = numberAt(gradient, index) + error * numberAt(rows, start + i)
        }
      }
    }
    for (let i = 0; i < gradient.length; i++) gradient[i]! += ridgeOf(i, size, ridge) * numberAt(theta, i)
    return gradient
  }

  /** At the coefficients as they are. */
  #hessian(rows: Float64Array, data: LogisticData, ridge: number): Float64Array {
    const size = this.#width + 1
    const free = this.#classes - 1
    const n = free * size
    const hessian = new Float64Array(n * n)
    const p = new Float64Array(this.#classes)
    // One curve for each block of the lower triangle and row.
    const blocks = blocksOf(free)
    const curves = blocks.map(() => new Float64Array(data.labels.length))
    for (const r of data.labels.keys()) {
      this.#probabilities(rows, r * size, this.#theta, p)
      for (const [block, { k, l }] of blocks.entries()) {
        const own = numberIn(data.weights, r) * float64At(p, k)
        at(curves, block)[r] = own * ((k === l ? 1 : 0) - float64At(p, l))
      }
    }
    for (const [block, { k, l }] of blocks.entries()) {
      addOuters(hessian, { n, top: k * size, left: l * size, size }, rows, at(curves, block))
    }
    for (let i = 0; i < n; i++) {
      hessian[i * n + i]! += ridgeOf(i, size, ridge)
      for (let j = 0; j < i; j++) hessian[j * n + i] = numberAt(hessian, i * n + j)
    }
    return hessian
  }

  /** Moves against `direction` as far as it helps; false where no step does. */
  #lineSearch(rows: Float64Array, data: LogisticData, ridge: number, direction: Float64Array): boolean {
    const current = this.#objective(rows, data, ridge, this.#theta)
    for (let size = 1; size > 1e-6; size /= 2) {
      const theta = this.#theta.map((weight, i) => weight - size * direction[i]!)
      if (this.#objective(rows, data, ridge, theta) > current) continue
      this.#theta.set(theta)
      return true
    }
    return false
  }
}

function largest(values: Float64Array): number {
  let most = 0
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(numberAt(values, i)))
  return most
}

function ridgeOf(index: number, size: number, ridge: number): number {
  return index % size === size - 1 ? LEVEL_RIDGE : ridge
}

/** The blocks of a symmetric matrix on and under its diagonal. */
function blocksOf(count: number): { readonly k: number; readonly l: number }[] {
  return Array.from({ length: count }, (_, k) => Array.from({ length: k + 1 }, (__, l) => ({ k, l }))).flat()
}

/** A square block of a row-major matrix of width `n`. */
interface Block {
  readonly n: number
  readonly top: number
  readonly left: number
  readonly size: number
}

/** Adds Σ factor · row rowᵀ: a symmetric block, of which the lower half is added up, four rows at a time, and then mirrored. */
function addOuters(matrix: Float64Array, block: Block, rows: Float64Array, factors: Float64Array): void {
  const { n, top, left, size } = block
  const whole = factors.length - (factors.length % 4)
  for (let r = 0; r < whole; r += 4) addFour(matrix, block, rows, factors, r)
  for (let r = whole; r < factors.length; r++) {
    for (let i = 0; i < size; i++) {
      const scaled = numberAt(factors, r) * numberAt(rows, r * size + i)
      const to = (top + i) * n + left
      for (let j = 0; j <= i; j++) {
        matrix[to + j] = numberAt(matrix, to + j) + scaled * numberAt(rows, r * size + j)
      }
    }
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) matrix[(top + j) * n + left + i] = numberAt(matrix, (top + i) * n + left + j)
  }
}

function addFour(
  matrix: Float64Array,
  { n, top, left, size }: Block,
  rows: Float64Array,
  factors: Float64Array,
  r: number,
): void {
  const [a, b, c, d] = [r * size, (r + 1) * size, (r + 2) * size, (r + 3) * size]
  for (let i = 0; i < size; i++) {
    const ofA = numberAt(factors, r) * numberAt(rows, a + i)
    const ofB = numberAt(factors, r + 1) * numberAt(rows, b + i)
    const ofC = numberAt(factors, r + 2) * numberAt(rows, c + i)
    const ofD = numberAt(factors, r + 3) * numberAt(rows, d + i)
    const to = (top + i) * n + left
    for (let j = 0; j <= i; j++) {
      const sum = ofA * numberAt(rows, a + j) + ofB * numberAt(rows, b + j)
      const rest = ofC * numberAt(rows, c + j) + ofD * numberAt(rows, d + j)
      matrix[to + j] = numberAt(matrix, to + j) + (sum + rest)
    }
  }
}

/** Weighted mean and standard deviation of each feature; a constant one is left as it is. */
function standardOf({ x, width, weights }: LogisticData): { mean: Float64Array; scale: Float64Array } {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const mean = new Float64Array(width)
  const scale = new Float64Array(width)
  for (const [r, weight] of weights.entries()) {
    for (let i = 0; i < width; i++) mean[i]! += (weight * x[r * width + i]!) / total
  }
  for (const [r, weight] of weights.entries()) {
    for (let i = 0; i < width; i++) scale[i]! += (weight * (x[r * width + i]! - mean[i]!) ** 2) / total
  }
  return { mean, scale: scale.map((variance) => (variance > 1e-12 ? Math.sqrt(variance) : 1)) }
}
