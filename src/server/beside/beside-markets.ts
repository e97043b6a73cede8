// Markets of a server beside the owner: they move as their logs are applied here, and by sources of its own once it takes over.
import { isSimulated, sameMarket } from '../../contract/market-name.ts'
import type { Clock } from '../../core/clock.ts'
import { floorTo, SECOND } from '../../core/time.ts'
import type { DataProvider } from '../../market/provider.ts'
import { StoredElsewhere } from '../../market/sources/elsewhere.ts'
import type { MarketSource } from '../../market/sources/source.ts'
import type { Market } from '../../market/types.ts'

/** A market whose stored seconds end no longer ago is followed by somebody now. */
const MOVING_MS = 10 * SECOND

export interface BesideMarketsParts {
  /** What this server would follow by itself. */
  readonly sources: readonly MarketSource[]
  /** Wall time. */
  readonly clock: Clock
  readonly onFault: (error: unknown) => void
}

export class BesideMarkets {
  readonly #parts: BesideMarketsParts
  readonly #elsewhere = new StoredElsewhere()

  constructor(parts: BesideMarketsParts) {
    this.#parts = parts
  }

  /** The same markets, stored by the owner. What is replayed writes nothing, and is replayed here. */
  get sources(): MarketSource[] {
    return this.#parts.sources.map((source) => (isMoved(source) ? this.#elsewhere.source(source) : source))
  }

  /** The file holds more of a market. One that the owner follows and this server did not know of is followed from here on. */
  async moved(provider: DataProvider, market: Market): Promise<void> {
    const { clock } = this.#parts
    const stored = await provider.stored(market, '1s')
    if (stored === null) return
    const through = floorTo(stored.to, SECOND)
    if (provider.statusOf(market) === null && through > clock.now() - MOVING_MS && isLive(market))
      provider.follow(this.#elsewhere.sourceOf(market, clock))
    this.#elsewhere.moved(market, through)
  }

  /** Own sources from now on. Markets that the owner before followed of its own are followed by `follow`. */
  async takeOver(provider: DataProvider, follow: (market: Market) => Promise<unknown>): Promise<void> {
    const { sources, onFault } = this.#parts
    const own = sources.filter(isMoved)
    const others = provider
      .statuses()
      .map(({ market }) => market)
      .filter((market) => !sources.some((source) => sameMarket(source.market, market)))
    const again = others.map(async (market) => {
      await provider.unfollow(market)
      if (!isSimulated(market)) await follow(market)
    })
    for (const each of again) each.catch(onFault)
    await Promise.all(own.map((source) => provider.replace(source)))
  }
}

function isMoved({ kind }: MarketSource): boolean {
  return kind !== 'replay'
}

/** Files that were imported may end now; nobody streams them. */
function isLive({ venue }: Market): boolean {
  return venue !== 'imported'
}
