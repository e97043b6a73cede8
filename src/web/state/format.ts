// Numbers and times as text: times in the zone that is shown, fixed widths, a true minus sign.
import { wallOf } from './zone.ts'

/** `2024-08-09T00:00:05.000`, in the zone that is shown. */
function wallText(ms: number): string {
  return new Date(wallOf(ms)).toISOString()
}

/** `2024-08-09 00:00:05`, in the zone that is shown. */
export function dateTime(ms: number): string {
  return wallText(ms).slice(0, 19).replace('T', ' ')
}

/** `2024-08-09`, the UTC day: what candles of whole days are, whatever zone is shown. */
export function utcDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** `00:00:05`, in the zone that is shown. */
export function clock(ms: number): string {
  return wallText(ms).slice(11, 19)
}

/** `08-09 00:00:05`: a date without its year, for lists. */
export function shortDateTime(ms: number): string {
  return wallText(ms).slice(5, 19).replace('T', ' ')
}

/** `45 s`, `5 min 12 s`, `3 h 20 min`, `2 d 4 h`. */
export function duration(seconds: number): string {
  const s = Math.round(Math.abs(seconds))
  if (s < 60) return `${s} s`
  if (s < 3600) return pair(s, 60, 'min', 1, 's')
  if (s < 86_400) return pair(s, 3600, 'h', 60, 'min')
  return pair(s, 86_400, 'd', 3600, 'h')
}

function pair(total: number, unit: number, name: string, smaller: number, smallerName: string): string {
  const rest = Math.floor((total % unit) / smaller)
  return `${Math.floor(total / unit)} ${name}${rest > 0 ? ` ${rest} ${smallerName}` : ''}`
}

/** `+0.42 %`, `−1.05 %`. */
export function signedPct(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits)
  const sign = Number(text) === 0 ? '' : value > 0 ? '+' : '−'
  return `${sign}${text} %`
}

/** `2.40 R`: to be gained for each unit risked. */
export function ratioText(ratio: number): string {
  return `${ratio.toFixed(2).replace('-', '−')} R`
}

/** A price's change in percent of where it was; `–` where that is at 0 or below, and nothing can be told in percent of it. */
export function changeText(from: number, to: number): string {
  return from > 0 ? signedPct((to / from - 1) * 100) : '–'
}

/** How far a stop or a target is from the entry: `−0.40 %`, near ones to a thousandth. */
export function distanceText(entry: number, level: number): string {
  const pct = (level / entry - 1) * 100
  return signedPct(pct, Math.abs(pct) < 0.1 ? 3 : 2)
}

/** A share of 0–1 as `73 %`. */
export function share(value: number | null, digits = 0): string {
  return value === null ? '–' : `${(value * 100).toFixed(digits)} %`
}

const formats = new Map<number, Intl.NumberFormat>()
const written = new Map<number, Map<number, string>>()
/** Kept of each number of decimals. */
const MOST_PRICES = 2000

/**
 * `2,683.10`: grouped, with a market's number of decimals, and as many more as a value needs that they would round to nothing.
 * Formats are kept, as making one costs more than using it, and so is what was written: scales write the same prices each frame.
 */
export function price(value: number, digits: number): string {
  const known = written.get(digits) ?? new Map<number, string>()
  written.set(digits, known)
  const kept = Object.is(value, -0) ? undefined : known.get(value)
  if (kept !== undefined) return kept
  if (known.size >= MOST_PRICES) known.clear()
  const made = priceText(value, digits)
  known.set(value, made)
  return made
}

function priceText(value: number, digits: number): string {
  const isLost = value !== 0 && Math.abs(value) < 0.5 * 10 ** -digits
  return formatOf(isLost ? decimalsOf([value]) : digits)
    .format(value)
    .replace('-', '−')
}

function formatOf(digits: number): Intl.NumberFormat {
  const kept = formats.get(digits)
  if (kept !== undefined) return kept
  const made = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  formats.set(digits, made)
  return made
}

export function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** `500`; `500+` while there are more, which are still being read. */
export function readSoFar(known: number, hasMore: boolean): string {
  return hasMore && known > 0 ? `${known}+` : String(known)
}

/** `1 annotation`, `2 annotations`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** `4.2 ms`, `310 ms`, `1.9 s`. */
export function milliseconds(ms: number | null): string {
  if (ms === null) return '–'
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
}

/** Digits after the zeros that a price is written with at most: more are the noise of binary fractions. */
const MOST_DIGITS = 8
/** More decimals than this no number format writes. */
const MOST_DECIMALS = 20

/** Decimals that the prices need: the most that any of the first two thousand shows; of tiny ones at most eight after the zeros. */
export function decimalsOf(prices: readonly number[]): number {
  let digits = 0
  let largest = 0
  for (const value of prices.slice(0, 2000)) {
    digits = Math.max(digits, decimalsWritten(value))
    largest = Math.max(largest, Math.abs(value))
  }
  const zeros = largest > 0 && largest < 1 ? Math.ceil(-Math.log10(largest)) - 1 : 0
  return Math.min(digits, MOST_DIGITS + zeros, MOST_DECIMALS)
}

/** Decimals of the shortest way to write `value`: 10 for 2.5921e-6. */
function decimalsWritten(value: number): number {
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  const dot = mantissa.indexOf('.')
  return Math.max((dot < 0 ? 0 : mantissa.length - dot - 1) - Number(exponent), 0)
}

const UNITS = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
] as const

/** A volume in few digits: `quiet`, `0.0000021`, `12.4`, `1,204`, `38.2k`, `1.24M`, `4.10T`, `4.10e+16`. */
export function volumeText(value: number): string {
  if (value === 0) return 'quiet'
  if (value >= 1e15) return value.toExponential(2)
  const unit = UNITS.find(([size]) => value >= size)
  if (unit !== undefined) return `${(value / unit[0]).toFixed(2)}${unit[1]}`
  if (value >= 1e4) return `${(value / 1e3).toFixed(1)}k`
  if (value >= 100) return count(Math.round(value))
  return value >= 1e-6 ? value.toPrecision(3) : value.toExponential(2)
}
