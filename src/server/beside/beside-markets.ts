// Markets of a server on a PostgreSQL: they move as their logs are applied here, and by a source of its own while this server follows them.
import { isSimulated, marketKey, sameMarket } from '../../contract/market-name.ts'
import type { Clock } from '../../core/clock.ts'
import { floorTo, SECOND } from '../../core/time.ts'
import type { DataProvider } from '../../market/provider.ts'
import { StoredElsewhere } from '../../market/sources/elsewhere.ts'
import type { MarketSource } from '../../market/sources/source.ts'
import type { Market } from '../../market/types.ts'
import { marketsOf, type SourceOptions } from '../source.ts'

export interface BesideMarketsParts {
  /** What this server was started on. */
  readonly sources: readonly MarketSource[]
  /** Another source of one of these, or of an exchange's market. @throws AppError as `exchangeSource` */
  readonly open: (market: Market) => Promise<MarketSource>
  /** Wall time. */
  readonly clock: Clock
}

export class BesideMarkets {
  readonly #parts: BesideMarketsParts
  readonly #elsewhere = new StoredElsewhere()
  /** Open already, and used by nobody yet. */
  readonly #open: Map<string, MarketSource>
  /** By a source of its own, this server's now. */
  readonly #own = new Set<string>()
  #followed: readonly Market[] = []

  constructor(parts: BesideMarketsParts) {
    this.#parts = parts
    this.#open = new Map(parts.sources.map((source) => [marketKey(source.market), source]))
  }

  /** The markets that it was started on, stored by whoever follows them. What is replayed writes nothing, and is replayed here. */
  get sources(): MarketSource[] {
    return this.#parts.sources.map((source) => (isMoved(source) ? this.#elsewhere.source(source) : source))
  }

  /** One more that is to be followed: by this source, where this server comes to do it. */
  prepare(provider: DataProvider, source: MarketSource): void {
    this.#open.get(marketKey(source.market))?.close?.()
    this.#open.set(marketKey(source.market), source)
    this.#show(provider, source.market)
  }

  /** The file holds more of a market. */
  async moved(provider: DataProvider, market: Market): Promise<void> {
    const stored = await provider.stored(market, '1s')
    if (stored !== null) this.#elsewhere.moved(market, floorTo(stored.to, SECOND))
  }

  /** Which markets the servers follow now: those that this one does not are shown as their logs say. */
  async follow(provider: DataProvider, markets: readonly Market[]): Promise<void> {
    const gone = this.#followed.filter((known) => !markets.some((market) => sameMarket(market, known)))
    this.#followed = markets
    for (const market of markets) this.#show(provider, market)
    for (const market of gone) await provider.unfollow(market)
  }

  #show(provider: DataProvider, market: Market): void {
    if (provider.statusOf(market) === null)
      provider.follow(this.#elsewhere.sourceOf(market, this.#parts.clock))
  }

  /** This server follows it by a source of its own; resolves once its past is there. @throws AppError as `exchangeSource`; what filling its past throws */
  async begin(provider: DataProvider, market: Market): Promise<void> {
    const key = marketKey(market)
    const source = this.#open.get(key) ?? (await this.#parts.open(market))
    this.#open.delete(key)
    this.#own.add(key)
    await provider.replace(source)
  }

  /** Another stores it from now on; resolves when nothing is written of it here any more. */
  async end(provider: DataProvider, market: Market): Promise<void> {
    if (!this.#own.delete(marketKey(market)) || provider.statusOf(market) === null) return
    await provider.replace(this.#elsewhere.sourceOf(market, this.#parts.clock))
  }
}

/** Whether a server that was started on `wanted` could follow a market: one that it simulates, or any exchange's. One that replays follows nothing live. */
export function couldFollow(wanted: SourceOptions, market: Market): boolean {
  if (wanted.kind === 'replay') return false
  return !isSimulated(market) || marketsOf(wanted).some((own) => sameMarket(own, market))
}

function isMoved({ kind }: MarketSource): boolean {
  return kind !== 'replay'
}
