// The markets of a server on a PostgreSQL that machines share: of those that it has what is written goes into their logs, the others follow theirs.
import { sameMarket } from '../contract/market-name.ts'
import { patiently } from '../core/busy.ts'
import type { Database } from '../core/database.ts'
import type { AppError } from '../core/errors.ts'
import type { CopyingPostgres } from '../core/postgres/copying.ts'
import { OWNER_LEASE, placeOf } from '../core/postgres/lease.ts'
import { Turns } from '../core/turns.ts'
import { switchOnCapture, type StoredBy } from '../market/log/capture.ts'
import { LogFollower } from '../market/log/log-follower.ts'
import { LoggedFile } from '../market/log/logged-file.ts'
import { LoggedMarkets } from '../market/log/logged-markets.ts'
import type { SharedLog } from '../market/log/shared-log.ts'
import type { MarketStore } from '../market/store/market-store.ts'
import type { Market } from '../market/types.ts'
import type { Workspace } from '../core/workspace.ts'
import type { Held } from './beside/fence.ts'
import { leaseOf, MarketShares } from './beside/market-shares.ts'
import type { Role } from './beside/role.ts'

/** Told once the server serves. */
export interface MarketListeners {
  /** The file holds more of a market that another follows. */
  readonly onMoved: (market: Market) => void | Promise<void>
  /** Which markets the servers follow. */
  readonly onFollowed: (markets: readonly Market[]) => Promise<void>
  /** This server follows the market from now on, its file brought up to the log: it may write. @throws where it can not; it is given back then */
  readonly onBegin: (market: Market) => Promise<void>
  /** Another does from now on; nothing is written of it here any more once it resolves. */
  readonly onEnd: (market: Market) => Promise<void>
  /** No server could follow this market for a while, though some are there. */
  readonly onUnclaimed: (market: Market) => Promise<void>
}

export interface SharedMarketsParts {
  /** Of leases: they do not wait for rows. */
  readonly db: CopyingPostgres
  readonly log: SharedLog
  readonly role: Role
  readonly database: Database
  readonly workspace: Workspace
  /** Whether this server could follow a market. */
  readonly couldFollow: (market: Market) => boolean
  /** Tells the other servers that there is more in the logs. */
  readonly tellOfLog: () => void
  /** Tells them to look who follows which market. */
  readonly tellOfShares: () => Promise<void>
  readonly onFault: (error: unknown) => void
  /** Another server is the owner of what this one wrote as that. */
  readonly onLost: (error: AppError) => void
}

/** What there is once the file is settled. */
interface Files {
  readonly file: LoggedFile
  readonly markets: LoggedMarkets
  readonly follower: LogFollower
}

export class SharedMarkets {
  readonly shares: MarketShares
  readonly #parts: SharedMarketsParts
  /** Resolves once the server serves. */
  readonly #serving: Promise<MarketListeners>
  #serve: (listeners: MarketListeners) => void = () => undefined
  /** The file is told one thing after the other. */
  readonly #turns = new Turns()
  #files: Files | null = null
  #listeners: MarketListeners | null = null
  /** Whose markets they are, as the file was told last. */
  #told = ''
  /** Markets that are being taken, or were. */
  readonly #taking: Promise<unknown>[] = []
  readonly #said: string[] = []

  constructor(parts: SharedMarketsParts) {
    const { db, workspace, role, couldFollow, tellOfShares, onFault } = parts
    this.#parts = parts
    this.#serving = new Promise((resolve) => (this.#serve = resolve))
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
        if (role.isOwner) await this.#listeners?.onUnclaimed(market)
      },
      tell: tellOfShares,
      onFault,
    })
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

  /** What keeps markets from their logs, or the file from following them, in words; null where nothing does. */
  get trouble(): string | null {
    return this.#files?.markets.trouble ?? this.#files?.follower.trouble ?? null
  }

  /**
   * Brings the file up to the logs. Its share of the followed markets, `follows` among them, is this server's own from then on; the owner's all that are not followed,
   * too. What a user should know of that, in words.
   * @throws AppError as `LoggedMarkets.take`, `LogFollower.catchUp`
   */
  async settle(store: MarketStore, follows: readonly Market[]): Promise<string[]> {
    const { role } = this.#parts
    const { markets, follower } = (this.#files = this.#filesOf(store))
    await role.lookAround()
    if (role.isOwner && role.others.length === 0) await this.#asFirst()
    await this.shares.add(follows)
    await this.shares.round()
    await Promise.all(this.#taking)
    if (role.isOwner) await this.#takeRest()
    // What nobody else has yet does not wait until it serves.
    await markets.append()
    this.#said.push(...(await follower.catchUp()))
    await this.tellFile()
    this.shares.start()
    return this.#said
  }

  /**
   * What is written goes into the logs from now on, and what the logs say into the file. Resolves once its share of the markets moves; without `listeners` none does.
   */
  async start(listeners: MarketListeners | null): Promise<void> {
    this.#listeners = listeners
    await listeners?.onFollowed(this.#followed())
    this.#files?.markets.start()
    this.#files?.follower.start()
    if (listeners === null) return
    this.#serve(listeners)
    await this.shares.begun()
  }

  /** There may be more in the logs. */
  wake(): void {
    this.#files?.follower.wake()
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

  /** This server is the owner now: what is not followed is its own. */
  async own(): Promise<void> {
    await this.#takeRest()
    await this.tellFile()
  }

  /** Nothing of the markets is done here any more: others need not wait for them. */
  async giveUp(): Promise<void> {
    this.shares.rest()
    await this.shares.release().catch(() => undefined)
  }

  /** After whatever writes has ended. @param giveUp called where what is left to be appended takes too long */
  async stop(giveUp: () => void): Promise<void> {
    await this.#files?.follower.stop()
    await this.#files?.markets.stop(giveUp)
  }

  /** What of the markets may be written to the file, and who stores the others. */
  tellFile(): Promise<void> {
    return this.#turns.run('', () => this.#tellFile())
  }

  async #tellFile(): Promise<void> {
    if (this.#files === null) return
    const { role, database } = this.#parts
    const { file, markets } = this.#files
    const by = new Map<number, string | null>()
    for (const { market, holder } of this.shares.holders) {
      const id = await file.store.write(() => file.store.open(market))
      by.set(id, markets.has(market) ? null : (holder ?? role.owner))
    }
    const storedBy: StoredBy = { markets: by, rest: role.isOwner ? null : role.owner }
    const told = JSON.stringify([...by, storedBy.rest])
    if (told === this.#told) return
    await patiently(() => switchOnCapture(database.sqlite, storedBy))
    this.#told = told
  }

  #filesOf(store: MarketStore): Files {
    const { log, role, tellOfLog, onFault, onLost } = this.#parts
    const file = new LoggedFile(store, log)
    const markets = new LoggedMarkets({
      file,
      takesNew: (market) => role.isOwner && !this.shares.isFollowed(market),
      onFault,
      onLost: (market, error) => {
        if (!this.shares.isFollowed(market)) return onLost(error)
        markets.lose(market)
        this.shares.lose(market)
      },
      onAppended: tellOfLog,
    })
    const follower = new LogFollower({
      file,
      isOwn: (market) => markets.has(market),
      onMoved: (market) => this.#listeners?.onMoved(market),
      onFault,
    })
    return { file, markets, follower }
  }

  #followed(): Market[] {
    return this.shares.holders.map(({ market }) => market)
  }

  /** What the servers before it followed and this one can not is not waited for; what has sessions that go on is followed. */
  async #asFirst(): Promise<void> {
    const { db, couldFollow } = this.#parts
    const followed = await db.ask<Market>('SELECT venue, symbol FROM followed_market')
    for (const market of followed) if (!couldFollow(market)) await this.shares.remove(market)
    const ofSessions = await db.ask<Market>(
      'SELECT DISTINCT venue, symbol FROM inference_session WHERE stopped_at IS NULL AND resumes = 1',
    )
    await this.shares.add(ofSessions.filter(couldFollow))
  }

  /** Of the owner: every market that is not followed. */
  async #takeRest(): Promise<void> {
    const { markets } = this.#files ?? {}
    if (markets === undefined) return
    for (const market of await this.#parts.log.markets())
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
    this.#said.push(...((await this.#files?.markets.take(market)) ?? []))
    await this.tellFile()
  }

  async #end(market: Market, isLost: boolean): Promise<void> {
    const { markets, follower } = this.#files ?? {}
    const { onFault } = this.#parts
    await this.#listeners?.onEnd(market).catch(onFault)
    if (!isLost) await markets?.letGo(market).catch(onFault)
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
    if (this.#parts.role.isOwner && this.#listeners !== null) await this.#takeRest()
    await this.tellFile()
  }
}
