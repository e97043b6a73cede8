// A server's part in a PostgreSQL that machines share: the owner, whose markets go into their logs, or beside it, following them until it takes over.
import type { Clock } from '../core/clock.ts'
import type { Database } from '../core/database.ts'
import type { AppError } from '../core/errors.ts'
import { CopyingPostgres } from '../core/postgres/copying.ts'
import type { Workspace } from '../core/workspace.ts'
import { switchOnCapture } from '../market/log/capture.ts'
import { settleIn } from '../market/log/home.ts'
import { LogFollower } from '../market/log/log-follower.ts'
import { LoggedFile } from '../market/log/logged-file.ts'
import { LoggedMarkets } from '../market/log/logged-markets.ts'
import { SharedLog } from '../market/log/shared-log.ts'
import type { MarketStore } from '../market/store/market-store.ts'
import type { Market } from '../market/types.ts'
import { requireMigrated } from './at-home.ts'
import { Role, takenOver } from './beside/role.ts'
import { Talk } from './beside/talk.ts'

/** What is left to be told, and copied, at the end. */
const TELLING_MS = 500
/** At the end, where PostgreSQL may be away: its leases run out by themselves. */
const RELEASING_MS = 300

export interface SharedOptions {
  readonly workspace: Workspace
  readonly clock: Clock
  /** Whether it may stand beside another that is the owner; else it is refused then. */
  readonly mayBeBeside: boolean
  /** Told of what keeps rows from the logs, the file from following them, or a server from taking over; each is tried again. */
  readonly onFault: (error: unknown) => void
  /** Another server is the owner now, and this one was. */
  readonly onLost: (error: AppError) => void
}

/** Told to a server beside the owner. */
export interface BesideListeners {
  /** The file holds more of a market now. */
  readonly onMoved: (market: Market) => void | Promise<void>
  /** This server is the owner now, its file brought up to the logs: it may write. */
  readonly onOwned: () => Promise<void>
}

interface SharedParts {
  readonly url: string
  readonly db: CopyingPostgres
  readonly role: Role
  readonly log: SharedLog
  /** `SharedLog.id`. */
  readonly id: string
  readonly database: Database
  readonly options: SharedOptions
}

export class SharedDatabase {
  /** `user@host:port/database`. */
  readonly name: string
  /** Orders and events, between servers. */
  readonly talk: Talk
  readonly #parts: SharedParts
  #file: LoggedFile | null = null
  #markets: LoggedMarkets | null = null
  #follower: LogFollower | null = null
  #listeners: BesideListeners | null = null

  private constructor(parts: SharedParts) {
    const { url, db, role, id, options } = parts
    this.name = db.name
    this.#parts = parts
    const channel = `annotate_${id.replaceAll('-', '_')}`
    const onLog = (): void => this.#follower?.wake()
    this.talk = new Talk({ ...options, url, channel, role, onLog })
  }

  /**
   * The owner where there is none, else beside it; one that was killed is the owner still, until somebody takes over. What is written to the file is noted from
   * then on: before stores are opened on it.
   * @throws AppError 409 `database_in_use`, naming who is there; 409 `other_database`, `not_migrated`; as `CopyingPostgres`
   */
  static async join(url: string, database: Database, options: SharedOptions): Promise<SharedDatabase> {
    const db = new CopyingPostgres(url)
    let shared: SharedDatabase | null = null
    let role: Role | null = null
    try {
      await requireMigrated(database, db.name)
      role = await Role.begin({
        db,
        workspace: options.workspace,
        mayBeBeside: options.mayBeBeside,
        onOwned: async () => shared?.own(),
        onOwner: (place) => switchOnCapture(database.sqlite, place),
        onLost: () => options.onLost(takenOver(db.name)),
        onFault: options.onFault,
      })
      const log = new SharedLog(db, options.clock)
      const id = await log.id()
      settleIn(database.sqlite, { id, name: db.name })
      switchOnCapture(database.sqlite, role.isOwner ? null : role.owner)
      shared = new SharedDatabase({ url, db, role, log, id, database, options })
      return shared
    } catch (error) {
      await role?.stop()
      await role?.release().catch(() => undefined)
      await db.close().catch(() => undefined)
      throw error
    }
  }

  /** Whether this server follows the markets, trains and answers live. */
  get isOwner(): boolean {
    return this.#parts.role.isOwner
  }

  /** `machine:folder` of the one that does. */
  get owner(): string {
    return this.#parts.role.owner
  }

  /** Of the owner's lease; null beside it. */
  get token(): number | null {
    return this.#parts.role.token
  }

  /**
   * Brings the file up to the logs; the owner's markets are its own from then on. What a user should know of that, in words.
   * @throws AppError as `LoggedMarkets.takeOver`, `LogFollower.catchUp`
   */
  async settle(store: MarketStore): Promise<string[]> {
    const file = new LoggedFile(store, this.#parts.log)
    this.#file = file
    if (this.isOwner) {
      await this.talk.files.pull()
      return this.#takeOver(file)
    }
    this.#follower = this.#follow(file)
    return this.#follower.catchUp()
  }

  /** What keeps markets from their logs, or the file from following them, in words; null where nothing does. */
  get trouble(): string | null {
    return this.#markets?.trouble ?? this.#follower?.trouble ?? null
  }

  /** What is written goes into the logs from now on, or what the logs say into the file. */
  start(listeners: BesideListeners | null = null): void {
    this.#listeners = listeners
    this.talk.start()
    this.#markets?.start()
    this.#follower?.start()
    this.#parts.role.watch()
  }

  /** This server takes over no more: it ends. */
  async rest(): Promise<void> {
    await this.#parts.role.rest()
  }

  /** After whatever writes has ended. Where PostgreSQL is away, what it lacks stays noted in the file for the next start. */
  async stop(): Promise<void> {
    const { db, role } = this.#parts
    const giveUp = (): void => {
      db.abandon()
      this.talk.abandon()
    }
    await this.#follower?.stop()
    await this.#markets?.stop(giveUp)
    const hurry = setTimeout(giveUp, TELLING_MS)
    await this.talk.stop()
    clearTimeout(hurry)
    const timer = setTimeout(giveUp, RELEASING_MS)
    await role.stop()
    await role.release().catch(() => undefined)
    await db.close()
    clearTimeout(timer)
  }

  async own(): Promise<void> {
    const { database } = this.#parts
    const file = this.#file
    if (file === null) return
    await this.#follower?.stop()
    try {
      await this.#takeOver(file)
    } catch (error) {
      this.#markets = null
      this.#follower = this.#follow(file)
      this.#follower.start()
      throw error
    }
    this.#follower = null
    switchOnCapture(database.sqlite)
    this.#markets?.start()
    // Whose checkpoints were copied before goes on with their sessions, whatever can not be copied now.
    await this.talk.files.pull().catch(this.#parts.options.onFault)
    this.talk.wake()
    await this.#listeners?.onOwned()
  }

  async #takeOver(file: LoggedFile): Promise<string[]> {
    const { onFault, onLost } = this.#parts.options
    const onAppended = (): void => this.talk.tellOfLog()
    this.#markets = new LoggedMarkets({ file, onFault, onLost, onAppended })
    return this.#markets.takeOver()
  }

  #follow(file: LoggedFile): LogFollower {
    const onMoved = (market: Market): void | Promise<void> => this.#listeners?.onMoved(market)
    return new LogFollower({ file, onMoved, onFault: this.#parts.options.onFault })
  }
}
