// Bybit: https://bybit-exchange.github.io/docs/v5
import type { ExchangeProfile } from '../profile.ts'

/** recent-trade has the newest (60 of spot, 1000 of contracts). */
export const BYBIT: Partial<ExchangeProfile> = { past: 'newest', candlesAPage: 1000 }
