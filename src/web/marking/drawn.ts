// What becomes of a stretch that is drawn over a chart: a mark from its earlier second to its later one, or why not. Pure.
import { beginMark, refusalOf, type Begin, type Leg, type Mark } from '../state/mark.ts'
import { beyond, withDraggedLeg, type Reach } from './dragged.ts'

/** The mark, or null with the reason in words. */
export interface Drawn {
  readonly mark: Mark | null
  readonly fault: string | null
}

/**
 * From `one` to `other`, whichever is earlier: both ends of what the pointer went over, null where no 1s candle is stored. `begin` says how a
 * mark begins that is entered there.
 */
export function drawnMark(
  one: Leg | null,
  other: Leg | null,
  reach: Reach,
  begin: (entry: Leg) => Begin,
): Drawn {
  if (one === null || other === null) return { mark: null, fault: 'No 1s candles are stored there.' }
  const [entry, exit] = one.time <= other.time ? [one, other] : [other, one]
  const fault = beyond('entry', entry.time, reach) ?? refusalOf(null, 'entry', entry)
  if (fault !== null) return { mark: null, fault }
  const { mark, fault: why } = withDraggedLeg(beginMark(entry, begin(entry)), 'exit', exit, reach)
  return why === null ? { mark, fault: null } : { mark: null, fault: why }
}
