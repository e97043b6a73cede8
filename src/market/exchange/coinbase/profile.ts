// Coinbase, Advanced and Exchange: https://docs.cdp.coinbase.com
import type { ExchangeProfile } from '../profile.ts'
import { watchBatchedBook } from './book-watcher.ts'

/** GET market trades answers with the newest; 350 candles at most. */
export const COINBASE: Partial<ExchangeProfile> = { past: 'newest', candlesAPage: 300 }

export const COINBASE_EXCHANGE: Partial<ExchangeProfile> = { watchBook: watchBatchedBook }
