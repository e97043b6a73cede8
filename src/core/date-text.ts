// Dates as people and programs write them, taken apart; what is no day or no time of day says why.
import { offsetIn } from './offset.ts'

/** A date as it is written. */
export interface DateText {
  /** The wall clock's reading, as UTC ms. */
  readonly wall: number
  /** Nanoseconds below the millisecond, 0 to 999,999. */
  readonly below: number
  /** Ms east of UTC; null where no zone is written. */
  readonly offset: number | null
  /** True where there is no time of day. */
  readonly bare: boolean
}

const CLOCK = String.raw`(?:(?:T|\s+)(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(?:[ -]?([AP]M))?)?`
const ZONE = String.raw`\s*(Z|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|UTC|GMT)?`
/** 2024-08-09, 2024/08/09, 2024.08.09. */
const YEAR_FIRST = new RegExp(`^(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})${CLOCK}${ZONE}$`, 'i')
/** 09.08.2024: with dots the day stands first. */
const DAY_FIRST = new RegExp(`^(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4})${CLOCK}${ZONE}$`, 'i')
/** 20240809, 20240809 093000, 20240809093000. */
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2}):?(\d{2}):?(\d{2}))?(?:[.,](\d{1,9}))?(Z)?$/i
const SLASHED = /^\d{1,2}\/\d{1,2}\/\d{4}/

/** What is written; a text says what is wrong with it; null where it is no date at all. */
export function readDate(text: string): DateText | string | null {
  const yearFirst = YEAR_FIRST.exec(text)
  if (yearFirst !== null) return dateOf(yearFirst)
  const dayFirst = DAY_FIRST.exec(text)
  if (dayFirst !== null) {
    const [whole, day, month, year, ...rest] = dayFirst
    return dateOf([whole, year, month, day, ...rest])
  }
  const compact = COMPACT.exec(text)
  if (compact !== null) {
    const [whole, year, month, day, hour, minute, second, fraction, zone] = compact
    return dateOf([whole, year, month, day, hour, minute, second, fraction, undefined, zone])
  }
  if (SLASHED.test(text)) return 'day and month cannot be told apart: write it as 2024-08-09'
  return null
}

type Found = readonly (string | undefined)[]

function dateOf([, year, month, day, hour, minute, second, fraction, half, zone]: Found): DateText | string {
  const problem =
    dayProblem(Number(year), Number(month), Number(day)) ??
    clockProblem(Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0), half)
  if (problem !== null) return problem
  const offset = zone === undefined ? null : offsetOf(zone)
  if (typeof offset === 'string') return offset
  const nanoseconds = Number((fraction ?? '').padEnd(9, '0'))
  const wall = new Date(0)
  wall.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  wall.setUTCHours(hourOf(Number(hour ?? 0), half), Number(minute ?? 0), Number(second ?? 0))
  return {
    wall: wall.getTime() + Math.floor(nanoseconds / 1e6),
    below: nanoseconds % 1e6,
    offset,
    bare: hour === undefined,
  }
}

function dayProblem(year: number, month: number, day: number): string | null {
  if (month < 1 || month > 12) return `there is no month ${month}`
  const days = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()
  if (day >= 1 && day <= days) return null
  return `there is no such day: that month has ${days} days`
}

function clockProblem(hour: number, minute: number, second: number, half: string | undefined): string | null {
  if (half !== undefined && (hour < 1 || hour > 12)) return `there is no hour ${hour} ${half}`
  if (hour === 24) return 'there is no hour 24: write 00:00 of the next day'
  if (hour > 24) return `there is no hour ${hour}`
  if (minute > 59) return `there is no minute ${minute}`
  if (second === 60) return 'second 60, a leap second, is no instant here: days have 86,400 seconds'
  return second > 60 ? `there is no second ${second}` : null
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour
  return (hour % 12) + (half.toUpperCase() === 'PM' ? 12 : 0)
}

/** `+05:45`, `-0400`, `+02`, `UTC`, `GMT+0200`, as ms east of UTC. */
function offsetOf(zone: string): number | string {
  const [, sign, hours = '', minutes] = /([+-])(\d{1,2}?):?(\d{2})?$/.exec(zone) ?? []
  if (sign === undefined) return 0
  return offsetIn({ sign, hours, minutes }) ?? `there is no offset ${zone}`
}
