// A call as a row, and a row as the call that is told.
import type { Insertable } from 'kysely'
import type { CallOut } from '../contract/live-calls.ts'
import { epochMs, toIso } from '../core/time.ts'
import { confidenceWords, wholeBand } from '../signals/confidence-band.ts'
import type { PricedCall } from '../signals/outcome.ts'
import type { CallRule } from '../signals/signal.ts'
import type { CallRow } from './call-store.ts'
import type { CallTable } from './schema.ts'
import type { LiveSignal } from './session.ts'
import { callIdOf } from './signal-row.ts'

/** Null unless the signal opens a call. */
export function openedCall(
  session: string,
  signal: LiveSignal,
  rule: CallRule,
): Insertable<CallTable> | null {
  const { call, scores, price, confidence } = signal
  if (!signal.opens || call === null || scores === null || price === null) return null
  const [low, high] = confidence.interval ?? [null, null]
  return {
    id: callIdOf(session, call),
    session,
    action: call.action,
    opened_at: call.opensAt,
    seen_at: signal.seenAt,
    price,
    score: call.score,
    buy: scores.BUY,
    sell: scores.SELL,
    hold: scores.HOLD,
    rule_on: rule.on,
    rule_off: rule.off,
    confidence: confidence.confidence,
    confidence_n: confidence.n,
    confidence_low: low,
    confidence_high: high,
  }
}

/** What its outcome is followed from. */
export function pricedCall({ action, opened_at, price }: Insertable<CallTable>): PricedCall {
  return { action, opensAt: epochMs(opened_at), price }
}

/** What annotations say of it is not known here. */
export function callOut(row: CallRow): CallOut {
  const { confidence_low: low, confidence_high: high } = row
  const interval: [number, number] | null = low === null || high === null ? null : [low, high]
  return {
    id: row.id,
    session: row.session,
    model: row.model,
    checkpoint: row.checkpoint,
    symbol: row.symbol,
    venue: row.venue,
    action: row.action,
    opened_at: toIso(epochMs(row.opened_at)),
    closed_at: isoOrNull(row.closed_at),
    price: row.price,
    score: row.score,
    on: row.rule_on,
    confidence: row.confidence,
    confidence_n: row.confidence_n,
    confidence_interval: interval,
    confidence_band: wholeBand(interval),
    confidence_words: confidenceWords(interval, row.confidence_n),
    outcome: row.outcome,
    outcome_pct: row.outcome_pct,
    outcome_at: isoOrNull(row.outcome_at),
    matched_annotation: null,
    verdict: row.verdict,
    ...(row.part_of === null ? {} : { part_of: row.part_of, withheld: row.told === 0 }),
  }
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : toIso(epochMs(at))
}
