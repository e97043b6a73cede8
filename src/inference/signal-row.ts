// A signal as a row, and a row as the signal that is told.
import type { Selectable } from 'kysely'
import type { SignalOut } from '../contract/inference.ts'
import { epochMs, toIso } from '../core/time.ts'
import { confidenceWords, wholeBand } from '../signals/confidence-band.ts'
import type { Call } from '../signals/signal.ts'
import type { SessionTable, SignalTable } from './schema.ts'
import type { LiveSignal } from './session.ts'

/** What is told of its session with a signal. */
export type OfSession = Pick<
  Selectable<SessionTable>,
  'symbol' | 'venue' | 'model' | 'checkpoint' | 'pattern'
>

/** A row beside what its session says of it. */
export type SignalRow = Selectable<SignalTable> & OfSession

/** The tracker numbers calls by second; the session makes them unique. Stands in addresses as it is. */
export function callIdOf(session: string, { id }: Pick<Call, 'id'>): string {
  return `${session}.${id}`
}

/** The same; null where there is no call. */
export function callIdOrNull(session: string, call: Call | null): string | null {
  return call === null ? null : callIdOf(session, call)
}

export function rowOf(session: string, signal: LiveSignal): Omit<Selectable<SignalTable>, 'id'> {
  const { scores, confidence } = signal
  const [low, high] = confidence.interval ?? [null, null]
  return {
    session,
    timestamp: signal.timestamp,
    emitted_at: signal.emittedAt,
    action: signal.action,
    buy: scores?.BUY ?? null,
    sell: scores?.SELL ?? null,
    hold: scores?.HOLD ?? null,
    confidence: confidence.confidence,
    confidence_n: confidence.n,
    confidence_low: low,
    confidence_high: high,
    price: signal.price,
    latency_ms: signal.latencyMs,
    call_id: callIdOrNull(session, signal.call),
    call_opens: signal.opens ? 1 : 0,
    reason: signal.reason,
    intent: signal.intent,
    oddness: signal.oddness,
  }
}

export function signalOut(row: SignalRow): SignalOut {
  const { buy, sell, hold, confidence_low: low, confidence_high: high, intent, oddness, ...rest } = row
  const interval: [number, number] | null = low === null || high === null ? null : [low, high]
  return {
    ...rest,
    timestamp: toIso(epochMs(row.timestamp)),
    emitted_at: toIso(epochMs(row.emitted_at)),
    scores: buy === null || sell === null || hold === null ? null : { BUY: buy, SELL: sell, HOLD: hold },
    confidence_interval: interval,
    confidence_band: wholeBand(interval),
    confidence_words: row.action === 'HOLD' ? null : confidenceWords(interval, row.confidence_n),
    call_opens: row.call_opens === 1,
    ...(intent === null ? {} : { intent }),
    ...(oddness === null ? {} : { oddness }),
  }
}
