// The followed markets of which this server is the owner: each by a lease of its own, taken, renewed, given to another that asks, and lost.
import { marketKey, marketOf } from '../../contract/market-name.ts'
import type { CopyingPostgres } from '../../core/postgres/copying.ts'
import { Lease, LEASE_MS, RENEW_MS } from '../../core/postgres/lease.ts'
import { NOW } from '../../core/postgres/now.ts'
import { LOOK_MS, Steadiness } from '../../core/postgres/steadiness.ts'
import { Rounds } from '../../core/rounds.ts'
import { Turns } from '../../core/turns.ts'
import type { Market } from '../../market/types.ts'
import { shareOf, type SharedMarket } from './share-out.ts'

/** One that could not be followed is not tried again here before that. */
const AGAIN_MS = 30_000
const UNCLAIMED_MS = 10_000

/** What a server does with a market. */
export interface MarketWork {
  /** It is this server's: what it stores of it stands from now on. Where it throws the lease is given back. */
  begin(market: Market): Promise<void>
  /** Another may take it once this resolves. @param isLost another has it already */
  end(market: Market, isLost: boolean): Promise<void>
}

export interface SharesParts {
  readonly db: CopyingPostgres
  /** `machine:folder` of this server. */
  readonly place: string
  /** Other servers that are there, by their places. */
  readonly others: () => readonly string[]
  /** Whether this server could follow it. */
  readonly canTake: (market: Market) => boolean
  readonly work: MarketWork
  /** Which markets are followed, or who has them, has changed. */
  readonly onChanged: () => Promise<void>
  /** It has been free for long, though servers are there. */
  readonly onUnclaimed: (market: Market) => Promise<void>
  /** Tells the other servers that there is something to look at. */
  readonly tell: () => Promise<void>
  readonly onFault: (error: unknown) => void
}

interface Row extends Market {
  holder: string | null
  wanted_by: string | null
  /** Its lease has run out, and was not given back. */
  ran_out: boolean
  now: number
}

interface Mine {
  readonly market: Market
  readonly lease: Lease
  isEnding: boolean
}

/** The name of a market's lease. */
export function leaseOf(market: Market): string {
  return leaseNamed(marketKey(market))
}

function leaseNamed(key: string): string {
  return `market ${key}`
}

/** Over a PostgreSQL with `besideMigrations`. */
export class MarketShares {
  readonly #parts: SharesParts
  readonly #rounds: Rounds
  readonly #mine = new Map<string, Mine>()
  /** What is begun and ended of one market comes one after the other. */
  readonly #turns = new Turns()
  readonly #steadiness = new Steadiness()
  /** Of free ones, since when. */
  readonly #freeSince = new Map<string, number>()
  readonly #notBefore = new Map<string, number>()
  #rows: readonly Row[] = []
  #renewed = Number.NEGATIVE_INFINITY
  #isResting = false

  constructor(parts: SharesParts) {
    this.#parts = parts
    this.#rounds = new Rounds({ round: () => this.round(), every: LOOK_MS })
  }

  /** Followed markets, and who has each; null: nobody now. */
  get holders(): readonly { readonly market: Market; readonly holder: string | null }[] {
    return this.#rows.map((row) => {
      const holder = this.#mine.has(marketKey(row)) ? this.#parts.place : row.holder
      return { market: marketOf(row), holder }
    })
  }

  isFollowed(market: Market): boolean {
    return this.#rows.some((row) => marketKey(row) === marketKey(market))
  }

  /** The fencing token by which this server has it; null: it has not. */
  tokenOf(market: Market): number | null {
    return this.#mine.get(marketKey(market))?.lease.token ?? null
  }

  /** By the names of their leases, the tokens of all that it has. */
  get held(): ReadonlyMap<string, number> {
    return new Map([...this.#mine.values()].map(({ market, lease }) => [leaseOf(market), lease.token]))
  }

  /** They are followed by one of the servers from now on. @throws AppError as `CopyingPostgres` */
  async add(markets: readonly Market[]): Promise<void> {
    await this.#parts.db.ask(
      `INSERT INTO followed_market (venue, symbol, lease) SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING`,
      [markets.map(({ venue }) => venue), markets.map(({ symbol }) => symbol), markets.map(leaseOf)],
    )
    await this.#parts.tell()
    this.#rounds.wake()
  }

  /** No server follows it any more. @throws AppError as `CopyingPostgres` */
  async remove({ venue, symbol }: Market): Promise<void> {
    await this.#parts.db.ask('DELETE FROM followed_market WHERE venue = $1 AND symbol = $2', [venue, symbol])
    await this.#parts.tell()
    this.#rounds.wake()
  }

  /** Somebody says that there is something to look at. */
  wake(): void {
    this.#rounds.wake()
  }

  start(): void {
    this.#rounds.start()
  }

  /** What it has stays its own until `release`; it takes and gives nothing more. */
  rest(): void {
    this.#isResting = true
  }

  /** Others need not wait for what it had. After `rest`, and after whatever writes has ended. */
  async release(): Promise<void> {
    await this.#rounds.stop()
    const mine = [...this.#mine.values()]
    this.#mine.clear()
    for (const { lease } of mine) await lease.release()
    if (mine.length > 0) await this.#parts.tell()
  }

  /** Resolves once all that it has taken is begun. */
  async begun(): Promise<void> {
    await Promise.all([...this.#mine.keys()].map((key) => this.#turns.run(key, () => Promise.resolve())))
  }

  /** Another server has it. */
  lose(market: Market): void {
    const key = marketKey(market)
    if (!this.#mine.delete(key)) return
    void this.#turns.run(key, () => this.#parts.work.end(market, true)).catch(this.#parts.onFault)
  }

  /** @throws AppError as `CopyingPostgres` */
  async round(): Promise<void> {
    if (performance.now() - this.#renewed >= RENEW_MS - LOOK_MS) await this.#renew()
    if (this.#isResting) return
    await this.#look()
    const { place, others } = this.#parts
    const { take, give, want } = shareOf(
      this.#rows.map((row) => this.#seen(row)),
      { me: place, places: [place, ...others()], canTake: (key) => this.#canTake(key) },
    )
    for (const row of this.#rows) if (take.includes(marketKey(row))) await this.#take(marketOf(row))
    for (const mine of this.#mine.values())
      if (marketKey(mine.market) === give || !this.isFollowed(mine.market)) this.#end(mine)
    await this.#want(want)
    for (const row of this.#rows)
      if (this.#seen(row).freeFor > UNCLAIMED_MS) await this.#parts.onUnclaimed(marketOf(row))
  }

  async #renew(): Promise<void> {
    this.#renewed = performance.now()
    const mine = [...this.#mine]
    if (mine.length === 0) return
    const kept = await this.#parts.db.ask<{ name: string }>(
      `UPDATE lease SET ends_at = ${NOW} + ${LEASE_MS} FROM unnest($1::text[], $2::bigint[]) AS held (name, token)
       WHERE lease.name = held.name AND lease.token = held.token RETURNING lease.name`,
      [mine.map(([, { market }]) => leaseOf(market)), mine.map(([, { lease }]) => lease.token)],
    )
    const names = new Set(kept.map(({ name }) => name))
    for (const [, { market }] of mine) if (!names.has(leaseOf(market))) this.lose(market)
  }

  async #look(): Promise<void> {
    const rows = await this.#parts.db.ask<Row>(
      `SELECT venue, symbol, wanted_by, ${NOW} AS now, CASE WHEN ends_at >= ${NOW} THEN holder END AS holder,
       coalesce(ends_at > 0 AND ends_at < ${NOW}, false) AS ran_out
       FROM followed_market LEFT JOIN lease ON lease.name = followed_market.lease ORDER BY venue, symbol`,
    )
    const [row] = rows
    if (row !== undefined) this.#steadiness.look(row.now)
    const isChanged = signatureOf(rows) !== signatureOf(this.#rows)
    this.#rows = rows
    if (isChanged) await this.#parts.onChanged()
  }

  #seen({ venue, symbol, holder, wanted_by: wantedBy, now }: Row): SharedMarket {
    const key = marketKey({ venue, symbol })
    const mine = this.#mine.get(key)
    const isFree = holder === null && mine === undefined
    if (!isFree) this.#freeSince.delete(key)
    const since = isFree ? (this.#freeSince.get(key) ?? now) : now
    if (isFree) this.#freeSince.set(key, since)
    return { key, holder: mine === undefined ? holder : this.#parts.place, freeFor: now - since, wantedBy }
  }

  #canTake(key: string): boolean {
    const row = this.#rows.find((each) => marketKey(each) === key)
    const isTried = performance.now() < (this.#notBefore.get(key) ?? 0)
    if (row === undefined || isTried || this.#mine.has(key)) return false
    return (!row.ran_out || this.#steadiness.isSteady) && this.#parts.canTake(marketOf(row))
  }

  /** One that fell silent is given time to speak first, where PostgreSQL or this machine stood still. */
  async #take(market: Market): Promise<void> {
    const { db, place, work } = this.#parts
    const key = marketKey(market)
    const lease = await Lease.take(db, leaseOf(market), place, this.#steadiness.until)
    if (!(lease instanceof Lease)) return
    await db.ask('UPDATE followed_market SET wanted_by = NULL WHERE lease = $1', [leaseOf(market)])
    const mine = { market, lease, isEnding: false }
    this.#mine.set(key, mine)
    void this.#turns.run(key, () => work.begin(market)).catch((error: unknown) => this.#failed(mine, error))
  }

  #failed(mine: Mine, error: unknown): void {
    this.#notBefore.set(marketKey(mine.market), performance.now() + AGAIN_MS)
    this.#parts.onFault(error)
    this.#end(mine)
  }

  /** The lease is given back once nothing is done here any more. */
  #end(mine: Mine): void {
    if (mine.isEnding) return
    mine.isEnding = true
    const key = marketKey(mine.market)
    const end = async (): Promise<void> => {
      await this.#parts.work.end(mine.market, false)
      if (this.#mine.get(key) === mine) this.#mine.delete(key)
      await mine.lease.release()
      await this.#parts.tell()
    }
    void this.#turns.run(key, end).catch(this.#parts.onFault)
  }

  async #want(wanted: string | null): Promise<void> {
    const { db, place } = this.#parts
    const known = this.#rows.find((row) => row.wanted_by === place)
    const key = known === undefined ? null : marketKey(known)
    if (key === wanted) return
    const lease = wanted === null ? null : leaseNamed(wanted)
    await db.ask(
      'UPDATE followed_market SET wanted_by = CASE WHEN lease = $1 THEN $2 END WHERE lease = $1 OR wanted_by = $2',
      [lease, place],
    )
    await this.#parts.tell()
  }
}

function signatureOf(rows: readonly Row[]): string {
  return rows.map(({ venue, symbol, holder }) => `${venue} ${symbol} ${holder}`).join('\n')
}
