// Linear systems with a symmetric positive definite matrix, by Cholesky's decomposition.
import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import { numberAt } from '../../core/at.ts'

/**
 * x with A x = b.
 * @param a row-major [n, n], of which only the lower triangle is read
 * @throws RangeError where A is not positive definite
 */
export function solvePositiveDefinite(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length
  const matrix = Matrix.zeros(n, n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      matrix.set(i, j, numberAt(a, i * n + j))
      matrix.set(j, i, numberAt(a, i * n + j))
    }
  }
  const decomposed = new CholeskyDecomposition(matrix)
  if (!decomposed.isPositiveDefinite()) throw new RangeError('the matrix is not positive definite')
  return Float64Array.from(decomposed.solve(Matrix.columnVector(b)).getColumn(0))
}
