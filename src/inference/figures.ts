// The figures of a session, from its signals and what was counted of them: none reads them all.
import type { Kysely, Selectable } from 'kysely'
import type { Percentiles, SessionOut } from '../contract/inference.ts'
import { SECOND } from '../core/time.ts'
import type { InferenceTables, SessionTable } from './schema.ts'

/** What a session's signals come to. */
export type Figures = Pick<
  SessionOut,
  'signals' | 'calls' | 'latency_ms' | 'model_latency_ms' | 'signals_per_minute'
>

/** Signals a minute are counted over the last minute of a session's seconds. */
const RATE_WINDOW = 60 * SECOND

type Db = Kysely<InferenceTables>

/** A session and what was counted as its signals came. */
export type Counted = Pick<Selectable<SessionTable>, 'id' | 'signal_count' | 'call_count'>

/** @param model how long its model took of late */
export async function figuresOf(
  db: Db,
  { id, signal_count: signals, call_count }: Counted,
  model: Percentiles,
): Promise<Figures> {
  return {
    signals,
    calls: call_count,
    latency_ms: {
      p50: await latencyOf(db, id, signals, 0.5),
      p99: await latencyOf(db, id, signals, 0.99),
    },
    model_latency_ms: model,
    signals_per_minute: await rateOf(db, id),
  }
}

function signalsOf(db: Db, session: string) {
  return db.selectFrom('signal').where('session', '=', session)
}

/** Nearest rank: the smallest latency that at least `share` of the signals do not exceed. */
async function latencyOf(db: Db, session: string, signals: number, share: number): Promise<number | null> {
  if (signals === 0) return null
  const rank = Math.ceil(signals * share)
  // Counted from the nearer end.
  const fromEnd = signals - rank
  const isNearEnd = fromEnd < rank
  const row = await signalsOf(db, session)
    .select('latency_ms')
    .orderBy('latency_ms', isNearEnd ? 'desc' : 'asc')
    .limit(1)
    .offset(isNearEnd ? fromEnd : rank - 1)
    .executeTakeFirst()
  return row?.latency_ms ?? null
}

async function rateOf(db: Db, session: string): Promise<number | null> {
  const first = await secondAt(db, session, 'asc')
  const last = await secondAt(db, session, 'desc')
  if (first === null || last === null) return null
  const from = Math.max(first, last - RATE_WINDOW + SECOND)
  const { signals } = await signalsOf(db, session)
    .where('timestamp', '>=', from)
    .select(({ fn }) => fn.countAll<number>().as('signals'))
    .executeTakeFirstOrThrow()
  return (signals * 60 * SECOND) / (last - from + SECOND)
}

/** The first second of a session, or its last. Each by itself: both at once would read all of them. */
async function secondAt(db: Db, session: string, order: 'asc' | 'desc'): Promise<number | null> {
  const signals = signalsOf(db, session).select('timestamp').orderBy('timestamp', order)
  return (await signals.limit(1).executeTakeFirst())?.timestamp ?? null
}
