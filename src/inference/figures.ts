// The figures of a session, computed from its signals.
import type { Kysely } from 'kysely'
import type { SessionOut } from '../contract/inference.ts'
import { SECOND } from '../core/time.ts'
import type { InferenceTables } from './schema.ts'

/** What a session's signals come to. */
export type Figures = Pick<SessionOut, 'signals' | 'calls' | 'latency_ms' | 'signals_per_minute'>

/** Signals a minute are counted over the last minute of a session's seconds. */
const RATE_WINDOW = 60 * SECOND

type Db = Kysely<InferenceTables>

export async function figuresOf(db: Db, session: string): Promise<Figures> {
  const signals = await countOf(signalsOf(db, session))
  return {
    signals,
    calls: await countOf(signalsOf(db, session).where('call_opens', '=', 1)),
    latency_ms: {
      p50: await latencyOf(db, session, signals, 0.5),
      p99: await latencyOf(db, session, signals, 0.99),
    },
    signals_per_minute: await rateOf(db, session),
  }
}

function signalsOf(db: Db, session: string) {
  return db.selectFrom('signal').where('session', '=', session)
}

async function countOf(signals: ReturnType<typeof signalsOf>): Promise<number> {
  const { n } = await signals.select(({ fn }) => fn.countAll<number>().as('n')).executeTakeFirstOrThrow()
  return n
}

/** Nearest rank: the smallest latency that at least `share` of the signals do not exceed. */
async function latencyOf(db: Db, session: string, signals: number, share: number): Promise<number | null> {
  if (signals === 0) return null
  const row = await signalsOf(db, session)
    .select('latency_ms')
    .orderBy('latency_ms')
    .limit(1)
    .offset(Math.ceil(signals * share) - 1)
    .executeTakeFirst()
  return row?.latency_ms ?? null
}

async function rateOf(db: Db, session: string): Promise<number | null> {
  const { first, last } = await signalsOf(db, session)
    .select(({ fn }) => [
      fn.min<number | null>('timestamp').as('first'),
      fn.max<number | null>('timestamp').as('last'),
    ])
    .executeTakeFirstOrThrow()
  if (first === null || last === null) return null
  const from = Math.max(first, last - RATE_WINDOW + SECOND)
  const signals = await countOf(signalsOf(db, session).where('timestamp', '>=', from))
  return (signals * 60 * SECOND) / (last - from + SECOND)
}
