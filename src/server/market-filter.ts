// Which market a list is asked of, by its query.
import type { Market } from '../market/types.ts'

export interface MarketAsked {
  readonly symbol?: string | undefined
  readonly venue?: string | undefined
}

/** A symbol without a venue means the venue that is served; neither means every market. */
export function marketFilter({ symbol, venue }: MarketAsked, served: Market): Partial<Market> {
  const meant = venue ?? (symbol === undefined ? undefined : served.venue)
  return { ...(symbol === undefined ? {} : { symbol }), ...(meant === undefined ? {} : { venue: meant }) }
}
