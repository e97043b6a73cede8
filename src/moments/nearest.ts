// The moments that look most like one: cosine of standardised rows, both ways up, no two within two minutes.
import { numberAt } from '../core/at.ts'
import { MINUTE, SECOND, epochMs, type EpochMs } from '../core/time.ts'
import { sameMarket } from '../contract/market-name.ts'
import type { Market } from '../market/types.ts'
import { ROW_SIZE, TURNING } from '../models/moment-row.ts'
import { KEPT, type MomentStore } from './moment-store.ts'
import { scalingOf, type Scaling } from './scaling.ts'

/** Nearer to each other than this, two are one moment. */
export const APART = 2 * MINUTE

export interface Moment {
  readonly market: Market
  /** As of. */
  readonly at: EpochMs
}

export interface Like extends Moment {
  /** Whether it looks like it upside down. */
  readonly isTurned: boolean
  /** Cosine, −1 to 1. */
  readonly similarity: number
  /** Of what it was asked for among. */
  readonly id?: string
}

/** A moment that has a name. */
export interface NamedMoment extends Moment {
  readonly id: string
}

export interface NearestQuery extends Moment {
  /** float32 [ROW_SIZE] */
  readonly row: Float32Array
  readonly limit: number
  /** No later moments. */
  readonly until: EpochMs
}

/** Nearest first; the moment itself and its surroundings are not among them. */
export function nearestMoments(store: MomentStore, markets: readonly Market[], query: NearestQuery): Like[] {
  const scaling = scalingOf(store, markets)
  if (scaling === null) return []
  const comparison = comparisonOf(query.row, scaling)
  const all: Like[] = []
  for (const market of markets) {
    const first = sameMarket(market, query.market) ? query.at : null
    all.push(...farApart(likesOf(store, market, comparison, query.until), query.limit, first))
  }
  return all.toSorted((a, b) => b.similarity - a.similarity).slice(0, query.limit)
}

/**
 * Those of some moments whose rows are at hand, nearest first; where nothing is kept yet to standardise by, none.
 * @param among with their rows
 */
export function nearestAmong(
  store: MomentStore,
  markets: readonly Market[],
  { row, limit }: Pick<NearestQuery, 'row' | 'limit'>,
  among: readonly { readonly moment: NamedMoment; readonly row: Float32Array }[],
): Like[] {
  const scaling = scalingOf(store, markets)
  if (scaling === null) return []
  const comparison = comparisonOf(row, scaling)
  const likes = among.map(({ moment, row: own }) => {
    const [up, down] = cosines(own, 0, comparison)
    return { ...moment, isTurned: down > up, similarity: Math.max(up, down) }
  })
  return likes.toSorted((a, b) => b.similarity - a.similarity).slice(0, limit)
}

export function turned(row: Float32Array): Float32Array {
  const { from, sign } = TURNING
  return Float32Array.from(row, (_, i) => numberAt(sign, i) * numberAt(row, from[i] ?? 0))
}

/** A query as products with rows as they are give its cosine with standardised ones: weights · row − offset, |q| = 1. */
interface Comparison extends Scaling {
  readonly up: Float64Array
  readonly upOffset: number
  /** Upside down. */
  readonly down: Float64Array
  readonly downOffset: number
}

function comparisonOf(row: Float32Array, scaling: Scaling): Comparison {
  const up = weightsOf(row, scaling)
  const down = weightsOf(turned(row), scaling)
  return { ...scaling, up, down, upOffset: dot(up, scaling.means), downOffset: dot(down, scaling.means) }
}

function weightsOf(row: Float32Array, { means, scales }: Scaling): Float64Array {
  const standard = Float64Array.from(row, (x, i) => (x - numberAt(means, i)) * numberAt(scales, i))
  const length = Math.hypot(...standard)
  return standard.map((x, i) => (x / length) * numberAt(scales, i))
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, x, i) => sum + x * numberAt(b, i), 0)
}

interface Likes {
  readonly market: Market
  /** Ascending. */
  readonly instants: readonly number[]
  /** Of the better way up, and whether that is upside down. */
  readonly similarities: number[]
  readonly areTurned: readonly boolean[]
}

function likesOf(store: MomentStore, market: Market, comparison: Comparison, until: number): Likes {
  const likes = { market, instants: [] as number[], similarities: [] as number[], areTurned: [] as boolean[] }
  for (const { minute, made, rows } of store.minutes(market, until + 1)) {
    for (const [second, state] of made.entries()) {
      const instant = minute + second * SECOND
      if (state !== KEPT || instant > until) continue
      const [up, down] = cosines(rows, second * ROW_SIZE, comparison)
      likes.instants.push(instant)
      likes.similarities.push(Math.max(up, down))
      likes.areTurned.push(down > up)
    }
  }
  return likes
}

/** Of the row that begins at `start`, as it is and upside down. Each number is read once: this is where the time goes. */
function cosines(rows: Float32Array, start: number, comparison: Comparison): [up: number, down: number] {
  const { means, scales, up, down, upOffset, downOffset } = comparison
  let [upSum, downSum, square] = [-upOffset, -downOffset, 0]
  for (let i = 0; i < ROW_SIZE; i++) {
    const x = rows[start + i] ?? 0
    const standard = (x - (means[i] ?? 0)) * (scales[i] ?? 0)
    square += standard * standard
    upSum += x * (up[i] ?? 0)
    downSum += x * (down[i] ?? 0)
  }
  const length = Math.sqrt(square)
  return [upSum / length, downSum / length]
}

/** The best, then the best of those far enough from it and from `taken`, and so on. */
function farApart(likes: Likes, limit: number, taken: number | null): Like[] {
  const { market, instants, similarities, areTurned } = likes
  const found: Like[] = []
  if (taken !== null) clear(likes, taken)
  while (found.length < limit) {
    const best = indexOfLargest(similarities)
    const at = instants[best]
    if (at === undefined) return found
    const similarity = similarities[best] ?? 0
    found.push({ market, at: epochMs(at), isTurned: areTurned[best] === true, similarity })
    clear(likes, at)
  }
  return found
}

/** Takes out what is too near an instant. */
function clear({ instants, similarities }: Likes, around: number): void {
  for (const [i, instant] of instants.entries()) {
    if (Math.abs(instant - around) < APART) similarities[i] = Number.NEGATIVE_INFINITY
  }
}

/** −1 where none is left. */
function indexOfLargest(values: readonly number[]): number {
  let best = -1
  let largest = Number.NEGATIVE_INFINITY
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? largest
    if (value <= largest) continue
    best = i
    largest = value
  }
  return best
}
