// Solves a symmetric positive definite system by Cholesky's decomposition.

/**
 * x with A x = b. Only the lower triangle of A [n, n] is read, and it is overwritten by its factor.
 * @throws RangeError where A is not positive definite
 */
export function choleskySolve(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length
  factorise(a, n)
  const x = Float64Array.from(b)
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= a[i * n + k]! * x[k]!
    x[i]! /= a[i * n + i]!
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= a[k * n + i]! * x[k]!
    x[i]! /= a[i * n + i]!
  }
  return x
}

function factorise(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!
      if (i > j) a[i * n + j] = sum / a[j * n + j]!
      else if (sum > 0) a[i * n + i] = Math.sqrt(sum)
      else throw new RangeError('the matrix is not positive definite')
    }
  }
}
