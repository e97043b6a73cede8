// One episode: a consolidation and the break that ends it, drawn from a key; true and false from overlapping ranges.
import { Draws, exp, type Key } from './random.ts'

/** One basis point. */
export const BP = 1e-4

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

/** Half the distance between the means of true and false in each latent trait, in standard deviations. */
const SEPARATION = 0.66
/** How far the noise of the traits cancels in their sum: fast but thin and heavy but slow are the false breaks' disguises. */
const CANCELLATION = 0.65
const TRAITS = 4

/** Speed, volume, pick-up and tightening: each alone says little, their sum says nearly all. */
function drawTraits(draws: Draws, genuine: boolean): [number, number, number, number] {
  const noise = [0, 0, 0, 0].map(() => Math.max(-2.3, Math.min(2.3, draws.normal())))
  const common = (CANCELLATION * noise.reduce((sum, g) => sum + g, 0)) / TRAITS
  const mean = genuine ? SEPARATION : -SEPARATION
  return noise.map((g) => mean + 1.12 * (g - common)) as [number, number, number, number]
}

/** Draws the episode of `key` in a market whose volatility is `regime` times the usual. */
export function drawEpisode(key: Key, regime: number, genuineShare: number): Episode {
  const draws = new Draws(key)
  const direction = draws.uniform() < 0.5 ? 1 : -1
  const genuine = draws.uniform() < genuineShare
  const [speed, volume, pickup, tightening] = drawTraits(draws, genuine)
  const width = 15 * BP * regime * exp(0.28 * draws.normal())
  const near = width * draws.between(0.25, 0.75)
  const tight = Math.max(0.02, Math.min(0.7, 0.34 + 0.14 * tightening))
  const volatility = width * draws.between(0.034, 0.046)
  const reach = volatility * (1 - 0.6 * tight) * 18 * exp(0.42 * speed)
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
    pickup: 1.6 * exp(0.32 * pickup),
    pickupSeconds: draws.whole(60, 100),
    burst: 4.6 * exp(0.38 * volume),
    reach,
    shape: draws.between(0.5, 1.05),
    pace: draws.between(0.85, 1.5),
    retestSecond: draws.whole(24, 60),
    retestShare: draws.uniform() < 0.3 ? draws.between(0.3, 0.8) : 0,
    ...(genuine ? genuineCourse(draws, reach, regime) : falseCourse(draws, reach, width)),
  }
}

type Course = Pick<Episode, 'travel' | 'breakSeconds' | 'peakSecond' | 'returnSecond' | 'rest'>

function genuineCourse(draws: Draws, reach: number, regime: number): Course {
  const travel = (draws.between(42, 88) * Math.sqrt(regime) + 4) * BP + 0.5 * reach
  const breakSeconds = draws.whole(180, 600)
  return { travel, breakSeconds, peakSecond: breakSeconds, returnSecond: breakSeconds, rest: travel }
}

function falseCourse(draws: Draws, reach: number, width: number): Course {
  const peakSecond = draws.whole(20, 62)
  const returnSecond = Math.min(118, peakSecond + draws.whole(6, 56))
  const travel = reach * (1 + 0.02 * (peakSecond - 20) * draws.uniform()) + draws.between(0, 3) * BP
  const breakSeconds = returnSecond + draws.whole(60, 240)
  return { travel, breakSeconds, peakSecond, returnSecond, rest: -width * draws.between(0.3, 0.7) }
}
