// The market that moves: a simulated one, or a replay of what is stored.
import type { EpochMs } from '../core/time.ts'
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

/** @throws AppError `unknown_symbol`, `unknown_venue`, `several_venues`, `no_stored_data` for a replay of what is not there */
export async function createSource(
  wanted: SourceOptions,
  { clock, reader }: OpenWorkspace,
): Promise<MarketSource> {
  if (wanted.kind === 'demo') return createDemoSource({ seed: wanted.seed, symbol: wanted.symbol, clock })
  const market = await storedMarket(reader, wanted.symbol, wanted.venue)
  return createReplaySource({ reader, market, from: wanted.from, speed: wanted.speed, wall: clock })
}
