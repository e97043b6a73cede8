// A labelled span from another program, before it is an annotation.
import type { Direction } from '../../contract/direction.ts'
import type { AnnotationBody } from '../../contract/annotations.ts'
import type { EpochMs } from '../../core/time.ts'

/** What was marked, in the other program's words. */
export interface Label {
  /** Its place in the file: the line, or the number of the region. */
  readonly line: number
  /** Whose words say the direction, where `direction` is null. */
  readonly names: readonly string[]
  readonly direction: Direction | null
  readonly from: EpochMs
  readonly to: EpochMs
  /** Where the file says them. */
  readonly entryPrice: number | null
  readonly exitPrice: number | null
  /** Of our own annotations; null where there is none. */
  readonly stopPrice: number | null
  readonly targetPrice: number | null
  /** The prices are to be the market's, near enough. Our own annotations have theirs checked when they were made. */
  readonly foreign: boolean
  readonly tags: readonly string[]
  readonly notes: string
  /** Who made it, where the file says so. */
  readonly annotator: string | null
  /** It is marked as the right one among those of several annotators. */
  readonly groundTruth: boolean
  /** The series that was labelled and whose values are the prices; null where it has no name. */
  readonly series: string | null
  /** Of our own annotations. */
  readonly provenance: AnnotationBody['provenance']
}

type Place = Pick<Label, 'line' | 'names' | 'from' | 'to'>

/** A label of which nothing more is known than `known`. */
export function labelOf(known: Place & Partial<Label>): Label {
  return {
    direction: null,
    entryPrice: null,
    exitPrice: null,
    stopPrice: null,
    targetPrice: null,
    foreign: true,
    tags: [],
    notes: '',
    annotator: null,
    groundTruth: false,
    series: null,
    provenance: undefined,
    ...known,
  }
}

/** A label that cannot become an annotation, and why. */
export interface RefusedLabel {
  readonly line: number
  readonly reason: string
}

export interface LabelFile {
  readonly labels: readonly Label[]
  readonly refused: readonly RefusedLabel[]
  /** Labels that the file says belong to another market. */
  readonly elsewhere: number
  /** The other markets' symbols, as the file writes them. */
  readonly otherSymbols: readonly string[]
}
