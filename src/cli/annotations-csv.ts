// Annotations as CSV: one row each.
import type { AnnotationOut } from '../contract/annotations.ts'
import { csvOf, type Cell } from '../contract/csv.ts'

const COLUMNS: Record<string, (annotation: AnnotationOut) => Cell> = {
  id: (a) => a.id,
  test_case_id: (a) => a.test_case_id,
  symbol: (a) => a.symbol,
  venue: (a) => a.venue,
  direction: (a) => a.direction,
  entry_timestamp: (a) => a.entry.timestamp,
  entry_price: (a) => a.entry.price,
  exit_timestamp: (a) => a.exit.timestamp,
  exit_price: (a) => a.exit.price,
  profit_loss_pct: (a) => a.profit_loss_pct,
  net_profit_loss_pct: (a) => a.net_profit_loss_pct,
  holding_period_seconds: (a) => a.holding_period_seconds,
  tags: (a) => tagsCell(a.tags),
  notes: (a) => a.notes,
  provenance_mode: (a) => a.provenance.mode,
  created_at: (a) => a.created_at,
  updated_at: (a) => a.updated_at,
  visible_until: (a) => a.provenance.visible_until,
  seconds_spent: (a) => a.provenance.seconds_spent,
  annotator: (a) => a.provenance.annotator ?? null,
  stop_price: (a) => a.stop_price,
  target_price: (a) => a.target_price,
}

/** With semicolons between them; as a JSON list where a tag has one itself. */
function tagsCell(tags: readonly string[]): string {
  const plain = tags.every((tag) => !tag.includes(';') && !tag.startsWith('[') && tag.trim() === tag)
  return plain ? tags.join(';') : JSON.stringify(tags)
}

export function annotationsCsv(annotations: readonly AnnotationOut[]): string {
  const values = Object.values(COLUMNS)
  return csvOf(
    Object.keys(COLUMNS),
    annotations.map((annotation) => values.map((value) => value(annotation))),
  )
}
