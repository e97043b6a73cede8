// Signals newest first, a page at a time: what a page costs is the page, however many signals there are.
import { sql, type Kysely } from 'kysely'
import type { SignalsQuery } from '../contract/inference.ts'
import type { InferenceTables } from './schema.ts'
import type { SignalRow } from './signal-row.ts'

type Db = Kysely<InferenceTables>

/** One of the sessions that are asked for, and its newest signal that may be on the page. */
interface Source {
  readonly session: string
  readonly newest: number | null
}

const PAGE = 50

/** At most `limit` signals with an id below `before`, by id, the newest first. */
export async function signalPage(db: Db, { limit = PAGE, ...query }: SignalsQuery): Promise<SignalRow[]> {
  const { session, model, symbol, venue, calls, before } = query
  const isAny = [session, model, symbol, venue, calls].every((filter) => filter === undefined)
  const ids = isAny ? await newestOfAll(db, before, limit) : await newestOf(db, query, limit)
  if (ids.length === 0) return []
  return selectSignals(db).where('signal.id', 'in', ids).orderBy('signal.id', 'desc').execute()
}

/** Signals beside what their session says of them. */
export function selectSignals(db: Db) {
  return db
    .selectFrom('signal')
    .innerJoin('inference_session', 'inference_session.id', 'signal.session')
    .selectAll('signal')
    .select(['symbol', 'venue', 'model', 'checkpoint', 'pattern'])
}

async function newestOfAll(db: Db, before: number | undefined, limit: number): Promise<number[]> {
  let query = db.selectFrom('signal').select('id').orderBy('id', 'desc').limit(limit)
  if (before !== undefined) query = query.where('id', '<', before)
  return (await query.execute()).map(({ id }) => id)
}

/** Sessions are looked through from the one with the newest signal on, until none of the others can have one for the page. */
async function newestOf(db: Db, query: SignalsQuery, limit: number): Promise<number[]> {
  let ids: number[] = []
  for (const { session, newest } of await sourcesOf(db, query)) {
    const oldest = ids[limit - 1] ?? Number.NEGATIVE_INFINITY
    if (newest === null || newest < oldest) break
    const more = await signalsOf(db, session, query).orderBy('id', 'desc').limit(limit).execute()
    ids = [...ids, ...more.map(({ id }) => id)].sort((a, b) => b - a).slice(0, limit)
  }
  return ids
}

async function sourcesOf(db: Db, query: SignalsQuery): Promise<Source[]> {
  const { session, model, symbol, venue, calls, before } = query
  const limits = sql`${calls === true ? sql`AND call_opens = 1` : sql``} ${before === undefined ? sql`` : sql`AND id < ${before}`}`
  const newest = sql<
    number | null
  >`(SELECT max(id) FROM signal WHERE session = inference_session.id ${limits})`
  let sources = db
    .selectFrom('inference_session')
    .select(['inference_session.id as session', newest.as('newest')])
    .orderBy('newest', (order) => order.desc().nullsLast())
  if (session !== undefined) sources = sources.where('inference_session.id', '=', session)
  if (model !== undefined) sources = sources.where('model', '=', model)
  if (symbol !== undefined) sources = sources.where('symbol', '=', symbol)
  if (venue !== undefined) sources = sources.where('venue', '=', venue)
  return sources.execute()
}

function signalsOf(db: Db, session: string, { calls, before }: SignalsQuery) {
  let signals = db.selectFrom('signal').select('id').where('session', '=', session)
  // As a literal: an index of calls alone serves no parameter.
  if (calls === true) signals = signals.where('call_opens', '=', sql.lit(1))
  if (before !== undefined) signals = signals.where('id', '<', before)
  return signals
}
