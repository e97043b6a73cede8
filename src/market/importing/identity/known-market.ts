// The market that a spelling means: one that is known already where only case and blanks differ.
import type { MarketStore } from '../../store/market-store.ts'
import type { Market } from '../../types.ts'
import { sameSymbol } from './symbols.ts'

export interface MeantMarket {
  readonly market: Market
  /** What the user should know of it; null where nothing. */
  readonly note: string | null
}

/** Blanks around are cut. Another spelling of a known market stays another market, and is noted. */
export function meantMarket(store: MarketStore, { venue, symbol }: Market): MeantMarket {
  const known = store.markets()
  const venues = known.map((market) => market.venue)
  const meantVenue = venues.includes(venue)
    ? venue
    : (venues.find((each) => plain(each) === plain(venue)) ?? venue.trim())
  const there = known.filter((market) => market.venue === meantVenue)
  const same =
    there.find((market) => market.symbol === symbol) ??
    there.find((market) => plain(market.symbol) === plain(symbol))
  if (same !== undefined) return { market: same, note: noteOf({ venue, symbol }, same) }
  const market = { venue: meantVenue, symbol: symbol.trim() }
  const alike = there.find((each) => sameSymbol(each.symbol, symbol))
  if (alike === undefined) return { market, note: null }
  return {
    market,
    note: `There is ${alike.symbol} on ${meantVenue} already: is ${market.symbol} another market? Where it is the same, import it as ${alike.symbol}.`,
  }
}

function noteOf(asked: Market, known: Market): string | null {
  if (asked.symbol === known.symbol && asked.venue === known.venue) return null
  return `"${asked.symbol}" on "${asked.venue}" is taken for ${known.symbol} on ${known.venue}, which is there already.`
}

function plain(text: string): string {
  return text.replaceAll(/\s/g, '').toLowerCase()
}
