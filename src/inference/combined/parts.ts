// What belongs to a session of all patterns: its parts, what each of them said in a second, and which of their calls it told.
import { sql, type Kysely } from 'kysely'
import type { SessionPart, SignalOut, SignalPart } from '../../contract/inference.ts'
import { ANY_PATTERN } from '../../contract/pattern.ts'
import { SECOND, epochMs, toIso } from '../../core/time.ts'
import { LONGEST_CALL_SECONDS } from '../../signals/call-tracker.ts'
import type { InferenceTables } from '../schema.ts'
import { selectSignals } from '../signal-pages.ts'
import { signalOut } from '../signal-row.ts'

type Db = Kysely<InferenceTables>

/** Those that answer for a pattern, and did: by pattern, then in the order in which they did. */
export async function partsOf(db: Db, session: string): Promise<SessionPart[]> {
  const rows = await db
    .selectFrom('inference_session')
    .select(['id', 'pattern', 'checkpoint', 'started_at', 'stopped_at'])
    .where('part_of', '=', session)
    .orderBy('pattern')
    .orderBy('started_at')
    .execute()
  return rows.map(({ id, pattern, checkpoint, started_at, stopped_at }) => ({
    session: id,
    pattern,
    checkpoint,
    from: toIso(epochMs(started_at)),
    to: stopped_at === null ? null : toIso(epochMs(stopped_at)),
  }))
}

/** Signals as they are told: those of sessions of all patterns with what each pattern said, and by the checkpoint that calls. */
export async function withParts(db: Db, signals: readonly SignalOut[]): Promise<SignalOut[]> {
  const combined = signals.filter(({ checkpoint }) => checkpoint === ANY_PATTERN)
  if (combined.length === 0) return [...signals]
  const said = await saidIn(db, combined)
  return signals.map((signal) => {
    if (signal.checkpoint !== ANY_PATTERN) return signal
    const parts = said.get(keyOf(signal.session, signal.timestamp)) ?? []
    const caller = parts.find(({ call_id }) => call_id !== null && call_id === signal.call_id)
    const by = caller === undefined ? {} : { pattern: caller.pattern, checkpoint: caller.checkpoint }
    return { ...signal, ...by, parts: parts.map(partOf) }
  })
}

/** Of a call of a part, as SQL: 1 where its session of all patterns told it. It lasts at most a minute, and is looked for in that alone. */
export const isTold = sql<number>`EXISTS (
  SELECT 1 FROM signal WHERE signal.session = inference_session.part_of AND signal.call_id = call.id AND signal.call_opens = 1
    AND signal.timestamp >= call.opened_at AND signal.timestamp <= call.opened_at + ${sql.lit(LONGEST_CALL_SECONDS * SECOND)})`

/** By session of all patterns and second. */
async function saidIn(db: Db, combined: readonly SignalOut[]): Promise<Map<string, SignalOut[]>> {
  const wholes = [...new Set(combined.map(({ session }) => session))]
  const parts = await db
    .selectFrom('inference_session')
    .select(['id', 'part_of'])
    .where('part_of', 'in', wholes)
    .execute()
  const wholeOf = new Map(parts.map(({ id, part_of }) => [id, part_of]))
  const said = new Map<string, SignalOut[]>()
  if (parts.length === 0) return said
  const seconds = [...new Set(combined.map(({ timestamp }) => Date.parse(timestamp)))]
  const rows = selectSignals(db).where('signal.session', 'in', [...wholeOf.keys()])
  for (const row of await rows.where('timestamp', 'in', seconds).orderBy('pattern').execute()) {
    const signal = signalOut(row)
    const key = keyOf(wholeOf.get(signal.session) ?? '', signal.timestamp)
    said.set(key, [...(said.get(key) ?? []), signal])
  }
  return said
}

function keyOf(session: string, timestamp: string): string {
  return `${session} ${timestamp}`
}

function partOf(signal: SignalOut): SignalPart {
  const { session, pattern, checkpoint, action, scores, confidence, confidence_n, call_id, reason } = signal
  return { session, pattern, checkpoint, action, scores, confidence, confidence_n, call_id, reason }
}
