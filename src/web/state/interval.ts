// What a chart's candles are long: a stored timeframe, or so many of its candles folded into one. Read from what a trader types. Pure.
import { LENGTHS } from '../../contract/timeframes.ts'
import { DAY, HOUR, MINUTE, SECOND, TIMEFRAMES, WEEK, type Timeframe } from './timeframes.ts'

export interface Interval {
  /** `15m`, as it is written everywhere. */
  readonly name: string
  /** Length of one candle, ms. */
  readonly step: number
  /** The stored timeframe whose candles it is made of: the coarsest that divides it. */
  readonly base: Timeframe
  /** So many of them make one; 1 where it is stored itself. */
  readonly count: number
}

/** Candles of a stored timeframe that are folded into one at most: a request brings 10,000 of them. */
const MOST = 240

const UNITS: readonly (readonly [unit: string, length: number])[] = [
  ['w', WEEK],
  ['d', DAY],
  ['h', HOUR],
  ['m', MINUTE],
  ['s', SECOND],
]

/** A stored timeframe as it is. */
export function intervalOf(timeframe: Timeframe): Interval {
  return { name: timeframe, step: LENGTHS[timeframe], base: timeframe, count: 1 }
}

/** Those that are offered to be chosen; any other whole multiple can be typed. */
export const OFFERED = ['15s', '1m', '5m', '15m', '30m', '1h', '2h', '4h', '12h', '1d', '1w'] as const

/** Each chart's, by the timeframe that names its place. */
export type Intervals = Readonly<Record<Timeframe, Interval>>

export const OWN_INTERVALS: Intervals = {
  '1d': intervalOf('1d'),
  '1h': intervalOf('1h'),
  '1m': intervalOf('1m'),
  '1s': intervalOf('1s'),
}

/** The charts that can show another one than their own: the third and the fourth. */
export const FREE_PLACES = ['1h', '1d'] as const satisfies readonly Timeframe[]
export type FreePlace = (typeof FREE_PLACES)[number]

export function isFreePlace(place: Timeframe): place is FreePlace {
  return place === '1h' || place === '1d'
}

/** `15m`, `4 h`, `90m`, `2w`, in any case but for `M`, which would be a month. Otherwise why not, in words. */
export function intervalIn(text: string): Interval | { readonly refusal: string } {
  const [, digits = '', unit = ''] = /^\s*(\d{1,6})\s*([smhdw]|[SHDW])\s*$/.exec(text) ?? []
  const length = UNITS.find(([name]) => name === unit.toLowerCase())?.[1]
  if (length === undefined || Number(digits) === 0)
    return {
      refusal: `“${text.trim()}” is no timeframe: type a whole number and s, m, h, d or w, such as 15m or 4h.`,
    }
  return madeOf(Number(digits) * length)
}

function madeOf(step: number): Interval | { readonly refusal: string } {
  const name = nameOf(step)
  const base = TIMEFRAMES.find((timeframe) => step % LENGTHS[timeframe] === 0) ?? '1s'
  const count = step / LENGTHS[base]
  if (count <= MOST) return { name, step, base, count }
  return {
    refusal: `A candle of ${name} would be made of ${count} of ${base}; at most ${MOST} are folded into one. Choose one that is shorter, or a multiple of a longer unit.`,
  }
}

/** In the longest unit that divides it. */
function nameOf(step: number): string {
  const [unit, length] = UNITS.find(([, one]) => step % one === 0) ?? ['s', SECOND]
  return `${step / length}${unit}`
}
