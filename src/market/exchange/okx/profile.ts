// OKX: https://www.okx.com/docs-v5
import type { ExchangeProfile } from '../profile.ts'

/** history-trades pages backwards; candles 300 at most. */
export const OKX: Partial<ExchangeProfile> = { past: 'newest', tradesAPage: 500, candlesAPage: 300 }
