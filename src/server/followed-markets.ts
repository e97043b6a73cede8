// Markets that are followed and let go while the server runs, beside the one it was started on.
import { marketKey, sameMarket } from '../contract/market-name.ts'
import { AppError } from '../core/errors.ts'
import type { InferenceService } from '../inference/service.ts'
import type { DataProvider } from '../market/provider.ts'
import type { MarketSource } from '../market/sources/source.ts'
import type { Market } from '../market/types.ts'

/** Each holds a stream and writes every second; more than this in one process is a mistake. */
const MOST = 100

export interface FollowedMarketsParts {
  readonly provider: DataProvider
  readonly inference: InferenceService
  /** An exchange's market as a source. */
  readonly open: (market: Market) => Promise<MarketSource>
  /** Where servers share the markets out: how one of them comes to follow it, and how none does any more. */
  readonly among: Among | null
}

export interface Among {
  readonly follow: (source: MarketSource) => Promise<void>
  readonly unfollow: (market: Market) => Promise<void>
}

export class FollowedMarkets {
  readonly #parts: FollowedMarketsParts
  /** Those that are being opened: who asks meanwhile waits for the same. */
  readonly #opening = new Map<string, Promise<void>>()
  #isOver = false

  constructor(parts: FollowedMarketsParts) {
    this.#parts = parts
  }

  /**
   * Follows a market of an exchange. False where it is followed already.
   * @throws AppError `unknown_exchange`, `unknown_symbol` (404), `exchange_unreachable`, `exchange_refused` (502), `replaying`, `too_many_markets` (409)
   */
  async follow(market: Market): Promise<boolean> {
    const { provider } = this.#parts
    if (provider.statusOf(market) !== null) return false
    if (provider.status().kind === 'replay') throw replaying(market)
    if (provider.statuses().length + this.#opening.size >= MOST) throw tooMany()
    const key = marketKey(market)
    const opening = this.#opening.get(key)
    if (opening !== undefined) {
      await opening
      return false
    }
    const work = this.#open(market).finally(() => this.#opening.delete(key))
    this.#opening.set(key, work)
    await work
    return true
  }

  /**
   * Ends its sessions and its stream; what is stored stays. False where it was not followed.
   * @throws AppError `primary_market` (409)
   */
  async unfollow(market: Market): Promise<boolean> {
    const { provider, inference } = this.#parts
    if (sameMarket(market, provider.status().market)) throw isPrimary(market)
    if (provider.statusOf(market) === null) return false
    await inference.stopOn(market, 'market_stopped')
    await provider.unfollow(market)
    await this.#parts.among?.unfollow(market)
    return true
  }

  /** Whatever is still being opened is let go of. */
  stop(): void {
    this.#isOver = true
  }

  async #open(market: Market): Promise<void> {
    const source = await this.#parts.open(market)
    const { among, provider } = this.#parts
    if (this.#isOver) source.close?.()
    else if (among !== null) await among.follow(source)
    else provider.follow(source)
  }
}

function replaying({ venue, symbol }: Market): AppError {
  return new AppError(
    'replaying',
    `This server replays: its time is not now, and ${symbol} of ${venue} is live. Start one with --source demo or --source exchange to follow it.`,
    { status: 409 },
  )
}

function tooMany(): AppError {
  const message = `${MOST} markets are followed, which is the most one server takes. Let go of one first.`
  return new AppError('too_many_markets', message, { status: 409 })
}

function isPrimary({ venue, symbol }: Market): AppError {
  return new AppError(
    'primary_market',
    `${symbol} of ${venue} is the market that this server was started on: it goes on as long as the server does.`,
    { status: 409, field: 'symbol' },
  )
}
