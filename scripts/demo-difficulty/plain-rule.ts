// The plain breakout rule: call when a 1s close lies beyond the last 30 minutes' range by k ATR.
import type { Breakout } from '../../src/market/demo/ground-truth.ts'
import type { SecondColumns } from './columns.ts'

const LOOK_BACK = 1800
/** The range ends a minute before now, so that a break does not move its own goal. */
const LAG = 60
/** One call an excursion: the next needs this long without a reason to call. */
const PAUSE = 300
const WINDOW = 60

export interface RuleScore {
  readonly calls: number
  readonly hits: number
  /** False breakouts that were called in their direction. */
  readonly onFalse: number
}

/** Calls and hits of the rule over a stretch; after a call it pauses for a minute. ATR: mean span of 14 minutes. */
export function scoreRule(seconds: SecondColumns, breakouts: readonly Breakout[], k: number): RuleScore {
  const hit = new Set<Breakout>()
  const calls = callsOf(seconds, k)
  let onFalse = 0
  for (const { second, up } of calls) {
    const match = breakouts.find(
      ({ start, direction }) =>
        (direction === 'UP') === up && second * 1000 > start && second * 1000 <= start + WINDOW * 1000,
    )
    if (match?.genuine) hit.add(match)
    else if (match !== undefined) onFalse++
  }
  return { calls: calls.length, hits: hit.size, onFalse }
}

function callsOf({ from, high, low, close }: SecondColumns, k: number): { second: number; up: boolean }[] {
  const calls: { second: number; up: boolean }[] = []
  const top = slidingExtreme(high, LOOK_BACK, (x, y) => x >= y)
  const bottom = slidingExtreme(low, LOOK_BACK, (x, y) => x <= y)
  const minuteTop = slidingExtreme(high, 60, (x, y) => x >= y)
  const minuteBottom = slidingExtreme(low, 60, (x, y) => x <= y)
  let free = 7200
  for (let i = 7200; i < close.length; i++) {
    const ceiling = top[i - LAG]!
    const floor = bottom[i - LAG]!
    if (close[i]! <= ceiling && close[i]! >= floor) continue
    let atr = 0
    for (let m = 0; m < 14; m++) atr += (minuteTop[i - 60 * m]! - minuteBottom[i - 60 * m]!) / 14
    const up = close[i]! > ceiling + k * atr
    if (!up && close[i]! >= floor - k * atr) continue
    if (i >= free) calls.push({ second: from + i + 1, up })
    free = i + PAUSE
  }
  return calls
}

/** The extreme of the `length` values before each index. */
function slidingExtreme(
  column: Float64Array,
  length: number,
  beats: (x: number, y: number) => boolean,
): Float64Array {
  const result = new Float64Array(column.length)
  const queue = new Int32Array(column.length)
  let head = 0
  let tail = 0
  for (let i = 0; i < column.length; i++) {
    while (head < tail && queue[head]! < i - length) head++
    result[i] = head < tail ? column[queue[head]!]! : column[i]!
    while (head < tail && beats(column[i]!, column[queue[tail - 1]!]!)) tail--
    queue[tail++] = i
  }
  return result
}
