// Follows every call whose outcome is not known yet, each second of its market, whether its session still runs or not.
import { marketKey } from '../contract/market-name.ts'
import { MINUTE, epochMs, type EpochMs } from '../core/time.ts'
import type { DataProvider } from '../market/provider.ts'
import type { MarketSlice } from '../market/slice.ts'
import type { Market } from '../market/types.ts'
import { OutcomeFollower, type Outcome } from '../signals/outcome.ts'
import type { OpenCall } from './call-store.ts'

export interface OutcomeWatchParts {
  readonly provider: DataProvider
  /** Resolves when it is durable. */
  readonly onOutcome: (id: string, outcome: Outcome) => Promise<void>
  readonly onFault: (id: string, error: unknown) => void
}

/** A market's second, and since when its seconds come without a break. */
interface Now {
  readonly second: EpochMs
  readonly since: EpochMs
}

interface Followed {
  readonly call: OpenCall
  readonly follower: OutcomeFollower
}

/**
 * What of a call's time is still unknown so long after it was over, and after the market came back, stays so: it is judged by what is
 * known.
 */
const WAIT = 10 * MINUTE
/** Without a second for so long, a market was away. */
const AWAY = MINUTE

export class OutcomeWatch {
  readonly #parts: OutcomeWatchParts
  readonly #open = new Map<string, Followed[]>()
  /** By market: its last second, and since when it comes without a break. */
  readonly #seen = new Map<string, { readonly since: EpochMs; readonly last: EpochMs }>()
  readonly #unsubscribe: () => void

  constructor(parts: OutcomeWatchParts) {
    this.#parts = parts
    this.#unsubscribe = parts.provider.onEverySecond((market, second) => this.#onSecond(market, second))
  }

  follow(call: OpenCall): void {
    const key = marketKey(call.market)
    const known = this.#open.get(key) ?? []
    this.#open.set(key, [...known, { call, follower: new OutcomeFollower(call, call.barriers) }])
  }

  /** Its calls are another's to follow. */
  leave(market: Market): void {
    this.#open.delete(marketKey(market))
    this.#seen.delete(marketKey(market))
  }

  stop(): void {
    this.#unsubscribe()
  }

  async #onSecond(market: Market, second: EpochMs): Promise<void> {
    const key = marketKey(market)
    const before = this.#seen.get(key)
    const isBack = before === undefined || second - before.last > AWAY
    const since = isBack ? second : before.since
    this.#seen.set(key, { since, last: second })
    const open = this.#open.get(key)
    if (open === undefined || open.length === 0) return
    try {
      await this.#feed(market, open, { second, since })
    } catch (error) {
      this.#parts.onFault(open[0]?.call.id ?? '', error)
    }
  }

  async #feed(market: Market, open: readonly Followed[], now: Now): Promise<void> {
    // A call whose time is over, from before a long stop of the server perhaps, is looked at by itself: not with all that came since.
    const lasting = open.filter(({ follower }) => follower.until >= now.second)
    const over = open.filter(({ follower }) => follower.until < now.second)
    for (const one of over) await this.#look(market, [one], now)
    if (lasting.length > 0) await this.#look(market, lasting, now)
  }

  async #look(market: Market, followed: readonly Followed[], now: Now): Promise<void> {
    const from = Math.min(...followed.map(({ follower }) => follower.through), now.second)
    const to = Math.min(Math.max(...followed.map(({ follower }) => follower.until)), now.second)
    const slice = await this.#parts.provider.slice(market, { from: epochMs(from), to: epochMs(to) })
    for (const { call, follower } of followed) {
      const outcome = follower.feed(slice.series['1s'].candles, knownFrom(slice, follower, now))
      if (outcome.outcome === 'open') continue
      await this.#parts.onOutcome(call.id, outcome)
      this.#forget(call)
    }
  }

  #forget({ id, market }: OpenCall): void {
    const key = marketKey(market)
    const left = (this.#open.get(key) ?? []).filter(({ call }) => call.id !== id)
    if (left.length === 0) this.#open.delete(key)
    else this.#open.set(key, left)
  }
}

/** Until when everything since the follower's instant is known: quiet or traded, without a gap that may still be filled. */
function knownFrom(slice: MarketSlice, { through, until }: OutcomeFollower, { second, since }: Now): EpochMs {
  if (second >= Math.max(until, since) + WAIT) return second
  const span = slice.series['1s'].covered.find(({ from, to }) => from <= through && to > through)
  return epochMs(Math.min(span?.to ?? through, second))
}
