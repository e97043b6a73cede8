// What servers on one PostgreSQL tell each other: orders and their answers, events, files, and that there is more in the markets' logs.
import type { EventName } from '../../contract/event-names.ts'
import type { Clock } from '../../core/clock.ts'
import { CopyingPostgres } from '../../core/postgres/copying.ts'
import { Notices, tell } from '../../core/postgres/notices.ts'
import type { Workspace } from '../../core/workspace.ts'
import type { StreamEvent } from '../event-stream.ts'
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

export interface TalkParts {
  readonly url: string
  readonly channel: string
  readonly role: Role
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

  constructor(parts: TalkParts) {
    const { url, channel, role, workspace, clock, onFault } = parts
    this.#parts = parts
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
      token: () => (role.isSettled ? role.token : null),
      owner: () => role.owner,
      onFault,
    })
    this.#events = new SharedEvents({
      db,
      hears: () => !role.isOwner,
      tell: () => this.#tell(EVENT),
      onEvent: (event) => this.#stream?.onEvent(event),
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

  /** As `Orders.ask`. */
  ask(operation: string, order: Order): Promise<unknown> {
    return this.#orders.ask(operation, order)
  }

  /** How operations are done where this server is the owner. */
  doBy(doing: Doing): void {
    this.#orders.doBy(doing)
  }

  /** Events of the owner come there, as long as this server is beside it. */
  showOn(stream: Stream): void {
    this.#stream = stream
  }

  /** An event of this server's, for the others. */
  tellEvent(event: AnyEvent): void {
    if (this.isOwner && this.hasCompany) this.#events.tell(event)
  }

  tellOfLog(): void {
    if (this.hasCompany) void this.#tell(LOG).catch(() => undefined)
  }

  start(): void {
    this.#notices.start()
    this.#orders.start()
    this.files.start()
    this.#events.start()
    if (!this.isOwner) void this.#tell(HERE).catch(() => undefined)
  }

  /** Something may have changed that no notice tells. */
  wake(): void {
    this.#orders.wake()
    this.#events.wake()
    this.files.wake()
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
    else void this.#parts.role.lookAround().catch(() => undefined)
  }
}
