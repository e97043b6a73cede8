// Stop and target of a mark: how they are typed, where they may stand, and what is to be gained for what is risked. Server, page and commands read alike.
import type { Direction } from './direction.ts'

export type LevelName = 'stop' | 'target'

/** Whether a level lies above the entry: a long's target and a short's stop. */
function isAbove(name: LevelName, side: Direction): boolean {
  return (name === 'target') === (side === 'LONG')
}

/** The level `pct` percent of the entry price away from it, on its own side; without the noise of binary fractions. */
export function levelAt(name: LevelName, side: Direction, entry: number, pct: number): number {
  return Number((entry * (1 + (isAbove(name, side) ? pct : -pct) / 100)).toPrecision(12))
}

/** Why `price` cannot be that level of a mark, in words; null where it can. Prices are quote units, above 0. */
export function levelFault(name: LevelName, side: Direction, entry: number, price: number): string | null {
  if (!(price > 0) || !Number.isFinite(price)) return `The ${name} is ${price}: expected a price above 0.`
  const above = isAbove(name, side)
  if (above ? price > entry : price < entry) return null
  return `The ${name} ${price} of a ${side} is not ${above ? 'above' : 'below'} its entry ${entry}.`
}

const TYPED = /^(\d+(?:\.\d*)?|\.\d+)\s*(%?)$/

/** Reads a level as it is typed: a price (`2650.5`), or a distance from the entry (`0.4 %`). NaN where it is neither. */
export function typedLevel(text: string, name: LevelName, side: Direction, entry: number): number {
  const [, digits = '', percent = ''] = TYPED.exec(text.trim().replace(',', '.')) ?? []
  if (digits === '') return Number.NaN
  return percent === '' ? Number(digits) : levelAt(name, side, entry, Number(digits))
}

export interface Risked {
  readonly entry: number
  readonly exit: number
  readonly stop: number | null
  readonly target: number | null
}

/**
 * Gross move from the entry to the target (to the exit where there is none) divided by the move from the entry to the stop: 2.5 for 2.5 gained for
 * each one risked. Null without a stop, and before there is an exit (NaN).
 */
export function rewardToRisk({ entry, exit, stop, target }: Risked, side: Direction): number | null {
  if (stop === null || stop === entry) return null
  const gained = side === 'LONG' ? (target ?? exit) - entry : entry - (target ?? exit)
  const ratio = gained / Math.abs(entry - stop)
  return Number.isFinite(ratio) ? ratio : null
}
