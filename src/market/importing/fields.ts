// Fields of a row into numbers and instants; what is no number says why.
import { parseInstant, toIso, type EpochMs } from '../../core/time.ts'

/** Why a row is left out; the line number is added where it is caught. */
export class RefusedRow extends Error {}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

export function numberIn(text: string | undefined, name: string): number {
  const trimmed = text?.trim() ?? ''
  const value = NUMBER.test(trimmed) ? Number(trimmed) : Number.NaN
  if (Number.isFinite(value)) return value
  throw new RefusedRow(`${name} is ${trimmed === '' ? 'missing' : `"${trimmed}"`}: expected a number`)
}

export function positiveIn(text: string | undefined, name: string): number {
  const value = numberIn(text, name)
  if (value > 0) return value
  throw new RefusedRow(`${name} is ${value}: expected more than 0`)
}

const ISO = /^\d{4}-\d{2}-\d{2}/

/** Whole UTC milliseconds, or microseconds (16 digits), which are cut to milliseconds; or ISO 8601 with an offset. Seconds are refused. */
export function instantIn(text: string | undefined, now: EpochMs): EpochMs {
  const value = ISO.test(text?.trim() ?? '') ? isoIn(text!.trim()) : numberIn(text, 'timestamp')
  const ms = value >= 1e15 && value < 1e16 ? Math.floor(value / 1000) : value
  if (!Number.isInteger(ms) || ms < 1e11 || ms >= 1e14) {
    throw new RefusedRow(
      `timestamp is ${text?.trim()}: expected UTC milliseconds (13 digits) or microseconds (16 digits)`,
    )
  }
  if (ms > now) throw new RefusedRow(`timestamp ${toIso(ms as EpochMs)} lies in the future`)
  return ms as EpochMs
}

function isoIn(text: string): number {
  try {
    return Math.floor(parseInstant(text, 'timestamp'))
  } catch {
    throw new RefusedRow(`timestamp is ${text}: expected an offset behind it, such as 2024-08-09T00:00:05Z`)
  }
}
