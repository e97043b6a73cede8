// The fewest keys from one second to another: steps, turns of the price, or a time or a distance that is typed.
import type { CandleRow } from '../../src/contract/shapes.ts'
import { turnBeside } from '../../src/web/marking/turns.ts'

/** Keys to press one after the other, or a text for the field that G opens. */
export type Way =
  { readonly keys: readonly string[]; readonly typed?: undefined } | { readonly typed: string }

const DAY = 86_400_000
const STEPS = [
  [3600, 'Control+Arrow'],
  [60, 'Shift+Arrow'],
  [10, 'Page'],
  [1, 'Arrow'],
] as const

/** Keys of the steps to `seconds` further on, or back: the fewest by taking each length to the nearest. */
function stepsTo(seconds: number): string[] {
  let left = seconds
  return STEPS.flatMap(([length, key]) => {
    const count = length === 1 ? left : Math.round(left / length)
    left -= count * length
    return times(Math.abs(count), nameOf(key, count > 0))
  })
}

function nameOf(key: string, isOn: boolean): string {
  if (key === 'Page') return isOn ? 'PageDown' : 'PageUp'
  return `${key}${isOn ? 'Right' : 'Left'}`
}

function times(count: number, key: string): string[] {
  return Array.from({ length: count }, () => key)
}

/** As-of seconds, UTC ms, ascending, at which the price of `rows` turns. */
export function turnsOf(rows: readonly CandleRow[]): number[] {
  const turns: number[] = []
  for (let at = turnBeside(rows, 0, 1); at !== null; at = turnBeside(rows, at, 1)) turns.push(at)
  return turns
}

/** Whole minutes and tens of seconds towards a turn, then from turn to turn. Null where `time` is none. */
function byTurns(turns: readonly number[], now: number, time: number): string[] | null {
  if (!turns.includes(time)) return null
  let best: string[] | null = null
  for (let offset = -90; offset <= 90; offset += 10) {
    const near = Math.round((time - now) / 10_000) * 10 + offset
    const from = now + near * 1000
    const between = turns.filter((turn) => (turn > from && turn < time) || (turn < from && turn > time))
    const steps = near % 10 === 0 ? stepsTo(near) : []
    const keys = [...steps, ...times(from === time ? 0 : between.length + 1, from < time ? '8' : '7')]
    if (best === null || keys.length < best.length) best = keys
  }
  return best
}

/** `14:03:07`, with its date where that is another one than the cursor's. */
function clockOf(now: number, time: number): string {
  const [date = '', clock = ''] = new Date(time).toISOString().slice(0, 19).split('T')
  return Math.floor(time / DAY) === Math.floor(now / DAY) ? clock : `${date} ${clock}`
}

/** `+47`, `-330`. */
function distanceOf(now: number, time: number): string {
  const seconds = (time - now) / 1000
  return `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}`
}

/** `stays`: the cursor stands still, so that steps and distances lead somewhere. */
export function fewestKeys(turns: readonly number[], now: number, time: number, stays: boolean): Way {
  const clock = clockOf(now, time)
  if (!stays) return { typed: clock }
  const distance = distanceOf(now, time)
  const typed = distance.length < clock.length ? distance : clock
  const steps = stepsTo((time - now) / 1000)
  const turned = byTurns(turns, now, time)
  const keys = turned !== null && turned.length < steps.length ? turned : steps
  // G and Enter.
  return keys.length <= typed.length + 2 ? { keys } : { typed }
}
