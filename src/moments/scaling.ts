// What rows are standardised by: mean and deviation of each number over kept rows, both ways up, so that up and down stay alike.
import { existsSync } from 'node:fs'
import { numberAt } from '../core/at.ts'
import type { Market } from '../market/types.ts'
import { ROW_SIZE, TURNING } from '../models/moment-row.ts'
import { KEPT, MomentStore } from './moment-store.ts'

/** Minutes that are looked at, evenly spread, and how many of their seconds: one in so many. */
const MINUTES = 500
const STRIDE = 5
/** Added to each number's deviation: what hardly ever moves must not drown the rest. */
const LEAST_DEVIATION = 0.3

export interface Scaling {
  readonly means: Float64Array
  /** One over the deviation. */
  readonly scales: Float64Array
}

/** Of the table at `path`, for whoever does not keep it; null where there is none, or no row in it. */
export function keptScaling(path: string, markets: readonly Market[]): Scaling | null {
  if (!existsSync(path)) return null
  const store = MomentStore.open(path)
  try {
    return scalingOf(store, markets)
  } finally {
    store.close()
  }
}

/** Null where no row is kept. */
export function scalingOf(store: MomentStore, markets: readonly Market[]): Scaling | null {
  const sums = new Float64Array(ROW_SIZE)
  const squares = new Float64Array(ROW_SIZE)
  let count = 0
  for (const market of markets) {
    for (const row of spreadRows(store, market)) {
      count += 1
      for (let i = 0; i < ROW_SIZE; i++) {
        sums[i] = numberAt(sums, i) + numberAt(row, i)
        squares[i] = numberAt(squares, i) + numberAt(row, i) ** 2
      }
    }
  }
  return count === 0 ? null : bothWaysUp(sums, squares, count)
}

function* spreadRows(store: MomentStore, market: Market): Generator<Float32Array> {
  const minutes = [...store.made(market).keys()]
  const step = Math.ceil(minutes.length / MINUTES)
  for (let i = 0; i < minutes.length; i += step) {
    const read = store.read(market, minutes[i] ?? 0)
    if (read === null) continue
    const { made, rows } = read
    for (let second = 0; second < made.length; second += STRIDE) {
      if (made[second] === KEPT) yield rows.subarray(second * ROW_SIZE, (second + 1) * ROW_SIZE)
    }
  }
}

function bothWaysUp(sums: Float64Array, squares: Float64Array, count: number): Scaling {
  const { from, sign } = TURNING
  const means = sums.map((sum, i) => (sum + numberAt(sign, i) * numberAt(sums, from[i] ?? 0)) / (2 * count))
  const scales = squares.map((square, i) => {
    const mean = numberAt(means, i)
    const variance = (square + numberAt(squares, from[i] ?? 0)) / (2 * count) - mean * mean
    return 1 / Math.hypot(Math.sqrt(Math.max(0, variance)), LEAST_DEVIATION)
  })
  return { means, scales }
}
