// What was live in the time of a forward record: calls that ended, markets and days, seconds that were answered.
import { sql, type Kysely } from 'kysely'
import { DAY, epochMs, floorTo, type EpochMs } from '../../core/time.ts'
import type { Market, TimeRange } from '../../market/types.ts'
import type { Barriers } from '../../signals/barriers.ts'
import type { InferenceTables } from '../schema.ts'

/** A checkpoint, and the time in which its calls count: whole seconds [from, to); to: infinite while it holds. */
export interface LiveSpan extends TimeRange {
  readonly model: string
  readonly checkpoint: string
}

export interface EndedCall {
  readonly id: string
  readonly market: Market
  readonly action: 'BUY' | 'SELL'
  readonly opensAt: EpochMs
  readonly outcome: 'right' | 'wrong' | 'expired'
  /** Percent of the call's price, before fees. */
  readonly grossPct: number
  readonly barriers: Barriers
}

export interface LiveDay {
  readonly market: Market
  /** The part of one UTC day that lies in the span. */
  readonly range: TimeRange
}

type Db = Kysely<InferenceTables>

/** In the order in which they ended. None of a replay: what comes was there already. */
export async function endedCalls(db: Db, span: LiveSpan): Promise<EndedCall[]> {
  const rows = await sessionsOf(db, span)
    .innerJoin('call', 'call.session', 'inference_session.id')
    .select(['call.id', 'symbol', 'venue', 'action', 'opened_at', 'outcome', 'outcome_pct', 'barriers'])
    .where('opened_at', '>=', span.from)
    .where('opened_at', '<', wholeOf(span.to))
    .where('seen_at', 'is not', null)
    .orderBy('outcome_at')
    .orderBy('call.id')
    .execute()
  return rows.flatMap(({ id, symbol, venue, action, opened_at, outcome, outcome_pct, barriers }) => {
    if (outcome === 'open' || outcome_pct === null || barriers === null) return []
    const known = JSON.parse(barriers) as Barriers
    const grossPct = outcome_pct + 2 * known.fee_pct_per_side
    const opensAt = epochMs(opened_at)
    return [{ id, market: { symbol, venue }, action, opensAt, outcome, grossPct, barriers: known }]
  })
}

/** Every UTC day before `now` of every market with a session, ascending. */
export async function liveDays(db: Db, span: LiveSpan, now: EpochMs): Promise<LiveDay[]> {
  const rows = await sessionsOf(db, span).select(['symbol', 'venue', 'started_at', 'stopped_at']).execute()
  const days = new Map<string, LiveDay>()
  for (const { symbol, venue, started_at, stopped_at } of rows) {
    const to = Math.min(span.to, stopped_at ?? now, now)
    for (let day = floorTo(Math.max(span.from, started_at), DAY); day < to; day = epochMs(day + DAY)) {
      const range = { from: epochMs(Math.max(day, span.from)), to: epochMs(Math.min(day + DAY, span.to)) }
      days.set(JSON.stringify([venue, symbol, day]), { market: { symbol, venue }, range })
    }
  }
  return [...days.values()].toSorted((a, b) => a.range.from - b.range.from)
}

/** Seconds that were answered with scores, ascending, each once however many sessions there were. */
export async function answeredSeconds(
  db: Db,
  span: LiveSpan,
  { market, range }: LiveDay,
): Promise<EpochMs[]> {
  const rows = await sessionsOf(db, span)
    .innerJoin('signal', 'signal.session', 'inference_session.id')
    .select('timestamp')
    .distinct()
    .where('symbol', '=', market.symbol)
    .where('venue', '=', market.venue)
    .where('timestamp', '>=', range.from)
    .where('timestamp', '<', range.to)
    .where('buy', 'is not', null)
    .orderBy('timestamp')
    .execute()
  return rows.map(({ timestamp }) => epochMs(timestamp))
}

/** What calls on this market were followed by last; null where nothing was marked. */
export async function barriersOn(
  db: Db,
  span: LiveSpan,
  { market, range }: LiveDay,
): Promise<Barriers | null> {
  const row = await sessionsOf(db, span)
    .select('barriers')
    .where('symbol', '=', market.symbol)
    .where('venue', '=', market.venue)
    .where('started_at', '<', range.to)
    .where('barriers', 'is not', null)
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.barriers == null ? null : (JSON.parse(row.barriers) as Barriers)
}

/** No column of whole numbers knows infinity. */
function wholeOf(time: number): number {
  return Number.isFinite(time) ? time : Number.MAX_SAFE_INTEGER
}

function sessionsOf(db: Db, { model, checkpoint, from, to }: LiveSpan) {
  return db
    .selectFrom('inference_session')
    .where('model', '=', model)
    .where('checkpoint', '=', checkpoint)
    .where('started_at', '<', wholeOf(to))
    .where(sql<boolean>`(stopped_at IS NULL OR stopped_at >= ${from})`)
}
