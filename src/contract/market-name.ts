// What names a market, when two are the same, and which are simulated: said once, for the server and the page.

/** A venue and a symbol. */
export interface MarketName {
  /** `demo-<seed>`, an exchange's ccxt id, or `imported`. */
  readonly venue: string
  /** ccxt's form, `ETH/USDT`. */
  readonly symbol: string
}

/** Whether two are the same market. */
export function sameMarket(a: MarketName, b: MarketName): boolean {
  return a.venue === b.venue && a.symbol === b.symbol
}

/** Of whatever says its market: nothing else of it. */
export function marketOf({ venue, symbol }: MarketName): MarketName {
  return { venue, symbol }
}

/** For maps: one text a market. */
export function marketKey({ venue, symbol }: MarketName): string {
  return `${venue} ${symbol}`
}

/** `demo-<seed>` is simulated; every other venue is recorded or real. */
export function isSimulated({ venue }: Pick<MarketName, 'venue'>): boolean {
  return venue.startsWith('demo-')
}
