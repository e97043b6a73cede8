// The market that moves: a simulated one, a replay of what is stored, or a real one.
import type { EpochMs } from '../core/time.ts'
import type { ExchangeSettings } from '../market/exchange/settings.ts'
import { createDemoSource } from '../market/sources/demo.ts'
import { createReplaySource } from '../market/sources/replay.ts'
import type { MarketSource } from '../market/sources/source.ts'
import type { OpenWorkspace } from './open-workspace.ts'
import { storedMarket } from './stored-market.ts'

export type SourceOptions =
  | { readonly kind: 'demo'; readonly symbol: string; readonly seed: number }
  | {
      readonly kind: 'replay'
      readonly symbol: string
      readonly venue?: string
      readonly from: EpochMs
      /** Seconds of data a second. */
      readonly speed: number
    }
  | {
      readonly kind: 'exchange'
      /** ccxt's id. */
      readonly exchange: string
      readonly symbol: string
      readonly settings: ExchangeSettings
    }

/**
 * @throws AppError `unknown_symbol`, `unknown_venue`, `several_venues`, `no_stored_data` for a replay of what is not there; `unknown_exchange`,
 *   `unknown_symbol`, `exchange_unreachable` for an exchange
 */
export async function createSource(
  wanted: SourceOptions,
  { clock, reader }: OpenWorkspace,
): Promise<MarketSource> {
  if (wanted.kind === 'demo') return createDemoSource({ seed: wanted.seed, symbol: wanted.symbol, clock })
  if (wanted.kind === 'exchange') {
    // Only whoever wants an exchange waits for its code.
    const { createExchangeSource } = await import('../market/exchange/exchange-source.ts')
    const { exchange, symbol, settings } = wanted
    return createExchangeSource({ exchange, symbol, settings, clock })
  }
  const market = await storedMarket(reader, wanted.symbol, wanted.venue)
  return createReplaySource({ reader, market, from: wanted.from, speed: wanted.speed, wall: clock })
}
