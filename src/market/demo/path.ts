// The course of a segment second by second: the price between the trades' two sides, and how actively people trade.
import { float64At } from '../../core/number-at.ts'
import type { Course } from './block.ts'
import type { Episode } from './episode.ts'
import { FAT_TAILED, MILD, NORMAL, bits } from './random.ts'
import type { Segment } from './timeline.ts'
import { BP } from './units.ts'

/** Usual volatility while wandering, per square root of a second. */
const WANDER = 0.6 * BP
const BURST_DECAY = 0.955

/** Fills `course` for `segment`. */
export function drawCourse(segment: Segment, course: Course): void {
  const { kind, episode } = segment
  if (episode === null) drawWander(segment, course)
  else if (kind === 'consolidation') drawConsolidation(segment, episode, course)
  else drawBreak(segment, episode, course)
}

/** A random walk whose volatility and volume come in clusters, tied to the planned price at its end. */
function drawWander(segment: Segment, { middle, activity }: Course): void {
  const { key, length, regime } = segment
  let x = 0
  let cluster = 0
  for (let i = 0; i < length; i++) {
    const h = bits(key.a, key.b, i)
    const g = float64At(FAT_TAILED, h & 1023)
    cluster *= BURST_DECAY
    if (((h >>> 12) & 255) === 0) cluster += 0.5 + (h >>> 20) / 1200
    x += WANDER * regime * (0.75 + 0.3 * cluster) * g
    middle[i] = x
    activity[i] = 0.55 + 0.3 * Math.abs(g) + 0.9 * cluster
  }
  const slope = (segment.toPrice / segment.fromPrice - 1 - x) / length
  for (let i = 0; i < length; i++) middle[i] = float64At(middle, i) + slope * (i + 1)
}

/** A walk reflected between the boundaries; the far one closes in, and at the end the near one is approached. */
function drawConsolidation(segment: Segment, episode: Episode, { middle, activity }: Course): void {
  const { key, length } = segment
  const { near, far, tightening, approachSeconds, pickupSeconds } = episode
  const approachFrom = length - approachSeconds
  const pickupFrom = length - pickupSeconds
  const last = near - episode.gap
  let x = 0
  let cluster = 0
  for (let i = 0; i < length; i++) {
    const h = bits(key.a, key.b, i)
    const g = float64At(FAT_TAILED, h & 1023)
    const closed = (tightening * i) / length
    const floor = far + closed * (near - far)
    cluster *= BURST_DECAY
    if (((h >>> 12) & 511) === 0) cluster += 0.5 + (h >>> 21) / 700
    x += episode.volatility * (1 - 0.6 * closed) * (0.9 + 0.2 * cluster) * g
    if (x > near) x = 2 * near - x
    if (x < floor) x = 2 * floor - x
    middle[i] = x = Math.max(floor, Math.min(near, x))
    const pickup = i < pickupFrom ? 0 : ((i - pickupFrom + 1) / pickupSeconds) * 0.6 + 0.4
    activity[i] = (0.5 + 0.25 * Math.abs(g) + 0.8 * cluster) * (1 + pickup * (episode.pickup - 1))
  }
  for (let i = approachFrom; i < length; i++) {
    const share = (i - approachFrom + 1) / approachSeconds
    const before = float64At(middle, i)
    middle[i] = before + share * share * (3 - 2 * share) * (last - before)
  }
}

/** The break: the first 20 seconds alike for true and false, then the journey or the failure. */
function drawBreak(segment: Segment, episode: Episode, course: Course): void {
  const { key, length } = segment
  const { near, burst } = episode
  for (let i = 0; i < length; i++) {
    const h = bits(key.a, key.b, i)
    const second = i + 1
    course.middle[i] = near + skeleton(episode, second)
    const fading = second <= 20 ? 1 : 20 / second
    course.activity[i] =
      (1 + (0.75 * burst - 1) * (0.25 + 0.75 * fading)) * float64At(MILD, (h >>> 12) & 1023)
  }
  const early = Math.min(20, length)
  addTiedNoise(segment, course, 0, early, 0.6 * episode.volatility)
  if (episode.genuine) addTiedNoise(segment, course, early, length, WANDER * segment.regime)
  else addTiedNoise(segment, course, early, length, 0.8 * episode.volatility)
}

/** The break without noise: distance beyond the boundary after `second` seconds. */
function skeleton(episode: Episode, second: number): number {
  if (second <= 20) return episode.reach * powerOf(second / 20, episode.shape)
  return episode.genuine ? journey(episode, second) : failure(episode, second)
}

function journey(episode: Episode, second: number): number {
  const { reach, travel, breakSeconds, retestSecond, retestShare } = episode
  const on = reach + (travel - reach) * powerOf((second - 20) / (breakSeconds - 20), episode.pace)
  const away = Math.abs(second - retestSecond) / 18
  const given = away >= 1 || second <= 20 ? 0 : retestShare * (1 - away) * Math.min(1, (second - 20) / 10)
  return on * (1 - given)
}

function failure(episode: Episode, second: number): number {
  const { reach, travel, peakSecond, returnSecond, rest, breakSeconds } = episode
  if (second <= peakSecond) return reach + ((travel - reach) * (second - 20)) / Math.max(1, peakSecond - 20)
  if (second <= returnSecond) return (travel * (returnSecond - second)) / (returnSecond - peakSecond)
  const settle = Math.min(1, (second - returnSecond) / Math.min(40, breakSeconds - returnSecond))
  return rest * settle
}

/** x^power for x in [0, 1] and power in [0.5, 1.5], by blending √x, x and x√x: no `Math.pow`. */
function powerOf(x: number, power: number): number {
  const root = Math.sqrt(x)
  return power <= 1 ? root + (power - 0.5) * 2 * (x - root) : x + (power - 1) * 2 * (x * root - x)
}

/** Adds a walk over [from, to) that starts and ends at zero. */
function addTiedNoise(
  segment: Segment,
  { middle }: Course,
  from: number,
  to: number,
  volatility: number,
): void {
  const { a, b } = segment.key
  let walk = 0
  for (let i = from; i < to; i++) walk += float64At(NORMAL, bits(a, b, i) & 1023)
  const slope = walk / (to - from)
  let x = 0
  for (let i = from; i < to; i++) {
    x += float64At(NORMAL, bits(a, b, i) & 1023) - slope
    middle[i] = float64At(middle, i) + volatility * x
  }
}
