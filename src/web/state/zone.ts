// The time zone that times are shown and read in: UTC, or the browser's own. Wall times are told by the zone's rules at their instant.
import { lookStore } from './look.ts'

/** Offsets change at whole quarters of an hour. */
const STEP = 900_000
/** Offsets that are remembered, of one zone. */
const MOST = 50_000

/** The browser's own zone, by its IANA name. */
export function localZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** The zone that is shown, by its IANA name. */
export function shownZone(): string {
  return lookStore.get().zone === 'UTC' ? 'UTC' : localZone()
}

const formats = new Map<string, Intl.DateTimeFormat>()
const offsets = new Map<string, Map<number, number>>()

/** By how much wall time in `zone` is ahead of UTC at `instant` (UTC ms), ms. */
export function offsetAt(instant: number, zone: string): number {
  if (zone === 'UTC' || !Number.isFinite(instant)) return 0
  const step = Math.floor(instant / STEP)
  const known = offsets.get(zone) ?? new Map<number, number>()
  offsets.set(zone, known)
  const kept = known.get(step)
  if (kept !== undefined) return kept
  if (known.size >= MOST) known.clear()
  const made = offsetOf(step * STEP, zone)
  known.set(step, made)
  return made
}

function offsetOf(instant: number, zone: string): number {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  formats.set(zone, format)
  const part = Object.fromEntries(
    format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000
}

/** `instant` moved so that its UTC fields are the wall time in the shown zone. */
export function wallOf(instant: number): number {
  return instant + offsetAt(instant, shownZone())
}

/** Counts days of the shown zone. */
export function wallDay(instant: number): number {
  return Math.floor(wallOf(instant) / 86_400_000)
}

/** The instants, UTC ms, whose wall time in `zone` is `wall` (as UTC fields): none where clocks skip it, two where they repeat it. */
export function instantsOf(wall: number, zone: string): number[] {
  if (zone === 'UTC') return [wall]
  const candidates = [wall - 86_400_000, wall + 86_400_000].map((near) => wall - offsetAt(near, zone))
  return [...new Set(candidates)]
    .filter((instant) => instant + offsetAt(instant, zone) === wall)
    .toSorted((a, b) => a - b)
}

/** How it is called over a narrow column: `UTC`, `Berlin`. */
export function zoneShort(zone = shownZone()): string {
  return (zone.split('/').at(-1) ?? 'UTC').replaceAll('_', ' ')
}

/** How the zone is called beside times: `UTC`, `UTC+2`, `UTC−3:30` at `instant`. */
export function zoneName(instant: number): string {
  const zone = shownZone()
  return zone === 'UTC' ? 'UTC' : offsetText(offsetAt(instant, zone))
}

function offsetText(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60_000)
  const rest = minutes % 60
  return `UTC${offset < 0 ? '−' : '+'}${Math.floor(minutes / 60)}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`
}
