// An annotation made anew of its test case, which holds all that the trader said of it.
import type { EntryCheck, TestCaseFile } from '../contract/annotations.ts'
import { epochMs, SECOND, toIso } from '../core/time.ts'
import { gapSharePct } from '../market-state/gap-share.ts'
import { provenanceOf, testCaseId } from './case-content.ts'
import { gapsOf } from './case-state.ts'
import type { AnnotationRow } from './schema.ts'

/** `check`: what the market's store says of the entry now; where it no longer holds those seconds, `entryCheckOfCase`. */
export function annotationOfCase(
  content: TestCaseFile,
  check: EntryCheck = entryCheckOfCase(content),
): AnnotationRow {
  const { direction, entry_price, exit_price, holding_period_seconds: held } = content.expected_outcome
  const { mode, visible_until, created_at, seconds_spent, annotator } = content.provenance
  const entry = Date.parse(content.timestamp)
  return {
    id: content.test_case_id.slice(testCaseId('').length),
    venue: content.venue,
    symbol: content.symbol,
    direction,
    entry_time: entry,
    entry_price,
    exit_time: entry + Math.round(held * SECOND),
    exit_price,
    stop_price: content.stop_price ?? null,
    target_price: content.target_price ?? null,
    notes: content.notes,
    tags: JSON.stringify(content.tags),
    fee_pct: content.fee_pct_per_side,
    entry_check: JSON.stringify(check),
    gap_share_pct: gapSharePct(gapsOf(content)),
    mode,
    visible_until: visible_until === null ? null : Date.parse(visible_until),
    seconds_spent,
    annotator: annotator ?? null,
    created_at: Date.parse(created_at),
    updated_at: Date.parse(created_at),
    deleted_at: null,
    file_pending: 0,
    removed_case: null,
  }
}

/** What the case itself, which ends at the entry, tells of whether its price could be had: the seconds after it are unknown. */
export function entryCheckOfCase({ market_state, expected_outcome }: TestCaseFile): EntryCheck {
  const { close, high, low } = market_state.ohlcv_1s
  const price = expected_outcome.entry_price
  const [last = null, top, bottom] = [close.at(-1), high.at(-1), low.at(-1)]
  const isTouched = top !== undefined && bottom !== undefined && bottom <= price && price <= top
  return {
    last_close: last,
    next_open: null,
    deviation_pct: last === null ? null : ((price - last) / last) * 100,
    reachable: isTouched ? true : null,
  }
}

/** The fields, by their names in the file, in which a case and its annotation say different things. */
export function differences(row: AnnotationRow, content: TestCaseFile): string[] {
  const own = saidBy(row)
  const other = saidBy(annotationOfCase(content))
  return Object.keys(own).filter((name) => JSON.stringify(own[name]) !== JSON.stringify(other[name]))
}

function saidBy(row: AnnotationRow): Record<string, unknown> {
  return {
    symbol: row.symbol,
    venue: row.venue,
    timestamp: toIso(epochMs(row.entry_time)),
    direction: row.direction,
    entry_price: row.entry_price,
    exit_price: row.exit_price,
    stop_price: row.stop_price,
    target_price: row.target_price,
    holding_period_seconds: (row.exit_time - row.entry_time) / SECOND,
    fee_pct_per_side: row.fee_pct,
    tags: row.tags,
    notes: row.notes,
    provenance: provenanceOf(row),
  }
}
