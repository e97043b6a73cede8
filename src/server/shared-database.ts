// A server's part in a PostgreSQL that machines share: the followed markets of which it has the lease go into their logs, it follows the others', and one server is the owner of all the rest.
import { sameMarket } from '../contract/market-name.ts'
import { patiently } from '../core/busy.ts'
import type { Clock } from '../core/clock.ts'
import type { Database } from '../core/database.ts'
import type { AppError } from '../core/errors.ts'
import { CopyingPostgres } from '../core/postgres/copying.ts'
import { OWNER_LEASE, placeOf } from '../core/postgres/lease.ts'
import { Turns } from '../core/turns.ts'
import type { Workspace } from '../core/workspace.ts'
import { switchOnCapture, type StoredBy } from '../market/log/capture.ts'
import { settleIn } from '../market/log/home.ts'
import { LogFollower } from '../market/log/log-follower.ts'
import { LoggedFile } from '../market/log/logged-file.ts'
import { LoggedMarkets } from '../market/log/logged-markets.ts'
import { SharedLog } from '../market/log/shared-log.ts'
import type { MarketStore } from '../market/store/market-store.ts'
import type { Market } from '../market/types.ts'
import { requireMigrated } from './at-home.ts'
import type { Held } from './beside/fence.ts'
import { leaseOf, MarketShares } from './beside/market-shares.ts'
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
  /** Markets that one of the servers is to follow from now on. */
  readonly follows: readonly Market[]
  /** Whether this server could follow a market. */
  readonly couldFollow: (market: Market) => boolean
  /** Told of what keeps rows from the logs, the file from following them, or a server from taking over; each is tried again. */
  readonly onFault: (error: unknown) => void
  /** Another server is the owner now, and this one was. */
  readonly onLost: (error: AppError) => void
}

/** Told once the server serves. */
export interface SharedListeners {
  /** The file holds more of a market that another follows. */
  readonly onMoved: (market: Market) => void | Promise<void>
  /** Which markets the servers follow. */
  readonly onFollowed: (markets: readonly Market[]) => Promise<void>
  /** This server follows the market from now on, its file brought up to the log: it may write. @throws where it can not; it is given back then */
  readonly onBegin: (market: Market) => Promise<void>
  /** Another does from now on; nothing is written of it here any more once it resolves. */
  readonly onEnd: (market: Market) => Promise<void>
  /** This server is the owner now. */
  readonly onOwned: () => Promise<void>
  /** No server could follow this market for a while, though some are there. */
  readonly onUnclaimed: (market: Market) => Promise<void>
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

/** What there is once the file is settled. */
interface Files {
  readonly file: LoggedFile
  readonly markets: LoggedMarkets
  readonly follower: LogFollower
}

export class SharedDatabase {
  /** `user@host:port/database`. */
  readonly name: string
  /** Orders and events, between servers. */
  readonly talk: Talk
  readonly shares: MarketShares
  readonly #parts: SharedParts
  /** Resolves once it serves. */
  readonly #serving: Promise<SharedListeners>
  #serve: (listeners: SharedListeners) => void = () => undefined
  /** The file is told one thing after the other. */
  readonly #turns = new Turns()
  #files: Files | null = null
  #listeners: SharedListeners | null = null
  /** Whose markets they are, as the file was told last. */
  #told = ''
  /** Markets that are being taken, or were. */
  #taking: Promise<unknown>[] = []
  #said: string[] = []

  private constructor(parts: SharedParts) {
    const { url, db, role, id, options } = parts
    const { workspace, couldFollow, onFault } = options
    this.#serving = new Promise((resolve) => (this.#serve = resolve))
    this.name = db.name
    this.#parts = parts
    this.shares = new MarketShares({
      db,
      place: placeOf(workspace),
      others: () => role.others,
      canTake: couldFollow,
      work: {
        begin: (market) => this.#begin(market),
        end: (market, isLost) => this.#end(market, isLost),
      },
      onChanged: () => this.#changed(),
      onUnclaimed: async (market) => {
        if (this.isOwner) await this.#listeners?.onUnclaimed(market)
      },
      tell: () => this.talk.tellOfShares(),
      onFault,
    })
    const channel = `annotate_${id.replaceAll('-', '_')}`
    const onLog = (): void => this.#files?.follower.wake()
    this.talk = new Talk({ ...options, url, channel, role, shares: this.shares, onLog })
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
        onOwner: () => void shared?.tellFile().catch(options.onFault),
        onLost: () => options.onLost(takenOver(db.name)),
        onFault: options.onFault,
      })
      const log = new SharedLog(logs, options.clock)
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

  /** The lease by which this server writes of a market. */
  heldOf(market: Market): Held {
    if (this.shares.isFollowed(market)) return { lease: leaseOf(market), token: this.shares.tokenOf(market) }
    return { lease: OWNER_LEASE, token: this.#parts.role.token }
  }

  /** `machine:folder` of the server that follows a market; null where none does now. */
  followerOf(market: Market): string | null {
    return this.shares.holders.find((each) => sameMarket(each.market, market))?.holder ?? null
  }

  /**
   * Brings the file up to the logs. Its share of the followed markets is this server's own from then on; the owner's all that are not followed, too. What a user
   * should know of that, in words.
   * @throws AppError as `LoggedMarkets.take`, `LogFollower.catchUp`
   */
  async settle(store: MarketStore): Promise<string[]> {
    const { options, role, log } = this.#parts
    const file = new LoggedFile(store, log)
    const markets = this.#marketsOf(file)
    const onMoved = (market: Market): void | Promise<void> => this.#listeners?.onMoved(market)
    const isOwn = (market: Market): boolean => markets.has(market)
    const follower = new LogFollower({ file, isOwn, onMoved, onFault: options.onFault })
    this.#files = { file, markets, follower }
    await role.lookAround()
    if (this.isOwner) await this.talk.files.pull()
    if (this.isOwner && role.others.length === 0) await this.#asFirst()
    await this.shares.add(options.follows)
    await this.shares.round()
    await Promise.all(this.#taking)
    if (this.isOwner) await this.#takeRest()
    // What nobody else has yet does not wait until it serves.
    await markets.append()
    this.#said.push(...(await follower.catchUp()))
    await this.tellFile()
    this.shares.start()
    return this.#said
  }

  /** What keeps markets from their logs, or the file from following them, in words; null where nothing does. */
  get trouble(): string | null {
    return this.#files?.markets.trouble ?? this.#files?.follower.trouble ?? null
  }

  /**
   * What is written goes into the logs from now on, and what the logs say into the file. Resolves once its share of the markets moves; without `listeners` none does.
   */
  async start(listeners: SharedListeners | null = null): Promise<void> {
    this.#listeners = listeners
    await listeners?.onFollowed(this.#followed())
    this.talk.start()
    this.#files?.markets.start()
    this.#files?.follower.start()
    this.#parts.role.watch()
    if (listeners === null) return
    this.#serve(listeners)
    await this.shares.begun()
  }

  /** One of the servers is to follow a market. @throws AppError as `CopyingPostgres` */
  async follow(market: Market): Promise<void> {
    await this.#files?.markets.letGo(market)
    await this.shares.add([market])
  }

  /** What others have appended to the logs by now is in the file when it resolves. */
  async caughtUp(): Promise<void> {
    await this.#files?.follower.catchUp()
  }

  /** What was written of a market here is in its log when it resolves. */
  async logged(market: Market): Promise<void> {
    await this.#files?.markets.flush(market)
  }

  /** This server takes over no more: it ends. */
  async rest(): Promise<void> {
    this.shares.rest()
    await this.#parts.role.rest()
  }

  /** Nothing of the markets is done here any more: others need not wait for them. */
  async giveUp(): Promise<void> {
    this.shares.rest()
    await this.shares.release().catch(() => undefined)
  }

  /** After whatever writes has ended. Where PostgreSQL is away, what it lacks stays noted in the file for the next start. */
  async stop(): Promise<void> {
    const { db, logs, role } = this.#parts
    const giveUp = (): void => {
      db.abandon()
      logs.abandon()
      this.talk.abandon()
    }
    await this.#files?.follower.stop()
    await this.#files?.markets.stop(giveUp)
    const hurry = setTimeout(giveUp, TELLING_MS)
    await this.giveUp()
    await this.talk.stop()
    clearTimeout(hurry)
    const timer = setTimeout(giveUp, RELEASING_MS)
    await role.stop()
    await role.release().catch(() => undefined)
    await Promise.all([db.close(), logs.close()])
    clearTimeout(timer)
  }

  async own(): Promise<void> {
    if (this.#files === null) return
    await this.#takeRest()
    await this.tellFile()
    // Whose checkpoints were copied before goes on with their sessions, whatever can not be copied now.
    await this.talk.files.pull().catch(this.#parts.options.onFault)
    this.talk.wake()
    await this.#listeners?.onOwned()
  }

  /** What of the markets may be written to the file, and who stores the others. */
  tellFile(): Promise<void> {
    return this.#turns.run('', () => this.#tellFile())
  }

  async #tellFile(): Promise<void> {
    if (this.#files === null) return
    const { file, markets } = this.#files
    const by = new Map<number, string | null>()
    for (const { market, holder } of this.shares.holders) {
      const id = await file.store.write(() => file.store.open(market))
      by.set(id, markets.has(market) ? null : (holder ?? this.owner))
    }
    const storedBy: StoredBy = { markets: by, rest: this.isOwner ? null : this.owner }
    const told = JSON.stringify([...by, storedBy.rest])
    if (told === this.#told) return
    await patiently(() => switchOnCapture(this.#parts.database.sqlite, storedBy))
    this.#told = told
  }

  #marketsOf(file: LoggedFile): LoggedMarkets {
    const { onFault, onLost } = this.#parts.options
    return new LoggedMarkets({
      file,
      takesNew: (market) => this.isOwner && !this.shares.isFollowed(market),
      onFault,
      onLost: (market, error) => {
        if (!this.shares.isFollowed(market)) return onLost(error)
        this.#files?.markets.lose(market)
        this.shares.lose(market)
      },
      onAppended: () => this.talk.tellOfLog(),
    })
  }

  #followed(): Market[] {
    return this.shares.holders.map(({ market }) => market)
  }

  /** What the servers before it followed and this one can not is not waited for; what has sessions that go on is followed. */
  async #asFirst(): Promise<void> {
    const { db, options } = this.#parts
    const followed = await db.ask<Market>('SELECT venue, symbol FROM followed_market')
    for (const market of followed) if (!options.couldFollow(market)) await this.shares.remove(market)
    const ofSessions = await db.ask<Market>(
      'SELECT DISTINCT venue, symbol FROM inference_session WHERE stopped_at IS NULL AND resumes = 1',
    )
    await this.shares.add(ofSessions.filter(options.couldFollow))
  }

  /** Of the owner: every market that is not followed. */
  async #takeRest(): Promise<void> {
    const { markets, file } = this.#files ?? {}
    if (markets === undefined || file === undefined) return
    for (const market of await file.log.markets())
      if (!this.shares.isFollowed(market) && !markets.has(market))
        this.#said.push(...(await markets.take(market)))
  }

  async #begin(market: Market): Promise<void> {
    const taking = this.#take(market)
    this.#taking.push(taking.catch(() => undefined))
    await taking
    const { onBegin } = await this.#serving
    await onBegin(market)
  }

  async #take(market: Market): Promise<void> {
    const said = (await this.#files?.markets.take(market)) ?? []
    if (this.#listeners === null) this.#said.push(...said)
    await this.tellFile()
  }

  async #end(market: Market, isLost: boolean): Promise<void> {
    const { markets, follower } = this.#files ?? {}
    await this.#listeners?.onEnd(market).catch(this.#parts.options.onFault)
    if (!isLost) await markets?.letGo(market).catch(this.#parts.options.onFault)
    markets?.lose(market)
    await this.tellFile()
    follower?.wake()
  }

  /** The owner lets go of what is followed from now on, and takes what is not any more. */
  async #changed(): Promise<void> {
    const { markets } = this.#files ?? {}
    const followed = this.#followed()
    for (const market of followed)
      if (markets?.has(market) === true && this.shares.tokenOf(market) === null)
        await markets.letGo(market).catch(() => markets.lose(market))
    await this.#listeners?.onFollowed(followed)
    if (this.isOwner && this.#listeners !== null) await this.#takeRest()
    await this.tellFile()
  }
}
