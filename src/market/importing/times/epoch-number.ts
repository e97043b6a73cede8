// Epoch times as numbers: seconds, milliseconds, microseconds and nanoseconds, told apart by how large they are.

/** An instant: UTC ms, and the nanoseconds below, 0 to 999,999. */
export interface FineInstant {
  readonly ms: number
  readonly below: number
}

/** From 1973 on a number of seconds has 9 digits, one of milliseconds 12, and so on; each reaches to the year 5138. */
const UNITS = [
  { upTo: 1e11, digits: -3 },
  { upTo: 1e14, digits: 0 },
  { upTo: 1e17, digits: 3 },
  { upTo: 1e20, digits: 6 },
] as const
const LEAST = 1e8

/** Digits with or without a fraction, as files have them; null where the number is too small or too large to tell its unit. */
export function epochOf(text: string): FineInstant | null {
  const point = text.indexOf('.')
  const whole = point < 0 ? text : text.slice(0, point)
  const size = Number(whole)
  if (!(size >= LEAST)) return null
  const unit = UNITS.find(({ upTo }) => size < upTo)
  if (unit === undefined) return null
  const end = whole.length - unit.digits
  const digits = point < 0 ? whole : whole + text.slice(point + 1)
  return {
    ms: Number(digits.slice(0, end).padEnd(end, '0')),
    below: Number(digits.slice(end, end + 6).padEnd(6, '0')),
  }
}
