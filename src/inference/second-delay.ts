// How long ago a second ended when it comes to be answered.
import type { EpochMs } from '../core/time.ts'
import type { Market } from '../market/types.ts'
import type { MarketAsOf } from './market-seconds.ts'

/** In ms by the source's clock, grace included; 0 in a replay, whose clock stands still while it waits. */
export function delayOf(provider: MarketAsOf, market: Market, second: EpochMs): number {
  const { kind, now } = provider.status(market)
  return kind === 'replay' ? 0 : Math.max(0, now - second)
}
