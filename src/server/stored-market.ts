// Which stored market a symbol means, where no market is being served.
import { AppError } from '../core/errors.ts'
import type { MarketReader } from '../market/provider.ts'
import type { Market } from '../market/types.ts'
import type { MarketAsked } from './market-filter.ts'

const NOTHING = 'Nothing is stored yet: annotate import, or serve the demo market.'

/** @throws AppError `unknown_symbol`, `unknown_venue`, `several_venues`, each naming what is stored */
export async function storedMarket(reader: MarketReader, symbol: string, venue?: string): Promise<Market> {
  const [only, ...others] = marketsMeant(await reader.markets(), { symbol, venue })
  if (others.length === 0) return only
  const venues = [only, ...others].map((market) => market.venue).join(', ')
  const message = `${symbol} is stored from several venues (${venues}): choose one with --venue.`
  throw new AppError('several_venues', message, { field: 'venue' })
}

/** Those of `markets` that are asked for. @throws AppError 404 `unknown_symbol`, `unknown_venue` where none is, naming what there is */
export function marketsMeant(
  markets: readonly Market[],
  { symbol, venue }: MarketAsked,
): [Market, ...Market[]] {
  const named = symbol === undefined ? markets : markets.filter((market) => market.symbol === symbol)
  if (symbol !== undefined && named.length === 0) throw unknownSymbol(symbol, markets)
  const [first, ...others] = named.filter((market) => venue === undefined || market.venue === venue)
  if (first === undefined) throw unknownVenue(venue, symbol, named)
  return [first, ...others]
}

function unknownVenue(venue = '', symbol: string | undefined, named: readonly Market[]): AppError {
  const venues = [...new Set(named.map((market) => market.venue))].join(', ')
  const message =
    symbol === undefined
      ? `There is no data from ${venue}. ${venues === '' ? NOTHING : `Venues are: ${venues}.`}`
      : `There is no data of ${symbol} from ${venue}; it is stored from ${venues}.`
  return new AppError('unknown_venue', message, { status: 404, field: 'venue' })
}

function unknownSymbol(symbol: string, markets: readonly Market[]): AppError {
  const known = [...new Set(markets.map((market) => market.symbol))].join(', ')
  const hint = known === '' ? NOTHING : `Stored are: ${known}.`
  return new AppError('unknown_symbol', `There is no data of ${symbol}. ${hint}`, {
    status: 404,
    field: 'symbol',
  })
}
