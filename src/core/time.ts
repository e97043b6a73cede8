// Instants and durations: nominal types, so that milliseconds, seconds and ISO text are never mixed up.
import { readDate } from './date-text.ts'
import { AppError } from './errors.ts'
import { offsetIn } from './offset.ts'

declare const brand: unique symbol

/** UTC milliseconds since the Unix epoch. */
export type EpochMs = number & { readonly [brand]: 'EpochMs' }

/** A duration in milliseconds. */
export type DurationMs = number & { readonly [brand]: 'DurationMs' }

export const SECOND = 1_000 as DurationMs
export const MINUTE = 60_000 as DurationMs
export const HOUR = 3_600_000 as DurationMs
export const DAY = 86_400_000 as DurationMs

export function epochMs(value: number): EpochMs {
  return value as EpochMs
}

/** `instant` moved by `delta` ms (which may be negative). */
export function shift(instant: EpochMs, delta: number): EpochMs {
  return (instant + delta) as EpochMs
}

/** The last multiple of `step` since the epoch at or before `instant`. */
export function floorTo(instant: number, step: number): EpochMs {
  return (Math.floor(instant / step) * step) as EpochMs
}

/** The first multiple of `step` since the epoch at or after `instant`. */
export function ceilTo(instant: number, step: number): EpochMs {
  return (Math.ceil(instant / step) * step) as EpochMs
}

/** ISO 8601 UTC with `Z`; milliseconds only where they are not zero, as test cases write it. */
export function toIso(instant: EpochMs): string {
  const text = new Date(instant).toISOString()
  return instant % 1000 === 0 ? `${text.slice(0, 19)}Z` : text
}

const ISO_WITH_OFFSET =
  /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[Zz]|([+-])(\d{2}):?(\d{2}))$/
/** Years 1 to 9999: what ISO 8601 writes with four digits. */
const EARLIEST = -62_135_596_800_000
const LATEST = 253_402_300_799_999

/**
 * Reads a timestamp as the HTTP interface takes it: ISO 8601 with an offset, or UTC ms.
 * @throws AppError `invalid_timestamp` for anything else (a local time without offset too).
 */
export function parseInstant(value: unknown, field: string): EpochMs {
  const ms = typeof value === 'string' ? instantOfText(value.trim()) : value
  if (typeof ms === 'number' && Number.isInteger(ms) && ms >= EARLIEST && ms <= LATEST) return ms as EpochMs
  throw new AppError(
    'invalid_timestamp',
    `${field} is ${JSON.stringify(value)}: ${problemOf(value)}expected ISO 8601 with an offset such as 2024-08-09T00:00:05Z, or whole UTC milliseconds.`,
    { field },
  )
}

/** What is wrong with a timestamp, where that can be said; ends so that what is expected may follow. */
function problemOf(value: unknown): string {
  const date = typeof value === 'string' ? readDate(value.trim()) : null
  if (typeof date === 'string') return `${date}; `
  if (date?.bare === true) return 'it has no time of day; '
  return date?.offset === null ? 'it has no offset; ' : ''
}

function instantOfText(text: string): number {
  if (/^-?\d+$/.test(text)) return Number(text)
  const iso = ISO_WITH_OFFSET.exec(text)
  if (iso === null || !isDay(text.slice(0, 10))) return Number.NaN
  const [, sign, hours = '', minutes] = iso
  const isClock = sign === undefined || offsetIn({ sign, hours, minutes }) !== null
  return isClock ? Date.parse(text) : Number.NaN
}

/** Date.parse takes 30 February for 1 March. */
function isDay(text: string): boolean {
  const ms = Date.parse(text)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
}
