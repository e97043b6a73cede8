// Alerts and their deliveries in the database.
import { sql, type Kysely, type Selectable } from 'kysely'
import type { AlertOut, DeliveriesQuery, DeliveryContent, DeliveryOut } from '../contract/alerts.ts'
import type { RoomsDatabase } from '../core/database.ts'
import { DAY, epochMs, toIso, type EpochMs } from '../core/time.ts'
import type { Filters } from './filters.ts'
import type { AlertTable, AlertTables, DeliveryTable } from './schema.ts'

export interface Alert {
  readonly id: string
  readonly url: string
  readonly secret: string
  readonly filters: Filters
  readonly outcomes: boolean
  readonly createdAt: EpochMs
}

/** One that is to be sent now. */
export interface DueDelivery {
  readonly id: string
  readonly alert: string
  readonly url: string
  readonly secret: string
  readonly content: string
  readonly attempts: number
}

/** What was delivered is remembered so long, so that nothing is sent twice; then it is forgotten. */
const KEPT = 30 * DAY

export class AlertStore {
  readonly #db: Kysely<AlertTables>

  constructor(database: RoomsDatabase) {
    this.#db = database.tables<AlertTables>()
  }

  async add({ id, url, secret, filters, outcomes, createdAt }: Alert): Promise<void> {
    const row = { id, url, secret, filters: JSON.stringify(filters), outcomes: outcomes ? 1 : 0 } as const
    await this.#db
      .insertInto('alert')
      .values({ ...row, created_at: createdAt })
      .execute()
  }

  async remove(id: string): Promise<void> {
    await this.#db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom('alert_delivery').where('alert', '=', id).execute()
      await transaction.deleteFrom('alert').where('id', '=', id).execute()
    })
  }

  /** Oldest first. */
  async alerts(): Promise<Alert[]> {
    return (await this.#alerts().execute()).map(alertOf)
  }

  async find(id: string): Promise<AlertOut | undefined> {
    return (await this.list(id))[0]
  }

  /** Oldest first; or the one `id`. */
  async list(id?: string): Promise<AlertOut[]> {
    let query = this.#db
      .selectFrom('alert_delivery')
      .select(['alert', 'state', ({ fn }) => fn.countAll<number>().as('n')])
      .groupBy(['alert', 'state'])
    if (id !== undefined) query = query.where('alert', '=', id)
    const counts = await query.execute()
    const count = (alert: string, state: DeliveryTable['state']): number =>
      counts.find((row) => row.alert === alert && row.state === state)?.n ?? 0
    const alerts = (await this.alerts()).filter((alert) => id === undefined || alert.id === id)
    return alerts.map(({ id: alert, url, filters, outcomes, createdAt }) => ({
      id: alert,
      url,
      ...filters,
      outcomes,
      created_at: toIso(createdAt),
      waiting: count(alert, 'waiting'),
      delivered: count(alert, 'delivered'),
      dead: count(alert, 'dead'),
    }))
  }

  /** To be sent at once. False where the alert has been told of this already. */
  async enqueue(alert: string, content: DeliveryContent, now: EpochMs): Promise<boolean> {
    const added = await this.#db
      .insertInto('alert_delivery')
      .values({
        id: content.id,
        alert,
        type: content.type,
        call: content.call?.id ?? null,
        content: JSON.stringify(content),
        state: 'waiting',
        attempts: 0,
        created_at: now,
        next_attempt_at: now,
        delivered_at: null,
        error: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return added.numInsertedOrUpdatedRows === 1n
  }

  /** Whether the alert was told that this call opened. */
  async knows(alert: string, call: string): Promise<boolean> {
    const found = this.#db.selectFrom('alert_delivery').select('id').where('alert', '=', alert)
    const told = found.where('type', '=', 'call').where('call', '=', call)
    return (await told.executeTakeFirst()) !== undefined
  }

  /** The oldest first, of alerts that are not in `busy`. */
  async due(now: EpochMs, busy: readonly string[]): Promise<DueDelivery[]> {
    let query = this.#db
      .selectFrom('alert_delivery')
      .innerJoin('alert', 'alert.id', 'alert_delivery.alert')
      .select(['alert_delivery.id', 'alert', 'url', 'secret', 'content', 'attempts'])
      .where('state', '=', 'waiting')
      .where('next_attempt_at', '<=', now)
      .orderBy('alert_delivery.created_at')
      .limit(100)
    if (busy.length > 0) query = query.where('alert', 'not in', [...busy])
    return query.execute()
  }

  /** When the next one is to be sent, of alerts that are not in `busy`; null where none waits. */
  async nextAt(busy: readonly string[]): Promise<EpochMs | null> {
    let query = this.#db
      .selectFrom('alert_delivery')
      .select(({ fn }) => fn.min<number | null>('next_attempt_at').as('at'))
      .where('state', '=', 'waiting')
    if (busy.length > 0) query = query.where('alert', 'not in', [...busy])
    const { at } = await query.executeTakeFirstOrThrow()
    return at === null ? null : epochMs(at)
  }

  /** Forgets the alert's old ones. */
  async delivered({ id, alert }: Pick<DueDelivery, 'id' | 'alert'>, at: EpochMs): Promise<void> {
    const made = { state: 'delivered' as const, delivered_at: at, next_attempt_at: null, error: null }
    await this.#after(id, made)
    await this.#db
      .deleteFrom('alert_delivery')
      .where('alert', '=', alert)
      .where('state', '=', 'delivered')
      .where('created_at', '<', at - KEPT)
      .execute()
  }

  /** `next`: when it is tried again; null: it is given up. */
  async failed(id: string, error: string, next: EpochMs | null): Promise<void> {
    await this.#after(id, { state: next === null ? 'dead' : 'waiting', next_attempt_at: next, error })
  }

  /** From the start, at once. */
  async retry(id: string, now: EpochMs): Promise<void> {
    const again = { state: 'waiting' as const, attempts: 0, next_attempt_at: now }
    await this.#db.updateTable('alert_delivery').set(again).where('id', '=', id).execute()
  }

  /** Newest first. */
  async deliveries(alert: string, { state, limit = 50 }: DeliveriesQuery): Promise<DeliveryOut[]> {
    let query = this.#db.selectFrom('alert_delivery').selectAll().where('alert', '=', alert)
    if (state !== undefined) query = query.where('state', '=', state)
    const newest = query
      .orderBy('created_at', 'desc')
      .orderBy(sql`rowid`, 'desc')
      .limit(limit)
    return (await newest.execute()).map(deliveryOut)
  }

  async delivery(alert: string, id: string): Promise<DeliveryOut | undefined> {
    const found = this.#db.selectFrom('alert_delivery').selectAll().where('alert', '=', alert)
    const row = await found.where('id', '=', id).executeTakeFirst()
    return row === undefined ? undefined : deliveryOut(row)
  }

  async #after(id: string, values: Partial<DeliveryTable>): Promise<void> {
    await this.#db
      .updateTable('alert_delivery')
      .set((row) => ({ ...values, attempts: row('attempts', '+', 1) }))
      .where('id', '=', id)
      .execute()
  }

  #alerts() {
    return this.#db.selectFrom('alert').selectAll().orderBy('created_at').orderBy('id')
  }
}

function alertOf(row: Selectable<AlertTable>): Alert {
  return {
    id: row.id,
    url: row.url,
    secret: row.secret,
    filters: JSON.parse(row.filters) as Filters,
    outcomes: row.outcomes === 1,
    createdAt: epochMs(row.created_at),
  }
}

function deliveryOut(row: Selectable<DeliveryTable>): DeliveryOut {
  const iso = (at: number | null): string | null => (at === null ? null : toIso(epochMs(at)))
  return {
    id: row.id,
    alert: row.alert,
    type: row.type,
    call: row.call,
    state: row.state,
    attempts: row.attempts,
    created_at: toIso(epochMs(row.created_at)),
    next_attempt_at: iso(row.next_attempt_at),
    delivered_at: iso(row.delivered_at),
    error: row.error,
  }
}
