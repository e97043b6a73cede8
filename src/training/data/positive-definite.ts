// Linear systems with a symmetric positive definite matrix: by Cholesky's decomposition, or from the solution of a system nearby.
import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import { numberAt } from '../../core/at.ts'

/** Of the right side's length: what may be left over. */
const RESIDUE = 1e-12
const MOST_STEPS = 100

export class Solver {
  /** Lower triangle of A = L Lᵀ, row-major [n, n]. */
  readonly #lower: Float64Array
  readonly #n: number

  /**
   * @param a row-major [n, n], symmetric
   * @throws RangeError where it is not positive definite
   */
  constructor(a: Float64Array, n: number) {
    const matrix = new Matrix(Array.from({ length: n }, (_, i) => a.subarray(i * n, (i + 1) * n)))
    const decomposed = new CholeskyDecomposition(matrix)
    if (!decomposed.isPositiveDefinite()) throw new RangeError('the matrix is not positive definite')
    this.#lower = Float64Array.from(decomposed.lowerTriangularMatrix.to1DArray())
    this.#n = n
  }

  /** x with A x = b. */
  solve(b: Float64Array): Float64Array {
    const [n, lower] = [this.#n, this.#lower]
    const x = b.slice()
    for (let i = 0; i < n; i++) {
      let left = numberAt(x, i)
      for (let j = 0; j < i; j++) left -= numberAt(lower, i * n + j) * numberAt(x, j)
      x[i] = left / numberAt(lower, i * n + i)
    }
    for (let i = n - 1; i >= 0; i--) {
      const solved = numberAt(x, i) / numberAt(lower, i * n + i)
      x[i] = solved
      for (let j = 0; j < i; j++) x[j] = numberAt(x, j) - numberAt(lower, i * n + j) * solved
    }
    return x
  }

  /**
   * x with B x = b of another matrix, which should be near to this one's: conjugate gradients with this one's solutions as preconditioner
   * (Golub & Van Loan, Matrix Computations, 11.5); directly where they do not come to an end.
   * @param other row-major [n, n], symmetric
   */
  refine(other: Float64Array, b: Float64Array): Float64Array {
    const x = new Float64Array(this.#n)
    const left = b.slice()
    let step = this.solve(left)
    let fall = dot(left, step)
    const end = RESIDUE * Math.sqrt(dot(b, b))
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      if (Math.sqrt(dot(left, left)) <= end) return x
      const moved = product(other, step)
      const length = fall / dot(step, moved)
      add(x, step, length)
      add(left, moved, -length)
      const next = this.solve(left)
      const now = dot(left, next)
      add(next, step, now / fall)
      step = next
      fall = now
    }
    return new Solver(other, this.#n).solve(b)
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += numberAt(a, i) * numberAt(b, i)
  return sum
}

/** Adds `times` · `b` to `a`, in place. */
function add(a: Float64Array, b: Float64Array, times: number): void {
  for (let i = 0; i < a.length; i++) a[i] = numberAt(a, i) + times * numberAt(b, i)
}

/** @param matrix row-major [x.length, x.length] */
function product(matrix: Float64Array, x: Float64Array): Float64Array {
  const n = x.length
  const y = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let sum = 0
    for (let j = 0; j < n; j++) sum += numberAt(matrix, i * n + j) * numberAt(x, j)
    y[i] = sum
  }
  return y
}
