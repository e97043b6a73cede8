// Ridge regression by its normal equations, which can be added and taken away: what is left out is as if it had never been there.
import { at, numberAt } from '../../core/at.ts'
import type { Turning } from '../../models/summaries.ts'
import { emit } from '../../nn/emit.ts'
import { matmul } from '../../nn/matmul.ts'
import { float64, Session } from '../../nn/runtime.ts'
import { transpose } from '../../nn/shape.ts'
import { BATCH, input } from '../../nn/value.ts'
import type { NamedTensors } from '../../nn/weights.ts'
import { Solver } from '../data/positive-definite.ts'

/** Coefficients of the numbers as they are, not standardised. */
export interface Line {
  readonly weights: Float64Array
  readonly bias: number
}

/** Rows of a market as they are; least squares takes each upside down, too. */
export interface LabelledRows {
  /** float32 [weights.length, width], row-major. */
  readonly rows: Float32Array
  /** y of each as it is, and upside down: [weights.length, 2]. */
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

/** Weighted sums over rows as they are, [1, x, y, y upside down]: they can be added and taken away. */
export class RowSums {
  readonly #turning: Turning
  readonly #sums: Float64Array

  /** @param sums Σ w·[1, x, y, ȳ]ᵀ[1, x, y, ȳ], row-major [width + 3, width + 3] */
  constructor(turning: Turning, sums = new Float64Array((turning.from.length + 3) ** 2)) {
    this.#turning = turning
    this.#sums = sums
  }

  plus(...others: readonly RowSums[]): RowSums {
    return this.#with(others, 1)
  }

  /** Without the rows of `others`, which are among these. */
  minus(...others: readonly RowSums[]): RowSums {
    return this.#with(others, -1)
  }

  /** Each row as it is with y, and upside down with ȳ: a signed permutation of the numbers is one of their sums. */
  bothWaysUp(): NormalEquations {
    const { from, sign } = this.#turning
    const width = from.length
    const size = width + 2
    const wide = width + 3
    // Where each of [1, x, y] stands upside down, and its sign.
    const places = Int32Array.from({ length: size }, (_, i) =>
      i === 0 ? 0 : i > width ? width + 2 : 1 + at(from, i - 1),
    )
    const signs = Float64Array.from({ length: size }, (_, i) => (i === 0 || i > width ? 1 : at(sign, i - 1)))
    const upright = this.#sums
    const sums = new Float64Array(size * size)
    for (let i = 0; i < size; i++) {
      const turned = (places[i] ?? 0) * wide
      const own = signs[i] ?? 0
      for (let j = 0; j < size; j++) {
        const other = upright[turned + (places[j] ?? 0)] ?? 0
        sums[i * size + j] = (upright[i * wide + j] ?? 0) + own * (signs[j] ?? 0) * other
      }
    }
    return new NormalEquations(width, sums)
  }

  /** One after the other into one piece of memory: it is 1.9 MB. */
  #with(others: readonly RowSums[], sign: 1 | -1): RowSums {
    const sums = this.#sums.slice()
    for (const other of others) {
      const own = other.#sums
      for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + sign * (own[i] ?? 0)
    }
    return new RowSums(this.#turning, sums)
  }
}

/** Weighted sums over rows [1, x, y]: everything that least squares asks of them. */
export class NormalEquations {
  readonly #width: number
  readonly #sums: Float64Array

  /** @param sums Σ w·[1, x, y]ᵀ[1, x, y], row-major [width + 2, width + 2] */
  constructor(width: number, sums: Float64Array) {
    this.#width = width
    this.#sums = sums
  }

  /**
   * Minimises Σ w·(y − b − Σ β·x)² + ridge·Σ β² (Hoerl & Kennard 1970), β of numbers centred and scaled by their deviation over these
   * rows, the bias free. Zeros where there are no rows.
   * @param near what solves nearly the same equations, of which these then take a few steps
   */
  solve(ridge: number, near?: Solver): Line {
    const system = this.#system(ridge)
    if (system === null) return { weights: new Float64Array(this.#width), bias: 0 }
    const { means, scales, gram, right } = system
    const solved = near === undefined ? new Solver(gram, right.length).solve(right) : near.refine(gram, right)
    const weights = scales.map((scale, i) => scale * numberAt(solved, i))
    const bias = weights.reduce(
      (left, weight, i) => left - weight * numberAt(means, i),
      numberAt(means, weights.length),
    )
    return { weights, bias }
  }

  /** Of these equations; null where there are no rows. */
  solver(ridge: number): Solver | null {
    const system = this.#system(ridge)
    return system === null ? null : new Solver(system.gram, system.right.length)
  }

  /** In units of each number's deviation: Σ w·x̃ x̃ᵀ + ridge and Σ w·x̃ ỹ. */
  #system(ridge: number): System | null {
    const n = this.#width
    const total = this.#sum(0, 0)
    if (total <= 0) return null
    const means = Float64Array.from({ length: n + 1 }, (_, i) => this.#sum(0, i + 1) / total)
    const centred = (i: number, j: number) =>
      this.#sum(i + 1, j + 1) - total * numberAt(means, i) * numberAt(means, j)
    const scales = Float64Array.from(
      { length: n },
      (_, i) => 1 / Math.hypot(Math.sqrt(Math.max(0, centred(i, i)) / total), LEAST_DEVIATION),
    )
    const right = Float64Array.from(scales, (scale, i) => scale * centred(i, n))
    return { means, scales, gram: this.#gram({ total, means, scales }, ridge), right }
  }

  /** [n, n]; in plain loops, since it is made once a fold. */
  #gram({ total, means, scales }: Standard, ridge: number): Float64Array {
    const n = this.#width
    const sums = this.#sums
    const gram = new Float64Array(n * n)
    for (let i = 0; i < n; i++) {
      const scale = scales[i] ?? 0
      const mean = total * (means[i] ?? 0)
      const row = (i + 1) * (n + 2) + 1
      for (let j = 0; j <= i; j++) {
        const centred = (sums[row + j] ?? 0) - mean * (means[j] ?? 0)
        const sum = scale * (scales[j] ?? 0) * centred + (i === j ? ridge : 0)
        gram[i * n + j] = sum
        gram[j * n + i] = sum
      }
    }
    return gram
  }

  #sum(i: number, j: number): number {
    return numberAt(this.#sums, i * (this.#width + 2) + j)
  }
}

/** What numbers are centred and scaled by. */
interface Standard {
  /** Weight of all rows. */
  readonly total: number
  /** Of each number, and of y. */
  readonly means: Float64Array
  readonly scales: Float64Array
}

interface System extends Omit<Standard, 'total'> {
  /** [n, n], symmetric. */
  readonly gram: Float64Array
  readonly right: Float64Array
}

/** Rows added up at once. */
const CHUNK = 1024

/** Sums rows up in ONNX Runtime, synchronously in the calling thread underneath. */
export class RowSummer {
  readonly #turning: Turning
  readonly #session: Session

  private constructor(turning: Turning, session: Session) {
    this.#turning = turning
    this.#session = session
  }

  /** @param turning how a row becomes that of the same market upside down */
  static async open(turning: Turning, threads = 1): Promise<RowSummer> {
    const rows = input('rows', 'float64', [BATCH, turning.from.length + 3])
    const outputs = { sums: matmul(transpose(rows, [1, 0]), rows) }
    const model = emit({ name: 'normal-equations', inputs: [rows], outputs })
    return new RowSummer(turning, await Session.open(model, { threads }))
  }

  async sum(rows: LabelledRows): Promise<RowSums> {
    const parts: RowSums[] = []
    const scaled = new Float64Array(Math.min(CHUNK, rows.weights.length) * (this.#turning.from.length + 3))
    for (let from = 0; from < rows.weights.length; from += CHUNK) {
      const count = Math.min(CHUNK, rows.weights.length - from)
      const chunk = this.#scale(rows, from, count, scaled)
      const { sums } = await this.#session.run({ rows: float64(chunk, [count, chunk.length / count]) })
      parts.push(new RowSums(this.#turning, sums as Float64Array<ArrayBuffer>))
    }
    const [first = new RowSums(this.#turning), ...others] = parts
    return others.length === 0 ? first : first.plus(...others)
  }

  async close(): Promise<void> {
    await this.#session.close()
  }

  /** Writes rows [1, x, y, ȳ] times the root of their weight: the product with itself is their weighted sum. Returns those written. */
  #scale(
    { rows, targets, weights }: LabelledRows,
    from: number,
    count: number,
    scaled: Float64Array,
  ): Float64Array {
    const width = this.#turning.from.length
    const size = width + 3
    for (let row = 0; row < count; row++) {
      const root = Math.sqrt(numberAt(weights, from + row))
      const start = row * size
      const own = (from + row) * width
      scaled[start] = root
      for (let i = 0; i < width; i++) scaled[start + 1 + i] = root * (rows[own + i] ?? 0)
      scaled[start + size - 2] = root * numberAt(targets, 2 * (from + row))
      scaled[start + size - 1] = root * numberAt(targets, 2 * (from + row) + 1)
    }
    return scaled.subarray(0, count * size)
  }
}
