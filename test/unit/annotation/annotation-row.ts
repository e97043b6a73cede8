// A row of an annotation for tests of stores: every column is told, none that a test does not speak of means anything.
import type { AnnotationRow } from '../../../src/annotation/schema.ts'

/** Held for half a second, and saved when it was entered. */
export function annotationRow(
  row: Pick<AnnotationRow, 'id' | 'venue' | 'symbol' | 'entry_time'> & Partial<AnnotationRow>,
): AnnotationRow {
  return {
    direction: 'LONG',
    entry_price: 0.1 + 0.2,
    exit_time: row.entry_time + 500,
    exit_price: 61_234.01,
    notes: 'a "quote", a \\ and 😀',
    tags: '[]',
    fee_pct: 0.1,
    entry_check: '{}',
    gap_share_pct: 0,
    mode: 'hindsight',
    visible_until: null,
    seconds_spent: 1.5,
    annotator: null,
    stop_price: null,
    target_price: 99.5,
    created_at: row.entry_time,
    updated_at: row.entry_time,
    deleted_at: null,
    file_pending: 0,
    removed_case: null,
    ...row,
  }
}
