// What becomes of a mark of which a part is dragged: where each part may go, and why it may not. Pure.
import type { Direction } from '../../contract/direction.ts'
import {
  planFault,
  refusalOf,
  withBoth,
  withLeg,
  type Leg,
  type LegName,
  type Mark,
  type Part,
} from '../state/mark.ts'
import { beginEdit } from '../state/mark.ts'
import type { AnnotationOut } from '../../contract/annotations.ts'

/** How far a mark may reach, UTC ms, and whether that is because the future is hidden. */
export interface Reach {
  readonly until: number
  readonly isBlind: boolean
}

/** The mark as it would be, or as it was with the reason in words. */
export interface Dragged {
  readonly mark: Mark
  readonly fault: string | null
}

/** A saved annotation in the trader's hold: unlike one that is being made its direction stays, wherever the exit goes. */
export function heldOf(annotation: AnnotationOut, at: number): Mark {
  const direction: Direction = annotation.direction
  return { ...beginEdit(annotation, at), flipped: direction }
}

export function withDraggedLeg(mark: Mark, name: LegName, leg: Leg | null, reach: Reach): Dragged {
  if (leg === null) return { mark, fault: 'No 1s candles are stored there.' }
  const fault = beyond(name, leg.time, reach) ?? refusalOf(mark, name, leg)
  return fault === null ? sound(mark, withLeg(mark, name, leg)) : { mark, fault }
}

/** `entry` and `exit` as far apart as they were. */
export function withDraggedBoth(mark: Mark, entry: Leg | null, exit: Leg | null, reach: Reach): Dragged {
  if (entry === null || exit === null) return { mark, fault: 'No 1s candles are stored there.' }
  const fault = beyond('exit', exit.time, reach) ?? refusalOf(null, 'entry', entry)
  return fault === null ? sound(mark, withBoth(mark, entry, exit)) : { mark, fault }
}

export function withLevel(mark: Mark, name: 'stop' | 'target', price: number | null): Dragged {
  return sound(mark, name === 'stop' ? { ...mark, stop: price } : { ...mark, target: price })
}

/** `next` where its levels stand right, else as it was before. */
function sound(before: Mark, next: Mark): Dragged {
  const fault = planFault(next)
  return { mark: fault === null ? next : before, fault }
}

/** Why `part` may not stand at `time`, UTC ms, in words; null where it may. */
export function beyond(part: string, time: number, { until, isBlind }: Reach): string | null {
  if (time <= until) return null
  return isBlind
    ? `The ${part} would lie after the cursor, and the future is hidden: play on, or show it (H).`
    : `The ${part} would lie in the future: the newest second is as far as a mark reaches.`
}

/** Whether anything of it is otherwise than in what it edits. */
export function isOther(
  mark: Mark,
  { entry, exit, stop_price, target_price, direction }: AnnotationOut,
): boolean {
  return (
    mark.entry.time !== Date.parse(entry.timestamp) ||
    mark.entry.price !== entry.price ||
    mark.exit?.time !== Date.parse(exit.timestamp) ||
    mark.exit.price !== exit.price ||
    mark.stop !== stop_price ||
    mark.target !== target_price ||
    (mark.flipped !== null && mark.flipped !== direction)
  )
}

/** Parts that move in time. */
export function isLeg(part: Part): part is LegName {
  return part === 'entry' || part === 'exit'
}
