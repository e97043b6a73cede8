// A file's times: epoch numbers by their size, dates with a zone or in the one that the file is said to have.
import { basename } from 'node:path'
import { toIso, type EpochMs } from '../../../core/time.ts'
import { sameZone, zoneOf, type Zone } from '../../../core/zone.ts'
import { readDate, type DateText } from '../../../core/date-text.ts'
import { RefusedRow } from '../fields.ts'
import { contradicts } from '../identity/claims.ts'
import { epochOf } from './epoch-number.ts'

export interface TimeRules {
  /** Later times lie in the future. */
  readonly now: EpochMs
  /** Of times that have none; null: they are refused. */
  readonly zone: Zone | null
  /** A bare date is that UTC day, as in files of days. */
  readonly days: boolean
  /** No two rows have the same time, as in files of candles. */
  readonly distinct: boolean
}

const DIGITS = /^\d+(\.\d+)?$/
const EXPONENT = /^\d+(\.\d+)?e\+?\d+$/i
const DIGITS_OF_A_DATE = new Set([8, 14])

/** Reads one time after the other: where the wall clock shows an hour twice, the time nearest to the row before is meant. */
export class TimeReader {
  readonly #rules: TimeRules
  #zone: Zone | null
  /** Nanoseconds below the millisecond of the time that was read last, 0 to 999,999. */
  below = 0
  /** True once a time needed the zone. */
  usedZone = false
  #last: number | null = null

  constructor(rules: TimeRules) {
    this.#rules = rules
    this.#zone = rules.zone
  }

  /**
   * The file says the zone of its times, `said`; null: it does not.
   * @throws AppError `contradicts_file` where the command says another one
   */
  believe(said: string | null, path: string): void {
    if (said === null) return
    const asked = this.#rules.zone
    if (asked !== null && !sameZone(asked.name, said)) {
      throw contradicts(
        `The times of ${basename(path)} are in ${said.toUpperCase()}, as the name of their column says, and --timezone is ${asked.name}.`,
        'timezone',
      )
    }
    this.#zone = asked ?? zoneOf(said)
  }

  /** @throws RefusedRow with what is wrong with it */
  read(text: string | undefined): EpochMs {
    const trimmed = text?.trim() ?? ''
    const ms = DIGITS.test(trimmed) ? this.#number(trimmed) : this.#text(trimmed)
    if (ms > this.#rules.now) throw new RefusedRow(`timestamp ${iso(ms)} lies in the future`)
    this.#last = ms
    return ms as EpochMs
  }

  #number(text: string): number {
    if (DIGITS_OF_A_DATE.has(text.length) && !text.includes('.')) {
      const date = readDate(text)
      if (date !== null && typeof date !== 'string' && date.wall > 0) return this.#date(date, text)
    }
    const instant = epochOf(text)
    if (instant === null) throw unreadable(text)
    this.below = instant.below
    return instant.ms
  }

  #text(text: string): number {
    if (text === '') throw new RefusedRow('timestamp is missing: expected a time')
    if (EXPONENT.test(text)) return this.#number(wholeOf(text))
    const date = readDate(text)
    if (date === null) throw unreadable(text)
    if (typeof date === 'string') throw new RefusedRow(`timestamp is ${text}: ${date}`)
    return this.#date(date, text)
  }

  #date(date: DateText, text: string): number {
    this.below = date.below
    if (date.offset !== null) return date.wall - date.offset
    if (date.bare && this.#rules.days) return date.wall
    if (this.#zone === null) throw withoutZone(text)
    this.usedZone = true
    return this.#inZone(this.#zone, date.wall, text)
  }

  #inZone(zone: Zone, wall: number, text: string): number {
    const [first, second] = zone.instants(wall)
    if (first === undefined) {
      throw new RefusedRow(`timestamp is ${text}: clocks in ${zone.name} jumped over that time`)
    }
    if (second === undefined || this.#last === null) return first
    if (this.#rules.distinct && first === this.#last) return second
    return Math.abs(second - this.#last) < Math.abs(first - this.#last) ? second : first
  }
}

/** A number with an exponent, written out. */
function wholeOf(text: string): string {
  const value = Math.round(Number(text))
  if (Number.isFinite(value)) return BigInt(value).toString()
  throw unreadable(text)
}

function unreadable(text: string): RefusedRow {
  return new RefusedRow(
    `timestamp is ${/^[\d.]+$/.test(text) ? text : `"${text}"`}: expected UTC seconds (10 digits), milliseconds (13), microseconds (16) or nanoseconds (19), or a date such as 2024-08-09T00:00:05Z`,
  )
}

function withoutZone(text: string): RefusedRow {
  return new RefusedRow(
    `timestamp is ${text}, without a zone: expected an offset behind it, such as 2024-08-09T00:00:05Z, or the zone of the file's times by --timezone UTC or --timezone America/New_York`,
  )
}

function iso(ms: number): string {
  return ms < 8.64e15 ? toIso(ms as EpochMs) : String(ms)
}
