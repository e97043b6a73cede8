// Local times of a zone as instants: a time that the zone skips or has twice is no instant, and says so.
import { epochMs, MINUTE, type EpochMs } from './time.ts'

/** What a clock on the wall showed. Months from 1. */
export interface WallTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly ms: number
}

/** `skipped`: clocks went forward over it. `twice`: clocks went back, and both were that time. */
export type ZoneFault = 'skipped' | 'twice'

const FIXED = /^(?:UTC|GMT)?\s*([+-])(\d{1,2}):?(\d{2})?$/i
const DAY_MS = 86_400_000

/** Whether `zone` is UTC, an offset such as +02:00, or a name of the time zone database such as Europe/Zurich. */
export function isZone(zone: string): boolean {
  if (FIXED.test(zone)) return true
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** The instant at which clocks of `zone` (see `isZone`) showed `wall`. */
export function instantOfWall(wall: WallTime, zone: string): EpochMs | ZoneFault {
  const { year, month, day, hour, minute, second, ms } = wall
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second, ms)
  const near = new Set([offsetAt(asUtc - DAY_MS, zone), offsetAt(asUtc + DAY_MS, zone)])
  const fitting = [...near].filter((offset) => offsetAt(asUtc - offset, zone) === offset)
  const [offset] = fitting
  if (offset === undefined) return 'skipped'
  return fitting.length > 1 ? 'twice' : epochMs(asUtc - offset)
}

/** ms by which clocks of `zone` are ahead of UTC. */
function offsetAt(instant: number, zone: string): number {
  const fixed = FIXED.exec(zone)
  if (fixed !== null) {
    const [, sign, hours, minutes = '0'] = fixed
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE
  }
  const parts = formatOf(zone).formatToParts(instant)
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value)
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  return wall - Math.floor(instant / 1000) * 1000
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const numeric = 'numeric' as const
  const made = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
  })
  formats.set(zone, made)
  return made
}
