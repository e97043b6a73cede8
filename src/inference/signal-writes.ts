// The rows of one moment's signals, of any number of sessions, in two statements: theirs, and what they change of their sessions.
import { sql, type Insertable, type Transaction } from 'kysely'
import type { SignalOut } from '../contract/inference.ts'
import type { Market } from '../market/types.ts'
import { followCalls } from './call-store.ts'
import { insertGap, type Unanswered } from './gaps.ts'
import type { CallTable, InferenceTables } from './schema.ts'
import type { LiveSignal, SessionMemory } from './session.ts'
import { callIdOrNull, rowOf, signalOut, type OfSession } from './signal-row.ts'

/** What comes with a signal. */
export interface WithSignal {
  /** Seconds since the signal before that got no answer. */
  readonly missed: number
  /** Those of them in which no server was there. */
  readonly gap?: Unanswered | null
  readonly opened?: Insertable<CallTable> | null
  /** The call of a part that it tells. */
  readonly callId?: string | null
  /** What its session goes on from if this signal is its last here; null where it does not. */
  readonly memory?: SessionMemory | null
}

/** A signal on its way into the database; of each session one at a time. */
export interface Adding {
  readonly session: string
  readonly market: Market
  readonly signal: LiveSignal
  readonly withIt: WithSignal
  /** Whether it may change its session's calls. */
  readonly changesCalls: boolean
}

/** `calls`: the ids of those that changed. */
export interface Added {
  readonly signal: SignalOut
  readonly calls: string[]
}

type Writing = Transaction<InferenceTables>

/** In the order of `all`. @throws Error where two are of one session: a statement would change that once */
export async function writeSignals(transaction: Writing, all: readonly Adding[]): Promise<Added[]> {
  if (new Set(all.map(({ session }) => session)).size < all.length)
    throw new Error('two signals of one session at one moment')
  const rows = all.map(({ session, signal, withIt: { callId } }) => {
    const row = rowOf(session, signal)
    return callId === undefined ? row : { ...row, call_id: callId }
  })
  const ids = await insertRows(transaction, rows)
  const sessions = await followSessions(transaction, all)
  const added: Added[] = []
  for (const [i, each] of all.entries()) {
    const [row, id, session] = [rows[i], ids.get(each.session), sessions.get(each.session)]
    if (row === undefined || id === undefined || session === undefined)
      throw new Error(`no session ${each.session} is stored`)
    added.push({ signal: signalOut({ id, ...row, ...session }), calls: await callsOf(transaction, each) })
  }
  return added
}

/** By session. */
async function insertRows(
  transaction: Writing,
  rows: readonly ReturnType<typeof rowOf>[],
): Promise<Map<string, number>> {
  const stored = await transaction.insertInto('signal').values(rows).returning(['id', 'session']).execute()
  return new Map(stored.map(({ id, session }) => [session, id]))
}

/** What is told of each session with its signal. */
async function followSessions(transaction: Writing, all: readonly Adding[]): Promise<Map<string, OfSession>> {
  const changes = all.map(({ session, signal: { position, opens }, withIt: { missed, memory = null } }) => {
    const [told, goesOnFrom] = [position, memory].map((each) => (each === null ? null : JSON.stringify(each)))
    return sql`(CAST(${session} AS TEXT), CAST(${missed} AS INTEGER), CAST(${opens ? 1 : 0} AS INTEGER), CAST(${told} AS TEXT), CAST(${goesOnFrom} AS TEXT))`
  })
  const { rows } = await sql<OfSession & { id: string }>`
    WITH change (of_session, missed, opens, told, goes_on_from) AS (VALUES ${sql.join(changes)})
    UPDATE inference_session SET
      missed_seconds = missed_seconds + missed, signal_count = signal_count + 1, call_count = call_count + opens,
      position = coalesce(told, position), memory = coalesce(goes_on_from, memory)
    FROM change WHERE id = of_session
    RETURNING id, symbol, venue, model, checkpoint, pattern`.execute(transaction)
  return new Map(rows.map(({ id, ...session }) => [id, session]))
}

async function callsOf(transaction: Writing, adding: Adding): Promise<string[]> {
  const { session, signal, withIt, changesCalls } = adding
  const { gap = null, opened = null } = withIt
  if (gap !== null) await insertGap(transaction, session, gap)
  if (!changesCalls) return []
  const lasting = callIdOrNull(session, signal.call)
  return followCalls(transaction, session, { at: signal.timestamp, lasting, opened })
}
