// A server's part in a PostgreSQL that machines share: the only one that works there as long as its lease lasts, its markets in their logs.
import type { Clock } from '../core/clock.ts'
import type { Database } from '../core/database.ts'
import { AppError } from '../core/errors.ts'
import { CopyingPostgres } from '../core/postgres/copying.ts'
import { Lease, LEASE_MS, RENEW_MS } from '../core/postgres/lease.ts'
import type { Workspace } from '../core/workspace.ts'
import { switchOnCapture } from '../market/log/capture.ts'
import { settleIn } from '../market/log/home.ts'
import { LoggedFile } from '../market/log/logged-file.ts'
import { LoggedMarkets } from '../market/log/logged-markets.ts'
import { SharedLog } from '../market/log/shared-log.ts'
import type { MarketStore } from '../market/store/market-store.ts'
import { requireMigrated } from './at-home.ts'

/** At the end, where PostgreSQL may be away: its lease runs out by itself. */
const RELEASING_MS = 300

export interface SharedOptions {
  readonly workspace: Workspace
  readonly clock: Clock
  /** Told of what keeps rows from the logs, or the lease from being renewed; each is tried again. */
  readonly onFault: (error: unknown) => void
  /** Another server works on the database now. */
  readonly onLost: (error: AppError) => void
}

export class SharedDatabase {
  /** `user@host:port/database`. */
  readonly name: string
  readonly #db: CopyingPostgres
  readonly #lease: Lease
  readonly #options: SharedOptions
  readonly #timer: NodeJS.Timeout
  #markets: LoggedMarkets | null = null

  private constructor(db: CopyingPostgres, lease: Lease, options: SharedOptions) {
    this.name = db.name
    this.#db = db
    this.#lease = lease
    this.#options = options
    this.#timer = setInterval(() => void this.#renew(), RENEW_MS)
    this.#timer.unref()
  }

  /**
   * Waits for a server that was killed, and notes what is written to the file from then on: before stores are opened on it.
   * @throws AppError 409 `database_in_use`, naming who works there; 409 `other_database`, `not_migrated`; as `CopyingPostgres`
   */
  static async join(url: string, database: Database, options: SharedOptions): Promise<SharedDatabase> {
    const db = new CopyingPostgres(url)
    try {
      await requireMigrated(database, db.name)
      const lease = await Lease.ofServer(db, options.workspace, (holder) => inUse(db.name, holder))
      const shared = new SharedDatabase(db, lease, options)
      try {
        settleIn(database.sqlite, { id: await shared.#log().id(), name: db.name })
        switchOnCapture(database.sqlite)
        return shared
      } catch (error) {
        await shared.stop()
        throw error
      }
    } catch (error) {
      await db.close().catch(() => undefined)
      throw error
    }
  }

  /**
   * Brings the file up to the logs; its markets are this server's from then on. What a user should know of that, in words.
   * @throws AppError as `LoggedMarkets.takeOver`
   */
  async takeOver(store: MarketStore): Promise<string[]> {
    const { onFault, onLost } = this.#options
    this.#markets = new LoggedMarkets({ file: new LoggedFile(store, this.#log()), onFault, onLost })
    return this.#markets.takeOver()
  }

  /** What keeps markets from their logs now, in words; null where nothing does. */
  get trouble(): string | null {
    return this.#markets?.trouble ?? null
  }

  /** What is written goes into the logs from now on. */
  start(): void {
    this.#markets?.start()
  }

  /** After whatever writes has ended. Where PostgreSQL is away, what it lacks stays noted in the file for the next start. */
  async stop(): Promise<void> {
    const giveUp = (): void => this.#db.abandon()
    await this.#markets?.stop(giveUp)
    clearInterval(this.#timer)
    const timer = setTimeout(giveUp, RELEASING_MS)
    await this.#lease.release().catch(() => undefined)
    await this.#db.close()
    clearTimeout(timer)
  }

  #log(): SharedLog {
    return new SharedLog(this.#db, this.#options.clock)
  }

  /** Where PostgreSQL is away nobody else can take it either. */
  async #renew(): Promise<void> {
    const isOurs = await this.#lease.renew().catch(() => true)
    if (isOurs) return
    clearInterval(this.#timer)
    this.#options.onLost(takenOver(this.name))
  }
}

function inUse(name: string, holder: string): AppError {
  const message = `A server works on the PostgreSQL ${name} already: ${holder} (machine and workspace). One at a time follows markets, trains and answers live there; stop it first.`
  return new AppError('database_in_use', message, { status: 409 })
}

function takenOver(name: string): AppError {
  const message = `Another server works on the PostgreSQL ${name} now: this one was out of reach for more than ${LEASE_MS / 1000} s. It stores nothing of its markets there any more; start it again once the other has ended.`
  return new AppError('taken_over', message, { status: 409 })
}
