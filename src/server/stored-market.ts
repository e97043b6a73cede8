// Which stored market a symbol means, where no market is being served.
import { AppError } from '../core/errors.ts'
import type { MarketReader } from '../market/provider.ts'
import type { Market } from '../market/types.ts'

/** @throws AppError `unknown_symbol`, `unknown_venue`, `several_venues`, each naming what is stored */
export async function storedMarket(reader: MarketReader, symbol: string, venue?: string): Promise<Market> {
  const markets = await reader.markets()
  const named = markets.filter((market) => market.symbol === symbol)
  const found = venue === undefined ? named : named.filter((market) => market.venue === venue)
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  if (named.length === 0) throw unknownSymbol(symbol, markets)
  const venues = named.map((market) => market.venue).join(', ')
  if (found.length > 1) {
    const message = `${symbol} is stored from several venues (${venues}): choose one with --venue.`
    throw new AppError('several_venues', message, { field: 'venue' })
  }
  const message = `There is no data of ${symbol} from ${venue}; it is stored from ${venues}.`
  throw new AppError('unknown_venue', message, { status: 404, field: 'venue' })
}

function unknownSymbol(symbol: string, markets: readonly Market[]): AppError {
  const known = [...new Set(markets.map((market) => market.symbol))].join(', ')
  const hint =
    known === ''
      ? 'Nothing is stored yet: annotate import, or serve the demo market.'
      : `Stored are: ${known}.`
  return new AppError('unknown_symbol', `There is no data of ${symbol}. ${hint}`, {
    status: 404,
    field: 'symbol',
  })
}
