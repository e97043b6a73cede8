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
  tags: (a) => a.tags.join(';'),
  notes: (a) => a.notes,
  provenance_mode: (a) => a.provenance.mode,
  created_at: (a) => a.created_at,
  updated_at: (a) => a.updated_at,
}

export function annotationsCsv(annotations: readonly AnnotationOut[]): string {
  const rows = annotations.map((annotation) => Object.values(COLUMNS).map((value) => cell(value(annotation))))
  return [Object.keys(COLUMNS), ...rows].map((row) => `${row.join(',')}\r\n`).join('')
}

function cell(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
