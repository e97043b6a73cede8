// The exchanges that more is known of than ccxt says, by their ccxt ids; each has a folder here.
import { BINANCE, BINANCE_OF_ONE_KIND } from './binance/profile.ts'
import { BYBIT } from './bybit/profile.ts'
import { COINBASE, COINBASE_EXCHANGE } from './coinbase/profile.ts'
import { KRAKEN } from './kraken/profile.ts'
import { OKX } from './okx/profile.ts'
import type { ExchangeProfile } from './profile.ts'

/** What holds for an exchange that nothing more is known of. */
const PLAIN: ExchangeProfile = {
  ids: 'opaque',
  past: 'since',
  fromId: 'fromId',
  tradesAPage: 1000,
  candlesAPage: 500,
  options: () => ({}),
}

const PROFILES: Readonly<Record<string, Partial<ExchangeProfile>>> = {
  binance: BINANCE,
  binanceus: BINANCE_OF_ONE_KIND,
  binanceusdm: BINANCE_OF_ONE_KIND,
  bybit: BYBIT,
  coinbase: COINBASE,
  coinbaseexchange: COINBASE_EXCHANGE,
  kraken: KRAKEN,
  okx: OKX,
}

/** By ccxt's id. */
export function profileOf(id: string): ExchangeProfile {
  return { ...PLAIN, ...PROFILES[id] }
}
