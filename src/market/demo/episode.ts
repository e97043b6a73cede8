// One episode: a consolidation and the break that ends it, drawn from a key; true and false from overlapping ranges.
import { Draws, exp, type Key } from './random.ts'
import { BP } from './units.ts'

/**
 * What is drawn for an episode. Prices are fractions of the price at its first second, mirrored so that the break
 * always goes up; times are whole seconds. "Late" volatility is that of the consolidation's last third.
 */
export interface Episode {
  readonly direction: 1 | -1
  readonly genuine: boolean
  readonly consolidationSeconds: number
  readonly breakSeconds: number
  /** The boundary that breaks, above the first price. */
  readonly near: number
  /** The other boundary, below the first price. */
  readonly far: number
  /** Distance between the last price of the consolidation and the boundary. */
  readonly gap: number
  /** How much of the range the far side gives up by the end (an ascending triangle has much of it). */
  readonly tightening: number
  /** Volatility per second at the consolidation's start. */
  readonly volatility: number
  /** Seconds of the last approach to the boundary. */
  readonly approachSeconds: number
  /** Volume just before the break over that of the consolidation, and for how long. */
  readonly pickup: number
  readonly pickupSeconds: number
  /** Volume of the first 20 seconds over that of the consolidation. */
  readonly burst: number
  /** Distance beyond the boundary after 20 seconds, and the power of time that leads there. */
  readonly reach: number
  readonly shape: number
  /** Genuine: the whole move beyond the boundary. False: the peak. */
  readonly travel: number
  /** Genuine: power of time of the further move. False: unused. */
  readonly pace: number
  /** False: the seconds of the peak and of the return inside. */
  readonly peakSecond: number
  readonly returnSecond: number
  /** Genuine: seconds in which part of the excursion is given back, and which part (0: no retest). */
  readonly retestSecond: number
  readonly retestShare: number
  /** Where the break's segment ends, relative to the boundary. */
  readonly rest: number
}

/**
 * What sets true breaks apart, in standard deviations from the mean of all breaks. Each trait alone says little; the
 * disguises of false breaks are fast ones on thin volume and heavy ones that hardly move.
 */
interface Traits {
  readonly speed: number
  readonly volume: number
  readonly pickup: number
  readonly tightening: number
}

/** Half the distance between the means of true and false. */
const SEPARATION: Traits = { speed: 0.74, volume: 0.78, pickup: 0.5, tightening: 0.45 }
/** How strongly the noise of volume runs against that of speed. */
const COUNTER = 0.76

function drawTraits(draws: Draws, genuine: boolean): Traits {
  const noise = (): number => Math.max(-2.4, Math.min(2.4, draws.normal()))
  const sign = genuine ? 1 : -1
  const fast = noise()
  const against = (own: number): number => Math.sqrt(1 - COUNTER * COUNTER) * own - COUNTER * fast
  return {
    speed: sign * SEPARATION.speed + fast,
    volume: sign * SEPARATION.volume + against(noise()),
    pickup: sign * SEPARATION.pickup + against(noise()),
    tightening: sign * SEPARATION.tightening + noise(),
  }
}

/** Draws the episode of `key` in a market whose volatility is `regime` times the usual. */
export function drawEpisode(key: Key, regime: number, genuineShare: number): Episode {
  const draws = new Draws(key)
  const direction = draws.uniform() < 0.5 ? 1 : -1
  const genuine = draws.uniform() < genuineShare
  const { speed, volume, pickup, tightening } = drawTraits(draws, genuine)
  const width = 15 * BP * regime * exp(0.28 * draws.normal())
  const near = width * draws.between(0.25, 0.75)
  const tight = Math.max(0.02, Math.min(0.7, 0.36 + 0.16 * tightening))
  const volatility = width * draws.between(0.034, 0.046)
  const reach = Math.min(40 * BP, volatility * (1 - 0.6 * tight) * 18 * exp(0.44 * speed))
  return {
    direction,
    genuine,
    consolidationSeconds: Math.floor(draws.between(600, 1500) + draws.between(0, 600)),
    near,
    far: near - width,
    gap: width * draws.between(0.03, 0.14),
    tightening: tight,
    volatility,
    approachSeconds: draws.whole(10, 60),
    pickup: 1.7 * exp(0.45 * pickup),
    pickupSeconds: draws.whole(60, 100),
    burst: 4.8 * exp(0.6 * volume),
    reach,
    shape: draws.between(0.6, 1),
    pace: draws.between(1.1, 1.5),
    retestSecond: draws.whole(24, 60),
    retestShare: draws.uniform() < 0.3 ? draws.between(0.3, 0.8) : 0,
    ...(genuine ? genuineCourse(draws, reach, regime) : falseCourse(draws, reach, width)),
  }
}

type Course = Pick<Episode, 'travel' | 'breakSeconds' | 'peakSecond' | 'returnSecond' | 'rest'>

function genuineCourse(draws: Draws, reach: number, regime: number): Course {
  const travel = Math.min(100 * BP, (draws.between(42, 88) * Math.sqrt(regime) + 4) * BP + 0.5 * reach)
  const breakSeconds = draws.whole(240, 600)
  return { travel, breakSeconds, peakSecond: breakSeconds, returnSecond: breakSeconds, rest: travel }
}

function falseCourse(draws: Draws, reach: number, width: number): Course {
  const peakSecond = draws.whole(28, 80)
  const returnSecond = Math.min(118, peakSecond + draws.whole(8, 45))
  const travel = reach * (1 + 0.02 * (peakSecond - 20) * draws.uniform()) + draws.between(0, 3) * BP
  const breakSeconds = returnSecond + draws.whole(60, 240)
  return { travel, breakSeconds, peakSecond, returnSecond, rest: -width * draws.between(0.3, 0.7) }
}
