// Times in files of labels as instants; what is no time says what is wrong with it.
import { epochMs, toIso, type EpochMs } from '../../core/time.ts'
import { isZone, zoneOf } from '../../core/zone.ts'

/** Why a label is left out; the line is added where it is caught. */
export class RefusedLabelError extends Error {}

/** What a time without a zone means: null where nobody has said. */
export type Zone = string | null

const NUMBER = /^[+-]?\d+(\.\d*)?(e[+-]?\d+)?$/i
const DATE =
  /^(\d{4})([-./])(\d{1,2})\2(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?\s*(.*)$/
const DAY_FIRST = /^\d{1,2}[-./]\d{1,2}[-./]\d{4}\b/
const OFFSET = /^(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)$/i
/** Smaller numbers are no seconds since 1973, but the places of samples. */
const FIRST_SECONDS = 1e8

/**
 * Numbers are UTC: seconds, ms, µs or ns by their magnitude. Dates are ISO 8601, also with a blank, dots or slashes; without an offset they are
 * `zone`'s. Finer than a millisecond is cut.
 * @throws RefusedLabelError with what is wrong
 */
export function labelInstant(value: unknown, name: string, zone: Zone): EpochMs {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : ''
  if (text === '') throw new RefusedLabelError(`${name} is missing`)
  if (NUMBER.test(text)) return ofNumber(Number(text), `${name} ${text}`)
  const parts = DATE.exec(text)
  if (parts !== null) return ofDate(parts, `${name} ${text}`, zone)
  throw new RefusedLabelError(
    DAY_FIRST.test(text)
      ? `${name} ${text} may be day or month first: write it as 2024-08-09T00:00:05Z`
      : `${name} ${text} is no time: expected UTC seconds or milliseconds, or a date such as 2024-08-09T00:00:05Z`,
  )
}

function ofNumber(value: number, what: string): EpochMs {
  const size = Math.abs(value)
  if (size < FIRST_SECONDS) {
    throw new RefusedLabelError(
      `${what} is the number of a sample, no time: the labelling project has no time column. Set timeColumn in the <TimeSeries> of its configuration and export again`,
    )
  }
  if (value < 0 || size >= 1e20) throw new RefusedLabelError(`${what} is out of range`)
  if (size < 1e11) return epochMs(Math.round(value * 1000))
  return epochMs(Math.floor(size < 1e14 ? value : size < 1e17 ? value / 1e3 : value / 1e6))
}

function ofDate(parts: RegExpExecArray, what: string, zone: Zone): EpochMs {
  const [, year, , month, day, hour = '0', minute = '0', second = '0', fraction = '', rest = ''] = parts
  const wall: Wall = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
  }
  const fault = faultOf(wall)
  if (fault !== null) throw new RefusedLabelError(`${what} ${fault}`)
  const where = rest === '' ? zone : /^[a-z]/i.test(rest) ? 'UTC' : rest
  if (rest !== '' && !(OFFSET.test(rest) && isZone(where ?? ''))) {
    throw new RefusedLabelError(`${what} ends in ${rest}: expected Z or an offset such as +02:00`)
  }
  if (where === null) {
    throw new RefusedLabelError(`${what} says no zone: put Z or an offset behind it, or give --timezone`)
  }
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'))
  const [instant, another] = zoneOf(where).instants(utcOf(wall) + ms)
  if (instant !== undefined && another === undefined) return epochMs(instant)
  const why = instant === undefined ? 'was skipped' : 'was there twice'
  throw new RefusedLabelError(
    `${what} ${why} in ${where}, whose clocks changed then: write it with an offset`,
  )
}

/** What a clock on the wall shows; months from 1. */
type Wall = Readonly<Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>>

/** As if it were a clock of UTC. */
function utcOf({ year, month, day, hour, minute, second }: Wall): number {
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** Null where there is such a day and such a time. */
function faultOf({ year, month, day, hour, minute, second }: Wall): string | null {
  if (month < 1 || month > 12) return `has no such month as ${month}`
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate()
  if (day < 1 || day > days) return `is no such day: that month has ${days}`
  if (hour > 23) return `has no such hour as ${hour}`
  if (minute > 59) return `has no such minute as ${minute}`
  if (second === 60) return 'has second 60, a leap second, which candles do not have: write 59'
  return second > 59 ? `has no such second as ${second}` : null
}

/** @throws RefusedLabelError where `to` is not after `from` */
export function requireOrder(from: EpochMs, to: EpochMs): void {
  if (from === to)
    throw new RefusedLabelError('it is an instant: an annotation needs an entry and a later exit')
  if (from > to) {
    throw new RefusedLabelError(
      `it ends at ${toIso(to)} before it starts at ${toIso(from)}: swap the two, or correct the one that is wrong`,
    )
  }
}
