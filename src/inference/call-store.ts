// Calls in the database: opened, closed, decided, judged.
import { sql, type Insertable, type Kysely, type Selectable, type Transaction } from 'kysely'
import type { CallsQuery, CallVerdict } from '../contract/live-calls.ts'
import type { RoomsDatabase } from '../core/database.ts'
import { unknownThing } from '../core/errors.ts'
import { SECOND, epochMs, parseInstant, type EpochMs } from '../core/time.ts'
import type { Market } from '../market/types.ts'
import type { Barriers } from '../signals/barriers.ts'
import { LONGEST_CALL_SECONDS } from '../signals/call-tracker.ts'
import { wilson } from '../signals/confidence.ts'
import type { Outcome } from '../signals/outcome.ts'
import { isTold } from './combined/parts.ts'
import type { CallTable, InferenceTables, SessionTable } from './schema.ts'

/** A row beside what its session says of it. */
export type CallRow = Selectable<CallTable> &
  Pick<Selectable<SessionTable>, 'symbol' | 'venue' | 'model' | 'checkpoint' | 'pattern' | 'part_of'> & {
    /** 1 where the session of all patterns that it is a part of told it. */
    readonly told: number
  }

/** A call whose outcome is not known yet. */
export interface OpenCall {
  readonly id: string
  readonly market: Market
  readonly action: 'BUY' | 'SELL'
  readonly opensAt: EpochMs
  readonly price: number
  readonly barriers: Barriers
}

/** How many calls of a session ended how; the share of right ones among those decided, 0–1, with its 95 % interval. */
export interface OutcomeCounts {
  right: number
  wrong: number
  expired: number
  open: number
  right_share: number | null
  right_interval: [number, number] | null
}

const PAGE = 50

/**
 * What a signal changes of its session's calls, in the signal's transaction: another call than `lasting` ends at `at`, or when the rule let it
 * last no longer; `opened` begins. Returns the ids of those that changed.
 */
export async function followCalls(
  transaction: Transaction<InferenceTables>,
  session: string,
  { at, lasting, opened }: { at: EpochMs; lasting: string | null; opened: Insertable<CallTable> | null },
): Promise<string[]> {
  const longest = sql<number>`opened_at + ${sql.lit(LONGEST_CALL_SECONDS * SECOND)}`
  let closed = transaction
    .updateTable('call')
    .set({ closed_at: sql<number>`CASE WHEN ${at} < ${longest} THEN ${at} ELSE ${longest} END` })
    .where('session', '=', session)
    .where('closed_at', 'is', null)
  if (lasting !== null) closed = closed.where('id', '!=', lasting)
  const ended = await closed.returning('id').execute()
  if (opened !== null) await transaction.insertInto('call').values(opened).execute()
  return [...ended.map(({ id }) => id), ...(opened === null ? [] : [opened.id])]
}

export class CallStore {
  readonly #db: Kysely<InferenceTables>

  constructor(database: RoomsDatabase) {
    this.#db = database.tables<InferenceTables>()
  }

  /** Once: an outcome never changes. */
  async decide(id: string, { outcome, pct, at }: Outcome): Promise<void> {
    await this.#db
      .updateTable('call')
      .set({ outcome, outcome_pct: pct, outcome_at: at })
      .where('id', '=', id)
      .where('outcome', '=', sql.lit('open'))
      .execute()
  }

  async judge(id: string, verdict: CallVerdict | null, annotation: string | null): Promise<void> {
    await this.#db.updateTable('call').set({ verdict, annotation }).where('id', '=', id).execute()
  }

  async find(id: string): Promise<CallRow | undefined> {
    return this.#calls().where('call.id', '=', id).executeTakeFirst()
  }

  /** Newest first. @throws AppError `invalid_timestamp`; `unknown_call` */
  async list({ limit = PAGE, before, ...query }: CallsQuery): Promise<CallRow[]> {
    const calls = this.matching(query).limit(limit)
    if (before === undefined) return calls.execute()
    const last = await this.find(before)
    if (last === undefined) throw unknownThing('call', before, 'GET /api/calls lists them.')
    const place = sql`(${last.opened_at}, ${last.id})`
    return calls.where(sql<boolean>`(call.opened_at, call.id) < ${place}`).execute()
  }

  /** As a query to go on with, newest first. @throws AppError `invalid_timestamp` */
  matching(query: Omit<CallsQuery, 'limit' | 'before'>) {
    const { session, model, checkpoint, symbol, venue, action, outcome, from, to } = query
    let calls = this.#calls().orderBy('opened_at', 'desc').orderBy('call.id', 'desc')
    if (session !== undefined) calls = calls.where(madeBy(session))
    if (model !== undefined) calls = calls.where('model', '=', model)
    if (checkpoint !== undefined) calls = calls.where('checkpoint', '=', checkpoint)
    if (symbol !== undefined) calls = calls.where('symbol', '=', symbol)
    if (venue !== undefined) calls = calls.where('venue', '=', venue)
    if (action !== undefined) calls = calls.where('action', '=', action)
    if (outcome !== undefined) calls = calls.where('outcome', '=', outcome)
    if (from !== undefined) calls = calls.where('opened_at', '>=', parseInstant(from, 'from'))
    if (to !== undefined) calls = calls.where('opened_at', '<', parseInstant(to, 'to'))
    return calls
  }

  /** A query of what such a query answers. */
  among(calls: ReturnType<CallStore['matching']>) {
    return this.#db.selectFrom(calls.as('newest'))
  }

  /** Those that can be followed: their sessions knew barriers when they began. */
  async undecided(): Promise<OpenCall[]> {
    const rows = await this.#db
      .selectFrom('call')
      .innerJoin('inference_session', 'inference_session.id', 'call.session')
      .select(['call.id', 'action', 'opened_at', 'price', 'symbol', 'venue', 'barriers'])
      .where('outcome', '=', sql.lit('open'))
      .execute()
    return rows.flatMap(({ id, action, opened_at, price, symbol, venue, barriers }) => {
      if (barriers === null) return []
      const market = { symbol, venue }
      const known = JSON.parse(barriers) as Barriers
      return [{ id, market, action, opensAt: epochMs(opened_at), price, barriers: known }]
    })
  }

  /** @param isWhole of a session of all patterns, which counts what it told */
  async counts(session: string, isWhole = false): Promise<OutcomeCounts> {
    const rows = await this.#db
      .selectFrom('call')
      .innerJoin('inference_session', 'inference_session.id', 'call.session')
      .where(isWhole ? madeBy(session) : sql<boolean>`call.session = ${session}`)
      .select(['outcome', ({ fn }) => fn.countAll<number>().as('n')])
      .groupBy('outcome')
      .execute()
    const of = (name: string): number => rows.find(({ outcome }) => outcome === name)?.n ?? 0
    const [right, wrong, expired] = [of('right'), of('wrong'), of('expired')]
    const n = right + wrong + expired
    const share = n === 0 ? null : right / n
    return {
      right,
      wrong,
      expired,
      open: of('open'),
      right_share: share,
      right_interval: share === null ? null : wilson(share, n),
    }
  }

  #calls() {
    return this.#db
      .selectFrom('call')
      .innerJoin('inference_session', 'inference_session.id', 'call.session')
      .selectAll('call')
      .select(['symbol', 'venue', 'model', 'checkpoint', 'pattern', 'part_of'])
      .select(sql<number>`CASE WHEN part_of IS NOT NULL AND ${isTold} THEN 1 ELSE 0 END`.as('told'))
  }
}

/** Its own calls; of a session of all patterns those of its parts that it told. */
function madeBy(session: string) {
  const own = sql`SELECT id FROM inference_session WHERE id = ${session} OR part_of = ${session}`
  return sql<boolean>`(call.session IN (${own}) AND (call.session = ${session} OR ${isTold}))`
}
