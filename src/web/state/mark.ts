// The mark being made: entry, exit, direction. A pure machine; the page shows it and saves it.
import type { AnnotationOut } from '../../contract/annotations.ts'
import { gainingDirection, grossPct, netPct, type Direction } from './pnl.ts'

export interface Leg {
  /** UTC ms: the as-of instant T, a whole second, the end of the 1s candle it was seen in. */
  readonly time: number
  /** The close of that candle. */
  readonly price: number
}

export type LegName = 'entry' | 'exit'
export type MarkMode = 'hindsight' | 'replay' | 'live' | 'proposal'

export interface Mark {
  readonly entry: Leg
  /** Chosen exit; null until there is one. */
  readonly exit: Leg | null
  /** Where the pointer is while no exit is chosen; shows what the exit would give. */
  readonly preview: Leg | null
  /** What the arrow keys move: a leg, or the cursor to where the exit will be while none is chosen. */
  readonly active: LegName
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

export type Begin = Pick<Mark, 'mode' | 'visibleUntil' | 'startedAt'>

/**
 * A mark with its entry chosen. Placed at the cursor (A) it stays there, and the arrows go on to the exit; a click is still to be moved by
 * seconds, so there `active` is the entry.
 */
export function beginMark(entry: Leg, begin: Begin, active: LegName = 'entry'): Mark {
  return { entry, exit: null, preview: null, active, flipped: null, editing: null, ...begin }
}

/** The leg that the arrow keys move; null where they move the cursor, the exit being not yet chosen. */
export function movedLeg({ active, entry, exit }: Mark): Leg | null {
  return active === 'entry' ? entry : exit
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
    chosen: mark.exit !== null,
  }
}
