// Venues as files write them, compared with ccxt's ids.

/** Names that files have for what ccxt calls otherwise. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  binancefutures: 'binanceusdm',
  binancedelivery: 'binancecoinm',
  coinbasepro: 'coinbase',
  coinbaseexchange: 'coinbase',
  coinbaseadvanced: 'coinbase',
  gdax: 'coinbase',
  bybitspot: 'bybit',
  okex: 'okx',
  okxspot: 'okx',
  huobi: 'htx',
  krakenspot: 'kraken',
}

/** Where data lies that no venue was named for: it contradicts nothing. */
const NOWHERE = 'imported'

export function sameVenue(a: string, b: string): boolean {
  return a === NOWHERE || b === NOWHERE || plain(a) === plain(b)
}

function plain(venue: string): string {
  const letters = venue.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  return OTHER_NAMES[letters] ?? letters
}
