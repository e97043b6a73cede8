// Calls sent to other programs: each at least once, with an id, tried again with growing pauses, then put aside as dead.
import { randomUUID } from 'node:crypto'
import type {
  AlertBody,
  AlertOut,
  DeliveriesQuery,
  DeliveryContent,
  DeliveryOut,
  NewAlertOut,
} from '../contract/alerts.ts'
import type { CallOut } from '../contract/live-calls.ts'
import type { Clock } from '../core/clock.ts'
import type { RoomsDatabase } from '../core/database.ts'
import { AppError, unknownThing } from '../core/errors.ts'
import { HOUR, MINUTE, SECOND, shift } from '../core/time.ts'
import { AlertStore, type Alert, type DueDelivery } from './alert-store.ts'
import { wants } from './filters.ts'
import { post } from './post.ts'
import { newSecret } from './signature.ts'

export interface AlertParts {
  readonly database: RoomsDatabase
  /** Wall time. */
  readonly clock: Clock
  /** First tag of what a session's checkpoint was trained on. */
  readonly patternOf: (session: string) => Promise<string | null>
  /** The newest calls, oldest first: some may have opened just before the process before this one died. */
  readonly recent: () => Promise<CallOut[]>
  readonly onFault: (error: unknown) => void
}

/** Pauses after the first, second, … failure; after the last of them it is dead. */
const PAUSES = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, HOUR, 6 * HOUR]

export class AlertService {
  readonly #parts: AlertParts
  readonly #store: AlertStore
  /** Alerts of which something is on its way: one at a time each, in order. */
  readonly #busy = new Map<string, Promise<void>>()
  readonly #end = new AbortController()
  #wake = new AbortController()
  #loop: Promise<void> | null = null
  /** Calls are told of one after the other. */
  #told: Promise<void> = Promise.resolve()

  constructor(parts: AlertParts) {
    this.#parts = parts
    this.#store = new AlertStore(parts.database)
  }

  /** Begins to send what waits. */
  start(): void {
    this.#loop ??= this.#run()
  }

  /** Another process was told of a call: what is to be sent is looked for. */
  wake(): void {
    this.#wake.abort()
  }

  /** What is on its way is cut off; it is sent again after the next start. */
  async stop(): Promise<void> {
    this.#end.abort()
    this.#wake.abort()
    await this.#told
    await this.#loop
    await Promise.all(this.#busy.values())
  }

  /** @throws AppError 400 `invalid_url` */
  async create({ url, outcomes = false, ...filters }: AlertBody): Promise<NewAlertOut> {
    const id = randomUUID()
    const secret = newSecret()
    const createdAt = this.#parts.clock.now()
    await this.#store.add({ id, url: checkedUrl(url), secret, filters, outcomes, createdAt })
    return { ...(await this.get(id)), secret }
  }

  list(): Promise<AlertOut[]> {
    return this.#store.list()
  }

  /** @throws AppError 404 `unknown_alert` */
  async get(id: string): Promise<AlertOut> {
    const alert = await this.#store.find(id)
    if (alert === undefined) throw unknownThing('alert', id, 'GET /api/alerts lists them.')
    return alert
  }

  async remove(id: string): Promise<AlertOut> {
    const alert = await this.get(id)
    await this.#store.remove(id)
    return alert
  }

  async deliveries(id: string, query: DeliveriesQuery): Promise<DeliveryOut[]> {
    await this.get(id)
    return this.#store.deliveries(id, query)
  }

  /** @throws AppError 404 `unknown_alert`, `unknown_delivery` */
  async retry(id: string, delivery: string): Promise<DeliveryOut> {
    const known = await this.#delivery(id, delivery)
    if (known.state !== 'dead') return known
    await this.#store.retry(delivery, this.#parts.clock.now())
    this.#wake.abort()
    return this.#delivery(id, delivery)
  }

  async test(id: string): Promise<DeliveryOut> {
    await this.get(id)
    const content = { id: randomUUID(), type: 'test' as const, call: null }
    await this.#enqueue(id, content)
    return this.#delivery(id, content.id)
  }

  /** A call that opened, or whose outcome is known: durable with every alert that wants it when this resolves; none is told twice. */
  tell(call: CallOut): Promise<void> {
    this.#told = this.#told.then(() => this.#tell(call, isLasting(call))).catch(this.#parts.onFault)
    return this.#told
  }

  /** `isNew`: whether it opened since the alert was made. */
  async #tell(call: CallOut, isNew: boolean | ((alert: Alert) => boolean)): Promise<void> {
    for (const alert of await this.#store.alerts()) {
      const opens = typeof isNew === 'boolean' ? isNew : isNew(alert)
      if (opens && (await this.#wants(alert, call)))
        await this.#enqueue(alert.id, { id: randomUUID(), type: 'call', call: asOpened(call) })
      const ended = alert.outcomes && call.outcome !== 'open'
      if (ended && (await this.#store.knows(alert.id, call.id)))
        await this.#enqueue(alert.id, { id: randomUUID(), type: 'outcome', call })
    }
  }

  async #catchUp(): Promise<void> {
    if ((await this.#store.alerts()).length === 0) return
    for (const call of await this.#parts.recent())
      await this.#tell(call, ({ createdAt }) => Date.parse(call.opened_at) >= createdAt)
  }

  async #wants({ filters }: Alert, call: CallOut): Promise<boolean> {
    const pattern = filters.pattern === undefined ? null : await this.#parts.patternOf(call.session)
    return wants(filters, call, pattern)
  }

  async #enqueue(alert: string, content: DeliveryContent): Promise<void> {
    if (await this.#store.enqueue(alert, content, this.#parts.clock.now())) this.#wake.abort()
  }

  async #delivery(alert: string, id: string): Promise<DeliveryOut> {
    await this.get(alert)
    const found = await this.#store.delivery(alert, id)
    if (found === undefined)
      throw unknownThing('delivery', id, `GET /api/alerts/${alert}/deliveries lists them.`)
    return found
  }

  async #run(): Promise<void> {
    await this.#catchUp().catch(this.#parts.onFault)
    while (!this.#end.signal.aborted) {
      this.#wake = new AbortController()
      try {
        await this.#sendDue()
        await this.#pause()
      } catch (error) {
        this.#parts.onFault(error)
        await this.#parts.clock.sleep(SECOND, this.#end.signal).catch(() => {})
      }
    }
  }

  async #sendDue(): Promise<void> {
    for (const due of await this.#store.due(this.#parts.clock.now(), [...this.#busy.keys()])) {
      if (this.#busy.has(due.alert)) continue
      const sending = this.#send(due)
        .catch(this.#parts.onFault)
        .finally(() => {
          this.#busy.delete(due.alert)
          this.#wake.abort()
        })
      this.#busy.set(due.alert, sending)
    }
  }

  /** Until the next is due, or something changed. */
  async #pause(): Promise<void> {
    const { clock } = this.#parts
    const next = await this.#store.nextAt([...this.#busy.keys()])
    if (this.#wake.signal.aborted) return
    const until = next ?? shift(clock.now(), HOUR)
    await clock.until(until, this.#wake.signal).catch(() => {})
  }

  async #send({ attempts, ...parcel }: DueDelivery): Promise<void> {
    const { clock } = this.#parts
    const { signal } = this.#end
    const attempt = await post(parcel, clock.now(), signal)
    // Cut off by our own end: it has not been tried.
    if (signal.aborted && !attempt.delivered) return
    if (attempt.delivered) return this.#store.delivered(parcel, clock.now())
    const pause = attempt.final ? undefined : PAUSES[attempts]
    await this.#store.failed(parcel.id, attempt.error, pause === undefined ? null : shift(clock.now(), pause))
  }
}

function isLasting({ outcome, closed_at: closed }: CallOut): boolean {
  return outcome === 'open' && closed === null
}

/** As it was told first, whatever is known of it by now. */
function asOpened(call: CallOut): CallOut {
  return { ...call, closed_at: null, outcome: 'open', outcome_pct: null, outcome_at: null }
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:'
  if (url !== null && isWeb && url.username === '' && url.password === '') return url.href
  const message = `"${text}" is no address to send to. Give one that begins with http:// or https:// and holds no password.`
  throw new AppError('invalid_url', message, { field: 'url' })
}
