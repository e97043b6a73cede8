// What is right at every second: entry zones, neutral seconds and HOLD, from annotations and reviewed spans (design, section 5).
import { actionOf, type Direction, type EntryAction } from '../../contract/direction.ts'
import { at } from '../../core/at.ts'
import { SECOND, epochMs, type EpochMs } from '../../core/time.ts'
import { clip } from '../../market/ranges.ts'
import type { TimeRange } from '../../market/types.ts'

export type Label = 'BUY' | 'SELL' | 'HOLD'
/** `neutral`: neither trained nor scored. `unlabelled`: nobody said anything about that second. */
export type Target = Label | 'neutral' | 'unlabelled'

/** What targets need of an annotation; times are whole seconds, prices in quote units. */
export interface Mark {
  readonly id: string
  readonly direction: Direction
  readonly entry: EpochMs
  readonly exit: EpochMs
  readonly entryPrice: number
  readonly exitPrice: number
  /** False for a gross loss and for a case that is left out: everything around it is neutral. */
  readonly trained: boolean
}

/** A stretch [from, to) of seconds with one target. */
export interface Segment extends TimeRange {
  readonly target: Target
}

/** The entry zone [from, to) of a mark; `label` null where an opposite zone overlaps it. */
export interface Zone extends TimeRange {
  readonly mark: Mark
  readonly label: 'BUY' | 'SELL' | null
}

/** Close of the last 1s candle that ended at or before an instant; NaN where unknown. */
export type CloseAt = (instant: EpochMs) => number

const SHORTEST_ZONE = 3 * SECOND
const LONGEST_ZONE = 30 * SECOND
/** The zone ends early once so much of the marked move has run. */
const RUN_SHARE = 0.25

/** z in ms: 10 % of the holding time, clamped to 3–30 s. */
export function zoneLength(mark: Pick<Mark, 'entry' | 'exit'>): number {
  return Math.min(Math.max((mark.exit - mark.entry) / 10, SHORTEST_ZONE), LONGEST_ZONE)
}

/** [T − z, exit + z]: all that a mark says anything about, as a half-open range of whole seconds. */
export function labelSpan(mark: Mark): TimeRange {
  const z = zoneLength(mark)
  return { from: epochMs(mark.entry - z), to: epochMs(mark.exit + z + 1) }
}

/** Where a call counts as this mark's: [T − z, T + 3z). */
export function matchWindow(mark: Mark): TimeRange {
  const z = zoneLength(mark)
  return { from: epochMs(mark.entry - z), to: epochMs(mark.entry + 3 * z) }
}

/** [T, T + z), ending at the first second as of which a quarter of the marked move has run. The entry itself always belongs. */
export function entryZone(mark: Mark, closeAt: CloseAt): TimeRange {
  const end = mark.entry + zoneLength(mark)
  const move = (mark.exitPrice - mark.entryPrice) * RUN_SHARE
  if (move === 0) return { from: mark.entry, to: epochMs(end) }
  for (let second = epochMs(mark.entry + SECOND); second < end; second = epochMs(second + SECOND)) {
    if ((closeAt(second) - mark.entryPrice) / move >= 1) return { from: mark.entry, to: second }
  }
  return { from: mark.entry, to: epochMs(end) }
}

/** The target of every second of one market. */
export class Targets {
  readonly segments: readonly Segment[]
  /** Of trained marks, in the order given. */
  readonly zones: readonly Zone[]
  readonly warnings: readonly string[]

  /** @param holdSpans reviewed spans, or what stands in for them: unmarked seconds inside them are HOLD */
  constructor(marks: readonly Mark[], holdSpans: readonly TimeRange[], closeAt: CloseAt) {
    const { zones, warnings } = separateZones(marks, closeAt)
    this.zones = zones
    this.warnings = warnings
    this.segments = sweep([
      ...holdSpans.map((span) => painted(span.from, span.to, 'HOLD')),
      ...marks.flatMap(around),
      ...zones.map((zone) => painted(zone.from, zone.to, zone.label ?? 'neutral')),
    ])
  }

  /** The target of one second; logarithmic in the number of marks. */
  at(second: EpochMs): Target {
    let low = 0
    let high = this.segments.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.segments[middle]?.to ?? Infinity) <= second) low = middle + 1
      else high = middle
    }
    const found = this.segments[low]
    return found !== undefined && found.from <= second ? found.target : 'unlabelled'
  }

  /** The stretches of `range` with `target`, ascending. */
  stretches(target: Target, range: TimeRange): TimeRange[] {
    return clip(
      this.segments.filter((segment) => segment.target === target),
      range,
    )
  }
}

function separateZones(marks: readonly Mark[], closeAt: CloseAt): { zones: Zone[]; warnings: string[] } {
  const zones = marks
    .filter((mark) => mark.trained)
    .map((mark) => ({ ...entryZone(mark, closeAt), mark, label: sideOf(mark) as Zone['label'] }))
  const warnings: string[] = []
  const byTime = [...zones].sort((a, b) => a.from - b.from)
  for (const [index, zone] of byTime.entries()) {
    for (let next = index + 1; next < byTime.length && at(byTime, next).from < zone.to; next++) {
      const other = at(byTime, next)
      if (other.mark.direction === zone.mark.direction) continue
      zone.label = null
      other.label = null
      warnings.push(
        `The entries of annotations ${zone.mark.id} and ${other.mark.id} overlap in opposite directions, so neither is trained on. Delete or move one of them.`,
      )
    }
  }
  return { zones, warnings }
}

/** BUY enters a LONG, SELL a SHORT. */
export function sideOf(mark: Pick<Mark, 'direction'>): EntryAction {
  return actionOf(mark.direction)
}

/** Everything a mark says outside its entry zone. */
function around(mark: Mark): Painted[] {
  const z = zoneLength(mark)
  const { entry, exit } = mark
  const exitEnd = exit + z + 1
  if (!mark.trained) return [painted(entry - z, exitEnd, 'neutral')]
  const late = exit - z > entry + 3 * z ? [painted(entry + 3 * z, exit - z, 'HOLD')] : []
  return [...late, painted(entry - z, entry + 3 * z, 'neutral'), painted(exit - z, exitEnd, 'neutral')]
}

type Paint = Exclude<Target, 'unlabelled'>
interface Painted {
  readonly from: number
  readonly to: number
  readonly paint: Paint
}

function painted(from: number, to: number, paint: Paint): Painted {
  return { from, to, paint }
}

/** Zone beats neutral beats HOLD; BUY and SELL never meet, see `separateZones`. */
const PRECEDENCE: readonly Paint[] = ['BUY', 'SELL', 'neutral', 'HOLD']

/** Merges layers of paint into disjoint ascending segments. */
function sweep(layers: readonly Painted[]): Segment[] {
  const edges = layers
    .filter((layer) => layer.from < layer.to)
    .flatMap(({ from, to, paint }) => [
      { at: from, paint, change: 1 },
      { at: to, paint, change: -1 },
    ])
    .sort((a, b) => a.at - b.at)
  const open: Record<Paint, number> = { BUY: 0, SELL: 0, HOLD: 0, neutral: 0 }
  const segments: { from: EpochMs; to: EpochMs; target: Target }[] = []
  for (const [index, edge] of edges.entries()) {
    open[edge.paint] += edge.change
    const until = edges[index + 1]?.at
    const target = PRECEDENCE.find((paint) => open[paint] > 0)
    if (until === undefined || until === edge.at || target === undefined) continue
    const last = segments.at(-1)
    if (last !== undefined && last.to === edge.at && last.target === target) last.to = epochMs(until)
    else segments.push({ from: epochMs(edge.at), to: epochMs(until), target })
  }
  return segments
}
