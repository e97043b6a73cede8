// Annotations as CSV (RFC 4180): one row each.
import type { AnnotationOut } from '../contract/annotations.ts'

const COLUMNS: Record<string, (annotation: AnnotationOut) => string | number | boolean | null> = {
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
  const rows = annotations.map((annotation) => Object.values(COLUMNS).map((value) => cell(value(annotation))))
  return [Object.keys(COLUMNS), ...rows].map((row) => `${row.join(',')}\r\n`).join('')
}

function cell(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
