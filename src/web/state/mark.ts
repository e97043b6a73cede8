// The mark being made: entry, exit, direction. A pure machine; the page shows it and saves it.
import type { AnnotationOut } from '../../contract/annotations.ts'
import { levelFault, rewardToRisk, type LevelName } from '../../contract/levels.ts'
import { decimalsOf } from './format.ts'
import type { Direction } from '../../contract/direction.ts'
import { gainingDirection, grossPct, netPct } from './pnl.ts'

export interface Leg {
  /** UTC ms: the as-of instant T, a whole second, the end of the 1s candle it was seen in. */
  readonly time: number
  /** The close of that candle. */
  readonly price: number
}

export type LegName = 'entry' | 'exit'
/** What can be taken hold of on a chart. `whole`: entry and exit together. */
export type Part = LegName | LevelName | 'whole'
export type MarkMode = 'hindsight' | 'replay' | 'live' | 'proposal'

export interface Mark {
  readonly entry: Leg
  /** Chosen exit; null until there is one. */
  readonly exit: Leg | null
  /** Where the pointer is while no exit is chosen; shows what the exit would give. */
  readonly preview: Leg | null
  /** What the arrow keys move: a leg, both, or the cursor to where the exit will be while none is chosen. */
  readonly active: LegName | 'whole'
  /** Where the trader would leave at a loss, and with the gain aimed at; null: not said. */
  readonly stop: number | null
  readonly target: number | null
  /** Of the annotation that it is a copy of; null for any other. */
  readonly texts: { readonly notes: string; readonly tags: readonly string[] } | null
  /** Null: derived from exit against entry. */
  readonly flipped: Direction | null
  readonly mode: MarkMode
  /** Latest instant whose market could be seen when the entry was chosen; null if unknown. */
  readonly visibleUntil: number | null
  /** Page clock, ms, when the entry was chosen. */
  readonly startedAt: number
  /** The annotation being adjusted; null for a new one. */
  readonly editing: AnnotationOut | null
}

/** What a mark has before anything is said of it. */
export const UNSAID = { stop: null, target: null, texts: null } as const

export type Begin = Pick<Mark, 'mode' | 'visibleUntil' | 'startedAt'>

/**
 * A mark with its entry chosen. Placed at the cursor (A) it stays there, and the arrows go on to the exit; a click is still to be moved by
 * seconds, so there `active` is the entry.
 */
export function beginMark(entry: Leg, begin: Begin, active: LegName = 'entry'): Mark {
  return { entry, exit: null, preview: null, active, flipped: null, editing: null, ...UNSAID, ...begin }
}

/** The leg that the arrow keys move, the entry where both are; null where they move the cursor, the exit being not yet chosen. */
export function movedLeg({ active, entry, exit }: Mark): Leg | null {
  return active === 'exit' ? exit : entry
}

/** Shift E: the arrow keys move both legs, or the entry again. As it was while there is no exit. */
export function withBothLegs(mark: Mark): Mark {
  if (mark.exit === null) return mark
  return { ...mark, active: mark.active === 'whole' ? 'entry' : 'whole' }
}

/** Both legs; stop and target stay as far from the entry, in percent, as they were. */
export function withBoth(mark: Mark, entry: Leg, exit: Leg): Mark {
  const along = (level: number | null) =>
    level === null
      ? null
      : Number(
          (level * (entry.price / mark.entry.price)).toFixed(
            decimalsOf([level, entry.price, mark.entry.price]),
          ),
        )
  return { ...mark, entry, exit, preview: null, stop: along(mark.stop), target: along(mark.target) }
}

/** The other direction: what was the stop's side of the entry is the target's. */
export function turned(mark: Mark, direction: Direction): Mark {
  const { stop, target } = mark
  const isOther = directionOf(mark) !== null && directionOf(mark) !== direction
  return { ...mark, flipped: direction, ...(isOther ? { stop: target, target: stop } : {}) }
}

/** Of the mark as it is; null before there is anything to tell it by. */
export function directionOf(mark: Mark): Direction | null {
  const exit = mark.exit ?? mark.preview
  return mark.flipped ?? (exit === null ? null : gainingDirection(mark.entry.price, exit.price))
}

/** Why its stop or its target stands wrong, in words; null where neither does. */
export function planFault(mark: Mark): string | null {
  const direction = directionOf(mark)
  if (direction === null) return null
  const fault = (name: LevelName, price: number | null) =>
    price === null ? null : levelFault(name, direction, mark.entry.price, price)
  return fault('stop', mark.stop) ?? fault('target', mark.target)
}

/** E: the arrow keys move the other one. */
export function withOtherLeg(mark: Mark): Mark {
  return { ...mark, active: mark.active === 'entry' ? 'exit' : 'entry' }
}

/** A mark that adjusts a saved annotation, its exit in hand. */
export function beginEdit(annotation: AnnotationOut, startedAt: number): Mark {
  const entry = { time: Date.parse(annotation.entry.timestamp), price: annotation.entry.price }
  const exit = { time: Date.parse(annotation.exit.timestamp), price: annotation.exit.price }
  const derived = gainingDirection(entry.price, exit.price)
  return {
    entry,
    exit,
    preview: null,
    active: 'entry',
    flipped: derived === annotation.direction ? null : annotation.direction,
    mode: annotation.provenance.mode,
    visibleUntil:
      annotation.provenance.visible_until === null ? null : Date.parse(annotation.provenance.visible_until),
    startedAt,
    editing: annotation,
    stop: annotation.stop_price,
    target: annotation.target_price,
    texts: null,
  }
}

/** Where a leg may stand: the entry at a price that a profit can be told in percent of, the exit after it. In words when it may not. */
export function refusalOf(mark: Mark | null, name: LegName, leg: Leg): string | null {
  if (name === 'entry' && leg.price <= 0)
    return 'At a price of 0 or below no profit can be told in percent: choose another entry.'
  if (mark === null) return null
  if (name === 'exit' && leg.time <= mark.entry.time) return 'The exit must be after the entry.'
  if (name === 'entry' && mark.exit !== null && leg.time >= mark.exit.time)
    return 'The entry must be before the exit.'
  return null
}

/** Puts a leg; the exit becomes what the arrow keys move. */
export function withLeg(mark: Mark, name: LegName, leg: Leg): Mark {
  if (name === 'entry') return { ...mark, entry: leg, active: 'entry' }
  return { ...mark, exit: leg, preview: null, active: 'exit' }
}

/** One step back: the exit, else the whole mark. */
export function stepBack(mark: Mark): Mark | null {
  if (mark.exit === null || mark.editing !== null) return null
  return { ...mark, exit: null, preview: null, active: 'entry' }
}

export interface Outcome {
  readonly direction: Direction
  readonly gross: number
  readonly net: number
  readonly seconds: number
  /** To be gained for each unit risked; null without a stop. */
  readonly ratio: number | null
  /** Whether it is of a chosen exit, or only of where the pointer is. */
  readonly chosen: boolean
}

/** Direction, P&L and holding time of the chosen exit, else of the pointer's place after the entry; null without either. */
export function outcomeOf(mark: Mark): Outcome | null {
  const exit = mark.exit ?? mark.preview
  if (exit === null || exit.time <= mark.entry.time) return null
  const direction = mark.flipped ?? gainingDirection(mark.entry.price, exit.price)
  return {
    direction,
    gross: grossPct(direction, mark.entry.price, exit.price),
    net: netPct(direction, mark.entry.price, exit.price),
    seconds: Math.round((exit.time - mark.entry.time) / 1000),
    ratio: rewardToRisk(
      { entry: mark.entry.price, exit: exit.price, stop: mark.stop, target: mark.target },
      direction,
    ),
    chosen: mark.exit !== null,
  }
}
