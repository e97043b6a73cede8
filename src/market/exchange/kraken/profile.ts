// Kraken: https://docs.kraken.com
import type { ExchangeProfile } from '../profile.ts'
import { krakenBookCheck } from './checksum.ts'

/** Trades since a time, 1000 at most; OHLC has the last 720 of a timeframe and no others. */
export const KRAKEN: Partial<ExchangeProfile> = { candlesAPage: 720, bookCheck: krakenBookCheck }
