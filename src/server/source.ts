// The markets that move: simulated ones, a replay of what is stored, or real ones.
import { isSimulated, sameMarket } from '../contract/market-name.ts'
import { AppError } from '../core/errors.ts'
import type { EpochMs } from '../core/time.ts'
import type { ExchangeSettings } from '../market/exchange/settings.ts'
import type { ExchangePool } from '../market/exchange/shared-exchange.ts'
import { createDemoSource, demoMarketOf } from '../market/sources/demo.ts'
import { createReplaySource } from '../market/sources/replay.ts'
import type { MarketSource } from '../market/sources/source.ts'
import type { MarketReader } from '../market/provider.ts'
import type { Market } from '../market/types.ts'
import type { ServerClocks } from './clocks.ts'
import { storedMarket } from './stored-market.ts'

export type SourceOptions =
  | { readonly kind: 'demo'; readonly symbols: readonly string[]; readonly seed: number }
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
      /** Their venues are ccxt's ids. */
      readonly markets: readonly Market[]
    }

export interface SourceParts {
  readonly exchanges: ExchangePoolOf
  readonly clocks: ServerClocks
  readonly reader: MarketReader
}

/**
 * One or more; the first is the primary one.
 * @throws AppError `unknown_symbol`, `unknown_venue`, `several_venues`, `no_stored_data` for a replay of what is not there; `unknown_exchange`,
 *   `unknown_symbol`, `exchange_unreachable` for an exchange
 */
export async function createSources(
  wanted: SourceOptions,
  { exchanges, clocks, reader }: SourceParts,
): Promise<MarketSource[]> {
  const { utc } = clocks
  if (wanted.kind === 'demo')
    return wanted.symbols.map((symbol) => createDemoSource({ seed: wanted.seed, symbol, clock: utc }))
  if (wanted.kind === 'exchange')
    return Promise.all(wanted.markets.map((market) => exchangeSource(market, exchanges, clocks)))
  const market = await storedMarket(reader, wanted.symbol, wanted.venue)
  return [await createReplaySource({ reader, market, from: wanted.from, speed: wanted.speed, wall: utc })]
}

/** What moves by itself is followed by one of the servers on a database; what is replayed, by each that replays it. */
export function marketsOf(wanted: SourceOptions): Market[] {
  if (wanted.kind === 'demo') return wanted.symbols.map((symbol) => demoMarketOf(wanted.seed, symbol))
  return wanted.kind === 'exchange' ? [...wanted.markets] : []
}

/**
 * Another source of a market that `wanted` names, or of an exchange's.
 * @throws AppError `market_not_live` of one that is simulated elsewhere; as `exchangeSource`
 */
export async function openSource(
  market: Market,
  wanted: SourceOptions,
  { exchanges, clocks }: SourceParts,
): Promise<MarketSource> {
  if (!isSimulated(market)) return exchangeSource(market, exchanges, clocks)
  if (wanted.kind === 'demo' && marketsOf(wanted).some((own) => sameMarket(own, market)))
    return createDemoSource({ seed: wanted.seed, symbol: market.symbol, clock: clocks.utc })
  throw new AppError(
    'market_not_live',
    `${market.symbol} of ${market.venue} is not what this server simulates.`,
  )
}

/** The exchanges that a server has open; made when the first is wanted, for only who wants one waits for ccxt's code. */
export type ExchangePoolOf = () => Promise<ExchangePool>

export function exchangePool(settings: ExchangeSettings, { elapsed }: ServerClocks): ExchangePoolOf {
  let pool: Promise<ExchangePool> | null = null
  const make = async (): Promise<ExchangePool> => {
    const { ExchangePool } = await import('../market/exchange/shared-exchange.ts')
    return new ExchangePool(settings, elapsed)
  }
  return () => (pool ??= make())
}

/** @throws AppError `unknown_exchange`, `unknown_symbol`, `exchange_unreachable`, `exchange_refused` */
export async function exchangeSource(
  { venue, symbol }: Market,
  exchanges: ExchangePoolOf,
  { elapsed }: ServerClocks,
): Promise<MarketSource> {
  const { createExchangeSource } = await import('../market/exchange/exchange-source.ts')
  return createExchangeSource({ exchange: venue, symbol, pool: await exchanges(), clock: elapsed })
}
