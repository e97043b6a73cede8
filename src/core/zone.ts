// A time zone by its IANA name or its offset: which instants a wall clock there means, summer time included.
import { AppError } from './errors.ts'
import { offsetIn } from './offset.ts'
import { DAY } from './time.ts'

/** Offsets change on quarter hours, ms. */
export const QUARTER = 900_000
const FIXED = /^(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?$/i

/** @throws AppError `unknown_timezone` */
export class Zone {
  readonly name: string
  readonly #offsetAt: (utc: number) => number
  /** Offsets that hold in a quarter hour of the wall clock. */
  readonly #known = new Map<number, readonly number[]>()

  constructor(name: string) {
    this.name = name.trim()
    this.#offsetAt = offsetsOf(this.name)
  }

  /** UTC ms of a wall clock's reading, ascending: none where the clock jumps over it, two where it is put back and shows it twice. */
  instants(wall: number): readonly number[] {
    const quarter = Math.floor(wall / QUARTER)
    let offsets = this.#known.get(quarter)
    if (offsets === undefined) this.#known.set(quarter, (offsets = this.#offsets(quarter * QUARTER)))
    return offsets.map((offset) => wall - offset)
  }

  /** What the wall clock there reads at `utc` (UTC ms), as if it were UTC, ms. */
  wallOf(utc: number): number {
    return utc + this.#offsetAt(utc)
  }

  #offsets(wall: number): readonly number[] {
    const around = new Set([this.#offsetAt(wall - DAY), this.#offsetAt(wall + DAY)])
    return [...around].filter((offset) => this.#offsetAt(wall - offset) === offset).toSorted((a, b) => b - a)
  }
}

const zones = new Map<string, Zone>()

/** One object a name, since a zone remembers. @throws AppError `unknown_timezone` */
export function zoneOf(name: string): Zone {
  const known = zones.get(name) ?? new Zone(name)
  zones.set(name, known)
  return known
}

/** Whether there is a zone of that name. */
export function isZone(name: string): boolean {
  try {
    zoneOf(name)
    return true
  } catch {
    return false
  }
}

/** Whether the clocks of two zones show the same in winter and in summer. */
export function sameZone(a: string, b: string): boolean {
  return [0, 181].every((day) => {
    const wall = Date.UTC(2024, 0, 15) + day * DAY
    return zoneOf(a).instants(wall).join() === zoneOf(b).instants(wall).join()
  })
}

function offsetsOf(name: string): (utc: number) => number {
  const fixed = FIXED.exec(name)
  if (fixed !== null) {
    const [, sign = '', hours = '', minutes] = fixed
    const offset = offsetIn({ sign, hours, minutes })
    if (offset === null) throw unknownZone(name)
    return () => offset
  }
  const format = formatOf(name)
  return (utc) => {
    const parts = format.formatToParts(utc)
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = FIELDS.map((field) =>
      Number(parts.find(({ type }) => type === field)?.value),
    )
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(utc / 1000) * 1000
  }
}

const FIELDS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const numeric = 'numeric' as const
  const fields = Object.fromEntries(FIELDS.map((field) => [field, numeric]))
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', calendar: 'gregory', ...fields })
  } catch (error) {
    throw unknownZone(timeZone, error)
  }
}

function unknownZone(name: string, cause?: unknown): AppError {
  return new AppError(
    'unknown_timezone',
    `There is no time zone "${name}": expected a name such as UTC, America/New_York or Europe/Berlin, or an offset such as +02:00.`,
    { field: 'timezone', cause },
  )
}
