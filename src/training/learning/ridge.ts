// Ridge regression by its normal equations, which can be added and taken away: what is left out is as if it had never been there.
import { numberAt } from '../../core/at.ts'
import { emit } from '../../nn/emit.ts'
import { matmul } from '../../nn/matmul.ts'
import { float64, Session } from '../../nn/runtime.ts'
import { transpose } from '../../nn/shape.ts'
import { input } from '../../nn/value.ts'
import type { NamedTensors } from '../../nn/weights.ts'
import { solvePositiveDefinite } from '../data/positive-definite.ts'

/** Coefficients of the numbers as they are, not standardised. */
export interface Line {
  readonly weights: Float64Array
  readonly bias: number
}

export interface WeightedRows {
  /** float32 [weights.length, width], row-major. */
  readonly rows: Float32Array
  /** y of each. */
  readonly targets: Float64Array
  readonly weights: Float64Array
}

/** As the head of a model of rows takes it. */
export function lineWeights({ weights, bias }: Line): NamedTensors {
  return new Map([
    ['head.weight', { shape: [weights.length, 1], data: Float32Array.from(weights) }],
    ['head.bias', { shape: [1], data: Float32Array.of(bias) }],
  ])
}

/**
 * Added to each number's deviation: what hardly moves in a few annotated hours (the days, the hours) tells little there, and moves in
 * other weeks, where it would drown the rest. The numbers are moves in units of their own window, so one size fits all.
 */
const LEAST_DEVIATION = 0.3

/** Weighted sums over rows [1, x, y]: everything that least squares asks of them. */
export class NormalEquations {
  readonly #width: number
  readonly #sums: Float64Array

  /** @param sums Σ w·[1, x, y]ᵀ[1, x, y], row-major [width + 2, width + 2] */
  constructor(width: number, sums = new Float64Array((width + 2) ** 2)) {
    this.#width = width
    this.#sums = sums
  }

  plus(other: NormalEquations): NormalEquations {
    return this.#with(other, 1)
  }

  /** Without the rows of `other`, which are among these. */
  minus(other: NormalEquations): NormalEquations {
    return this.#with(other, -1)
  }

  #with(other: NormalEquations, sign: 1 | -1): NormalEquations {
    return new NormalEquations(
      this.#width,
      this.#sums.map((sum, i) => sum + sign * numberAt(other.#sums, i)),
    )
  }

  /**
   * Minimises Σ w·(y − b − Σ β·x)² + ridge·Σ β² (Hoerl & Kennard 1970), β of numbers centred and scaled by their deviation over these
   * rows, the bias free. Zeros where there are no rows.
   */
  solve(ridge: number): Line {
    const n = this.#width
    const total = this.#sum(0, 0)
    if (total <= 0) return { weights: new Float64Array(n), bias: 0 }
    const means = Float64Array.from({ length: n + 1 }, (_, i) => this.#sum(0, i + 1) / total)
    const centred = (i: number, j: number) =>
      this.#sum(i + 1, j + 1) - total * numberAt(means, i) * numberAt(means, j)
    const scales = Float64Array.from(
      { length: n },
      (_, i) => 1 / Math.hypot(Math.sqrt(Math.max(0, centred(i, i)) / total), LEAST_DEVIATION),
    )
    const gram = new Float64Array(n * n)
    const right = new Float64Array(n)
    for (let i = 0; i < n; i++) {
      const scale = numberAt(scales, i)
      for (let j = 0; j <= i; j++) {
        gram[i * n + j] = scale * numberAt(scales, j) * centred(i, j) + (i === j ? ridge : 0)
      }
      right[i] = scale * centred(i, n)
    }
    const solved = solvePositiveDefinite(gram, right)
    const weights = scales.map((scale, i) => scale * numberAt(solved, i))
    const bias = weights.reduce((left, weight, i) => left - weight * numberAt(means, i), numberAt(means, n))
    return { weights, bias }
  }

  #sum(i: number, j: number): number {
    return numberAt(this.#sums, i * (this.#width + 2) + j)
  }
}

/** Rows added up at once. */
const CHUNK = 1024

/** Sums rows up in ONNX Runtime, synchronously in the calling thread underneath. */
export class RowSummer {
  readonly #width: number
  readonly #session: Session

  private constructor(width: number, session: Session) {
    this.#width = width
    this.#session = session
  }

  /** @param width numbers of a row */
  static async open(width: number): Promise<RowSummer> {
    const rows = input('rows', 'float64', [CHUNK, width + 2])
    const outputs = { sums: matmul(transpose(rows, [1, 0]), rows) }
    const model = emit({ name: 'normal-equations', inputs: [rows], outputs })
    return new RowSummer(width, await Session.open(model, { threads: 1 }))
  }

  async sum(rows: WeightedRows): Promise<NormalEquations> {
    let all = new NormalEquations(this.#width)
    for (let from = 0; from < rows.weights.length; from += CHUNK) {
      const chunk = this.#scaled(rows, from)
      const { sums } = await this.#session.run({ rows: float64(chunk, [CHUNK, this.#width + 2]) })
      all = all.plus(new NormalEquations(this.#width, Float64Array.from(sums as Float64Array)))
    }
    return all
  }

  async close(): Promise<void> {
    await this.#session.close()
  }

  /** Rows [1, x, y] times the root of their weight: the product with itself is their weighted sum. Behind the last row, zeros. */
  #scaled({ rows, targets, weights }: WeightedRows, from: number): Float64Array<ArrayBuffer> {
    const size = this.#width + 2
    const scaled = new Float64Array(CHUNK * size)
    for (let row = 0; row < Math.min(CHUNK, weights.length - from); row++) {
      const root = Math.sqrt(numberAt(weights, from + row))
      const start = row * size
      scaled[start] = root
      for (let i = 0; i < this.#width; i++) {
        scaled[start + 1 + i] = root * numberAt(rows, (from + row) * this.#width + i)
      }
      scaled[start + size - 1] = root * numberAt(targets, from + row)
    }
    return scaled
  }
}
