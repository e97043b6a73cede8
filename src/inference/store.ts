// Sessions and signals in the database.
import { sql, type Kysely, type Selectable } from 'kysely'
import type {
  Percentiles,
  SessionOut,
  SessionsQuery,
  SignalOut,
  SignalsQuery,
} from '../contract/inference.ts'
import { ANY_PATTERN } from '../contract/pattern.ts'
import type { RoomsDatabase } from '../core/database.ts'
import { SECOND, type EpochMs } from '../core/time.ts'
import type { Market } from '../market/types.ts'
import { CallStore } from './call-store.ts'
import { partsOf, withParts } from './combined/parts.ts'
import { gapsOf } from './gaps.ts'
import { GroupedWrites, type During, type Fence } from './grouped-writes.ts'
import { figuresOf, type Counted, type Figures } from './figures.ts'
import type { InferenceTables, SessionTable } from './schema.ts'
import type { LiveSignal } from './session.ts'
import { NO_TIMES } from './model-times.ts'
import { signalPage } from './signal-pages.ts'
import { leftSessions, newRow, sessionOut, type LeftSession, type NewSession } from './session-row.ts'
import { callIdOrNull, signalOut } from './signal-row.ts'
import { writeSignals, type Added, type Adding, type WithSignal } from './signal-writes.ts'

type ModelTimesOf = (session: string) => Percentiles
type StoredFigures = Omit<Figures, 'model_latency_ms'> & Partial<Figures>

/** Sessions of one millisecond come in the order they were opened. */
const ROWID = sql`rowid`

export class InferenceStore {
  readonly #db: Kysely<InferenceTables>
  readonly #calls: CallStore
  readonly #modelTimes: ModelTimesOf
  readonly #writes: GroupedWrites<Adding, Added>
  /** By session, the call that its last answer left open, as stored; null where none, absent where that is not known. */
  readonly #lasting = new Map<string, string | null>()

  /**
   * `modelTimes`: how long the model of a session took of late, as far as this process knows; `fence`: whether signals may still be stored;
   * `during`: told how long storing them takes.
   */
  constructor(
    database: RoomsDatabase,
    modelTimes: ModelTimesOf = () => NO_TIMES,
    fence?: Fence,
    during?: During,
  ) {
    this.#db = database.tables<InferenceTables>()
    this.#modelTimes = modelTimes
    this.#calls = new CallStore(database)
    this.#writes = new GroupedWrites({ db: this.#db, write: writeSignals, fence, during })
  }

  async open(session: NewSession): Promise<void> {
    await this.#db.insertInto('inference_session').values(newRow(session)).execute()
  }

  /** Adds to its warnings. */
  async warn(id: string, warning: string): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      const known = transaction.selectFrom('inference_session').select('warnings').where('id', '=', id)
      const row = await known.executeTakeFirst()
      if (row === undefined) return
      const warnings = JSON.stringify([...(JSON.parse(row.warnings) as string[]), warning])
      await transaction.updateTable('inference_session').set({ warnings }).where('id', '=', id).execute()
    })
  }

  /** As many out-of-fold calls stand behind its confidence from now on. */
  async restate(id: string, confidenceN: number): Promise<void> {
    const row = this.#db.updateTable('inference_session').set({ confidence_n: confidenceN })
    await row.where('id', '=', id).execute()
  }

  /** Once: a session that is over stays as it ended, and its call ends with its last second. */
  async close(id: string, reason: string, at: EpochMs): Promise<void> {
    this.#lasting.delete(id)
    const figures = JSON.stringify(await this.#figures(await this.#counted(id)))
    await this.#db
      .updateTable('inference_session')
      .set({ stopped_at: at, stop_reason: reason, figures })
      .where('id', '=', id)
      .where('stopped_at', 'is', null)
      .execute()
    const after = sql<number>`coalesce((SELECT max(timestamp) FROM signal WHERE session = ${id}) + ${SECOND}, opened_at)`
    const lasting = this.#db.updateTable('call').set({ closed_at: after }).where('session', '=', id)
    await lasting.where('closed_at', 'is', null).execute()
  }

  /** Those that run by the database. */
  async left(): Promise<LeftSession[]> {
    const rows = await this.#sessions().where('stopped_at', 'is', null).orderBy('started_at').execute()
    return leftSessions(rows)
  }

  /**
   * Stores a signal, the seconds missed before it, the paper position after it, what its session would go on from, and what it changes of
   * its session's calls, together, and in one transaction with signals of other sessions that come at the moment; durable when it resolves. `calls`: the
   * ids of those that changed.
   */
  async add(
    { id: session, market }: { readonly id: string; readonly market: Market },
    signal: LiveSignal,
    withIt: WithSignal,
  ): Promise<Added> {
    const lasting = callIdOrNull(session, signal.call)
    const isAsBefore = (withIt.opened ?? null) === null && this.#lasting.get(session) === lasting
    // A second without an answer says nothing of the call that lasts.
    const changesCalls = signal.reason === null && !isAsBefore
    const added = await this.#writes.run({ session, market, signal, withIt, changesCalls })
    if (signal.reason === null) this.#lasting.set(session, lasting)
    const [told = added.signal] = await withParts(this.#db, [added.signal])
    return { ...added, signal: told }
  }

  async session(id: string): Promise<SessionOut | null> {
    const row = await this.#sessions().where('id', '=', id).executeTakeFirst()
    return row === undefined ? null : this.#sessionOut(row)
  }

  /** Newest first. */
  async sessions({ limit, before, ...filter }: SessionsQuery = {}): Promise<SessionOut[]> {
    let query = this.#sessions().orderBy('started_at', 'desc').orderBy(ROWID, 'desc')
    const { state, ...equal } = filter
    for (const name of ['symbol', 'venue', 'model', 'checkpoint'] as const) {
      const value = equal[name]
      if (value !== undefined) query = query.where(name, '=', value)
    }
    if (state !== undefined) query = query.where('stopped_at', state === 'running' ? 'is' : 'is not', null)
    if (before !== undefined) query = query.where(beganBefore(before))
    if (limit !== undefined) query = query.limit(limit)
    return Promise.all((await query.execute()).map((row) => this.#sessionOut(row)))
  }

  /** Newest first, by emission. */
  async signals(query: SignalsQuery): Promise<SignalOut[]> {
    return withParts(this.#db, (await signalPage(this.#db, query)).map(signalOut))
  }

  async counts(): Promise<{ active: number; signals: number }> {
    const { active } = await this.#db
      .selectFrom('inference_session')
      .select(({ fn }) => fn.countAll<number>().as('active'))
      .where('stopped_at', 'is', null)
      .executeTakeFirstOrThrow()
    // Signals are never deleted: the newest number is their count, without reading them all.
    const { newest } = await this.#db
      .selectFrom('signal')
      .select(({ fn }) => fn.max<number | null>('id').as('newest'))
      .executeTakeFirstOrThrow()
    return { active, signals: newest ?? 0 }
  }

  async #counted(id: string): Promise<Counted> {
    const row = this.#db.selectFrom('inference_session').select(['id', 'signal_count', 'call_count'])
    return row.where('id', '=', id).executeTakeFirstOrThrow()
  }

  #figures(counted: Counted): Promise<Figures> {
    return figuresOf(this.#db, counted, this.#modelTimes(counted.id))
  }

  #sessions() {
    return this.#db.selectFrom('inference_session').selectAll()
  }

  async #sessionOut(row: Selectable<SessionTable>): Promise<SessionOut> {
    const known = row.figures === null ? null : (JSON.parse(row.figures) as StoredFigures)
    // One that was stopped before they were kept has none.
    const figures = known === null ? await this.#figures(row) : { model_latency_ms: NO_TIMES, ...known }
    const gaps = await gapsOf(this.#db, row.id)
    const isWhole = row.checkpoint === ANY_PATTERN
    const parts = isWhole ? { parts: await partsOf(this.#db, row.id) } : {}
    return { ...sessionOut(row, await this.#calls.counts(row.id, isWhole)), gaps, ...figures, ...parts }
  }
}

function beganBefore(id: string) {
  return sql<boolean>`(started_at, rowid) < (SELECT started_at, rowid FROM inference_session WHERE id = ${id})`
}
