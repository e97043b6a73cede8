// Times as a trader types them: wall time in the zone that is shown, or with their own offset; refused where that is no instant, or two.
import { dateTime } from './format.ts'
import { instantsOf, offsetAt, shownZone, wallOf } from './zone.ts'

const DAY = 86_400_000

/** `2024-08-09 00:00:05`, `2024-08-09T00:00Z`, `… +02:00`, or `00:00:05` (of the day that `day`, UTC ms, falls into); NaN otherwise. */
export function parseTime(text: string, day: number): number {
  const found = instantsIn(text, day)
  return found.length === 1 ? (found[0] ?? Number.NaN) : Number.NaN
}

/** Why `text` is no instant, in words; null where it is one. */
export function timeTrouble(text: string, day: number): string | null {
  const found = instantsIn(text, day)
  if (found.length === 1) return null
  const [first, second] = found
  const zone = shownZone()
  if (first !== undefined && second !== undefined)
    return `${text.trim()} happens twice in ${zone}: write it with ${offsetText(offsetAt(first, zone))} or ${offsetText(offsetAt(second, zone))} after it.`
  if (wallIn(text, day) !== null) return `${text.trim()} does not happen in ${zone}: its clocks skip it.`
  return `Write a time as 2024-08-09 00:00:05 (${zone}).`
}

/** `instant`, UTC ms, as it would be typed: with its offset where its wall time happens twice. */
export function typedTime(instant: number): string {
  const zone = shownZone()
  const isTwofold = instantsOf(wallOf(instant), zone).length > 1
  return `${dateTime(instant)}${isTwofold ? offsetText(offsetAt(instant, zone)) : ''}`
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 }

/** `+45`, `-90s`, `+5m`, `-1:30`, `+1:02:03`: so long after or before `from`, UTC ms; null where it is not written so. */
export function timeAfter(text: string, from: number): number | null {
  const [, sign, amount = '', unit = ''] =
    /^([+\-−])\s*(\d+(?::\d{2}){0,2})([smh]?)$/i.exec(text.trim()) ?? []
  if (sign === undefined || (unit !== '' && amount.includes(':'))) return null
  const seconds = amount.split(':').reduce((whole, part) => whole * 60 + Number(part), 0)
  const by = seconds * (UNITS[unit.toLowerCase() || 's'] ?? 1000)
  return from + (sign === '+' ? by : -by)
}

function instantsIn(text: string, day: number): number[] {
  const wall = wallIn(text, day)
  if (wall === null) return []
  const offset = offsetIn(text)
  return offset === null ? instantsOf(wall, shownZone()) : [wall - offset]
}

/** No clock is further from UTC than 14 h. */
const OFFSET = /\s*(?:(Z|UTC)|([+-])(0\d|1[0-3]|14(?=:?00)):?([0-5]\d))$/i

/** By how much the text says that it is ahead of UTC, ms; null where it does not say. */
function offsetIn(text: string): number | null {
  const [, utc, sign, hours, minutes] = OFFSET.exec(withoutDate(text)) ?? []
  if (utc !== undefined) return 0
  if (sign === undefined) return null
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}

/** A date ends as an offset begins. */
function withoutDate(text: string): string {
  return text.trim().replace(/^\d{4}-\d{2}-\d{2}/, '')
}

/** The time that is written, as if it were UTC, ms; null where none is. */
function wallIn(text: string, day: number): number | null {
  const trimmed = text.trim()
  const date = /^\d{4}-\d{2}-\d{2}/.exec(trimmed)?.[0] ?? ''
  const rest = withoutDate(text).replace(OFFSET, '').trim().replace(/^T/i, '')
  const time = /^(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?$/.exec(rest)
  if (rest !== '' && time === null) return null
  if (date === '' && time === null) return null
  const midnight = date === '' ? Math.floor(wallOf(day) / DAY) * DAY : Date.parse(`${date}T00:00:00Z`)
  const [, hours = '0', minutes = '0', seconds = '0'] = time ?? []
  if (!Number.isFinite(midnight) || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) >= 60)
    return null
  return midnight + (Number(hours) * 60 + Number(minutes)) * 60_000 + Math.round(Number(seconds) * 1000)
}

function offsetText(offset: number): string {
  const minutes = Math.abs(offset) / 60_000
  const two = (value: number) => String(value).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
