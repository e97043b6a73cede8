// The numbers of a row that tell an ordinary market from a strange one, apart by what they do when the market is turned upside down.
import { at, numberAt } from '../core/at.ts'
import { float64At } from '../core/number-at.ts'
import { ROW_NUMBERS, TURNING, type RowNumber } from '../models/moment-row.ts'

/**
 * By timeframe, the last candles whose summaries are compared. Fewer candles tell of events, and what is marked is one: it should not count as
 * strange. Hours and days hardly change while one learns: they would only tell that it is another day.
 */
const COMPARED: Readonly<Record<string, readonly number[]>> = { '1s': [100], '1m': [10, 100] }
/**
 * Extremes are compared as inverse hyperbolic sines: in logarithms beyond this, so that candles which do not move at all are as far from
 * ordinary ones as very large moves are.
 */
const STILL = 0.05
/** Brings those to the size of the others. */
const EXTREME_SCALE = 0.3
const HALF = Math.SQRT1_2

/** One compared number: that of a row, or the sum or difference of the two that change places. */
interface Source {
  readonly first: number
  readonly second: number
  /** Of the second; 0 where there is none. */
  readonly weight: number
}

/** Those that stay the same upside down, and those that change their sign. */
export const [EVEN, ODD] = sources()

function sources(): [even: readonly Source[], odd: readonly Source[]] {
  const even: Source[] = []
  const odd: Source[] = []
  for (const [first, number] of ROW_NUMBERS.entries()) {
    const second = TURNING.from[first] ?? first
    const sign = numberAt(TURNING.sign, first)
    if (!isCompared(number) || second < first) continue
    if (second === first) (sign > 0 ? even : odd).push({ first, second, weight: 0 })
    else {
      even.push({ first, second, weight: sign })
      odd.push({ first, second, weight: -sign })
    }
  }
  return [even, odd]
}

function isCompared({ timeframe, candles }: RowNumber): boolean {
  const horizons = COMPARED[timeframe]
  return horizons !== undefined && (candles === null || horizons.includes(candles))
}

/** The numbers of a row that are compared, each once. */
const LEVELS = [...new Set([...EVEN, ...ODD].flatMap(({ first, second }) => [first, second]))].map(
  (index) => ({ index, isExtreme: at(ROW_NUMBERS, index).isExtreme }),
)

/** A row as it is compared. Of the row turned upside down `even` is the same to the bit, and `odd` its negative. */
export interface Compared {
  readonly even: Float64Array
  readonly odd: Float64Array
}

export function compared(row: Float32Array): Compared {
  const levels = levelled(row)
  return { even: taken(EVEN, levels), odd: taken(ODD, levels) }
}

function taken(from: readonly Source[], levels: Float64Array): Float64Array {
  const numbers = new Float64Array(from.length)
  for (let i = 0; i < from.length; i++) {
    const { first, second, weight } = at(from, i)
    const own = float64At(levels, first)
    numbers[i] = weight === 0 ? own : HALF * (own + weight * float64At(levels, second))
  }
  return numbers
}

/** What the row says of the numbers that are compared; 0 of all others. */
function levelled(row: Float32Array): Float64Array {
  const levels = new Float64Array(row.length)
  for (const { index, isExtreme } of LEVELS) {
    const value = row[index] ?? Number.NaN
    levels[index] = isExtreme ? EXTREME_SCALE * Math.asinh(value / STILL) : value
  }
  return levels
}
