// What servers on one PostgreSQL tell each other: orders and their answers, events, files, who follows which market, and that there is more in the markets' logs.
import type { EventName } from '../../contract/event-names.ts'
import type { Clock } from '../../core/clock.ts'
import { CopyingPostgres } from '../../core/postgres/copying.ts'
import { Notices, tell } from '../../core/postgres/notices.ts'
import { OWNER_LEASE, placeOf } from '../../core/postgres/lease.ts'
import type { Workspace } from '../../core/workspace.ts'
import type { Market } from '../../market/types.ts'
import type { StreamEvent } from '../event-stream.ts'
import { leaseOf, type MarketShares } from './market-shares.ts'
import { Orders, type Doing, type Order } from './orders.ts'
import type { Role } from './role.ts'
import { SharedEvents } from './shared-events.ts'
import { SharedFiles } from './shared-files.ts'

type AnyEvent = StreamEvent<EventName, unknown>

/** Words of the channel. */
const ORDER = 'order'
const EVENT = 'event'
const LOG = 'log'
const FILES = 'files'
const HERE = 'here'
const SHARES = 'shares'

export interface TalkParts {
  readonly url: string
  readonly channel: string
  readonly role: Role
  readonly shares: MarketShares
  readonly workspace: Workspace
  readonly clock: Clock
  /** There may be more in the logs. */
  readonly onLog: () => void
  readonly onFault: (error: unknown) => void
}

/** Who shows events to pages. */
export interface Stream {
  readonly onEvent: (event: AnyEvent) => void
  /** Some were missed: pages read anew. */
  readonly onMissed: () => void
}

export class Talk {
  /** Checkpoints and results. */
  readonly files: SharedFiles
  readonly #parts: TalkParts
  /** One of its own: what is told does not wait for rows of the logs. */
  readonly #db: CopyingPostgres
  readonly #notices: Notices
  readonly #orders: Orders
  readonly #events: SharedEvents
  #stream: Stream | null = null
  #hearer: ((event: AnyEvent) => void) | null = null

  constructor(parts: TalkParts) {
    const { url, channel, role, shares, workspace, clock, onFault } = parts
    this.#parts = parts
    const place = placeOf(workspace)
    const db = new CopyingPostgres(url)
    this.#db = db
    this.#notices = new Notices({
      url,
      channel,
      onNotice: (text) => this.#heard(text),
      onListening: () => this.wake(),
    })
    this.files = new SharedFiles({
      db,
      workspace,
      clock,
      isOwner: () => role.isOwner,
      tell: () => this.#tell(FILES),
      onFault,
    })
    this.#orders = new Orders({
      db,
      tell: () => this.#tell(ORDER),
      held: () => {
        const owned: [string, number][] =
          role.isSettled && role.token !== null ? [[OWNER_LEASE, role.token]] : []
        return new Map([...owned, ...shares.held])
      },
      place,
      onFault,
    })
    this.#events = new SharedEvents({
      db,
      place,
      tell: () => this.#tell(EVENT),
      onEvent: (event) => {
        this.#hearer?.(event)
        this.#stream?.onEvent(event)
      },
      onMissed: () => this.#stream?.onMissed(),
    })
  }

  /** Whether other servers are there, whose pages want to know. */
  get hasCompany(): boolean {
    return this.#parts.role.others.length > 0
  }

  get isOwner(): boolean {
    return this.#parts.role.isOwner
  }

  /** Resolves once it is settled who the owner is: a server that takes over does nothing else before that is done. */
  settled(): Promise<void> {
    return this.#parts.role.settled()
  }

  /** Whether what is of a market is done by this server: it follows it, or nobody does and it is the owner. @param market null: what is of none */
  answers(market: Market | null): boolean {
    const { role, shares } = this.#parts
    return market !== null && shares.isFollowed(market) ? shares.tokenOf(market) !== null : role.isOwner
  }

  /** Asks the server that follows the market, else the owner. As `Orders.ask`. @param market null: what is of none */
  ask(market: Market | null, operation: string, order: Order): Promise<unknown> {
    const isFollowed = market !== null && this.#parts.shares.isFollowed(market)
    return this.#orders.ask(isFollowed ? leaseOf(market) : OWNER_LEASE, operation, order)
  }

  /** How operations are done here. */
  doBy(doing: Doing): void {
    this.#orders.doBy(doing)
  }

  /** Told of each event of the others, before pages are. */
  hear(hearer: (event: AnyEvent) => void): void {
    this.#hearer = hearer
  }

  /** Events of the others come there. */
  showOn(stream: Stream): void {
    this.#stream = stream
  }

  /** An event of this server's, for the others. */
  tellEvent(event: AnyEvent): void {
    if (this.hasCompany) this.#events.tell(event)
  }

  tellOfLog(): void {
    if (this.hasCompany) void this.#tell(LOG).catch(() => undefined)
  }

  /** Somebody is to look who follows which market. */
  async tellOfShares(): Promise<void> {
    if (this.hasCompany) await this.#tell(SHARES)
  }

  start(): void {
    this.#notices.start()
    this.#orders.start()
    this.files.start()
    this.#events.start()
    if (!this.isOwner) void this.#tell(HERE).catch(() => undefined)
    void this.tellOfShares().catch(() => undefined)
  }

  /** Something may have changed that no notice tells. */
  wake(): void {
    this.#orders.wake()
    this.#events.wake()
    this.files.wake()
    this.#parts.shares.wake()
    this.#parts.onLog()
  }

  /** As `CopyingPostgres.abandon`. */
  abandon(): void {
    this.#db.abandon()
  }

  async stop(): Promise<void> {
    await Promise.all([this.#orders.stop(), this.#events.stop(), this.#notices.stop(), this.files.stop()])
    await this.#db.close()
  }

  async #tell(text: string): Promise<void> {
    await tell(this.#db, this.#parts.channel, text)
  }

  #heard(text: string): void {
    if (text === ORDER) this.#orders.wake()
    else if (text === EVENT) this.#events.wake()
    else if (text === LOG) this.#parts.onLog()
    else if (text === FILES) this.files.wake()
    else if (text === SHARES) this.#parts.shares.wake()
    else void this.#parts.role.lookAround().catch(() => undefined)
  }
}
