// A server's part in a PostgreSQL that machines share: the owner or beside it, its share of the markets, and what servers tell each other.
import type { Clock } from '../core/clock.ts'
import type { Database } from '../core/database.ts'
import type { AppError } from '../core/errors.ts'
import { CopyingPostgres } from '../core/postgres/copying.ts'
import type { Workspace } from '../core/workspace.ts'
import { switchOnCapture } from '../market/log/capture.ts'
import { settleIn } from '../market/log/home.ts'
import { SharedLog } from '../market/log/shared-log.ts'
import type { MarketStore } from '../market/store/market-store.ts'
import type { Market } from '../market/types.ts'
import { requireMigrated } from './at-home.ts'
import { Role, takenOver } from './beside/role.ts'
import { Talk } from './beside/talk.ts'
import { SharedMarkets, type MarketListeners } from './shared-markets.ts'

/** What is left to be told, and copied, at the end. */
const TELLING_MS = 500
/** At the end, where PostgreSQL may be away: its leases run out by themselves. */
const RELEASING_MS = 300

export interface SharedOptions {
  readonly workspace: Workspace
  readonly clock: Clock
  /** Whether it may stand beside another that is the owner; else it is refused then. */
  readonly mayBeBeside: boolean
  /** Markets that one of the servers is to follow from now on. */
  readonly follows: readonly Market[]
  /** Whether this server could follow a market. */
  readonly couldFollow: (market: Market) => boolean
  /** Told of what keeps rows from the logs, the file from following them, or a server from taking over; each is tried again. */
  readonly onFault: (error: unknown) => void
  /** Another server is the owner now, and this one was. */
  readonly onLost: (error: AppError) => void
  /** Told what a user should know and can change, in words. */
  readonly onSaid: (words: string) => void
}

/** Told once the server serves. */
export interface SharedListeners extends MarketListeners {
  /** This server is the owner now. */
  readonly onOwned: () => Promise<void>
}

interface SharedParts {
  readonly url: string
  /** Of leases alone: they do not wait for rows. */
  readonly db: CopyingPostgres
  readonly logs: CopyingPostgres
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
  readonly markets: SharedMarkets
  readonly #parts: SharedParts
  #listeners: SharedListeners | null = null

  private constructor(parts: SharedParts) {
    const { url, db, role, id, options } = parts
    this.name = db.name
    this.#parts = parts
    this.markets = new SharedMarkets({
      ...options,
      ...parts,
      tellOfLog: () => this.talk.tellOfLog(),
      tellOfShares: () => this.talk.tellOfShares(),
    })
    const channel = `annotate_${id.replaceAll('-', '_')}`
    const onLog = (): void => this.markets.wake()
    this.talk = new Talk({ ...options, url, channel, role, shares: this.markets.shares, onLog })
  }

  /**
   * The owner where there is none, else beside it; one that was killed is the owner still, until somebody takes over. What is written to the file is noted from
   * then on: before stores are opened on it.
   * @throws AppError 409 `database_in_use`, naming who is there; 409 `other_database`, `not_migrated`; as `CopyingPostgres`
   */
  static async join(url: string, database: Database, options: SharedOptions): Promise<SharedDatabase> {
    const [db, logs] = [new CopyingPostgres(url), new CopyingPostgres(url)]
    let shared: SharedDatabase | null = null
    let role: Role | null = null
    try {
      await requireMigrated(database, db.name)
      role = await Role.begin({
        db,
        workspace: options.workspace,
        mayBeBeside: options.mayBeBeside,
        onOwned: async () => shared?.own(),
        onOwner: () => void shared?.markets.tellFile().catch(options.onFault),
        onLost: () => options.onLost(takenOver(db.name)),
        onFault: options.onFault,
      })
      const log = new SharedLog(logs, options.clock, options.onSaid)
      const id = await log.id()
      settleIn(database.sqlite, { id, name: db.name })
      switchOnCapture(database.sqlite, { markets: new Map(), rest: role.isOwner ? null : role.owner })
      shared = new SharedDatabase({ url, db, logs, role, log, id, database, options })
      return shared
    } catch (error) {
      await role?.stop()
      await role?.release().catch(() => undefined)
      await Promise.all([db, logs].map((each) => each.close().catch(() => undefined)))
      throw error
    }
  }

  /** Whether this server trains, sends alerts and does all else that is of no followed market. */
  get isOwner(): boolean {
    return this.#parts.role.isOwner
  }

  /** `machine:folder` of the one that does. */
  get owner(): string {
    return this.#parts.role.owner
  }

  /**
   * Brings the file up to the logs, as `SharedMarkets.settle`: its share of the markets is this server's own from then on. What a user should know of that, in words.
   * @throws AppError as `SharedMarkets.settle`
   */
  async settle(store: MarketStore): Promise<string[]> {
    if (this.isOwner) await this.talk.files.pull()
    return this.markets.settle(store, this.#parts.options.follows)
  }

  /** What is written goes into the logs from now on, and what the logs say into the file. Resolves once its share of the markets moves; without `listeners` none does. */
  async start(listeners: SharedListeners | null = null): Promise<void> {
    this.#listeners = listeners
    this.talk.start()
    this.#parts.role.watch()
    await this.markets.start(listeners)
  }

  /** This server takes over no more: it ends. */
  async rest(): Promise<void> {
    this.markets.shares.rest()
    await this.#parts.role.rest()
  }

  /** After whatever writes has ended. Where PostgreSQL is away, what it lacks stays noted in the file for the next start. */
  async stop(): Promise<void> {
    const { db, logs, role } = this.#parts
    const giveUp = (): void => {
      db.abandon()
      logs.abandon()
      this.talk.abandon()
    }
    await this.markets.stop(giveUp)
    const hurry = setTimeout(giveUp, TELLING_MS)
    await this.markets.giveUp()
    await this.talk.stop()
    clearTimeout(hurry)
    const timer = setTimeout(giveUp, RELEASING_MS)
    await role.stop()
    await role.release().catch(() => undefined)
    await Promise.all([db.close(), logs.close()])
    clearTimeout(timer)
  }

  async own(): Promise<void> {
    await this.markets.own()
    // Whose checkpoints were copied before goes on with their sessions, whatever can not be copied now.
    await this.talk.files.pull().catch(this.#parts.options.onFault)
    this.talk.wake()
    await this.#listeners?.onOwned()
  }
}
