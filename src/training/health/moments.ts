// Marks as the measures of the data set's health take them, and as their rows name them.
import type { AnnotationOut } from '../../contract/annotations.ts'
import type { LabelledMoment } from '../../contract/data-set-health.ts'
import { epochMs, toIso, type EpochMs } from '../../core/time.ts'
import type { Market } from '../../market/types.ts'

/** A list's rows, worst first, and how many there are in all. */
export interface Listed<Row> {
  readonly rows: Row[]
  readonly total: number
}

/** Rows of a list that are told. */
const MOST_ROWS = 200

export function listed<Row>(rows: readonly Row[]): Listed<Row> {
  return { rows: rows.slice(0, MOST_ROWS), total: rows.length }
}

export function entryOf({ entry }: Pick<AnnotationOut, 'entry'>): EpochMs {
  return epochMs(Date.parse(entry.timestamp))
}

export function exitOf({ exit }: Pick<AnnotationOut, 'exit'>): EpochMs {
  return epochMs(Date.parse(exit.timestamp))
}

export function momentOf({ id, symbol, venue, direction, entry }: AnnotationOut): LabelledMoment {
  return { annotation_id: id, symbol, venue, timestamp: entry.timestamp, label: direction }
}

/** A rejected HOLD. */
export function holdMoment({ symbol, venue }: Market, at: EpochMs): LabelledMoment {
  return { annotation_id: null, symbol, venue, timestamp: toIso(at), label: 'HOLD' }
}
