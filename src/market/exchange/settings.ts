// How an exchange is reached: proxies, other addresses and options of ccxt, from a JSON file. Keys of accounts are not taken.
import { readFileSync } from 'node:fs'
import Type, { type Static } from 'typebox'
import { Checker } from '../../core/checker.ts'
import { AppError, messageOf } from '../../core/errors.ts'

const Url = Type.String({ minLength: 1 })

const OfOne = {
  httpProxy: Type.Optional(Url),
  httpsProxy: Type.Optional(Url),
  socksProxy: Type.Optional(Url),
  wsProxy: Type.Optional(Url),
  wssProxy: Type.Optional(Url),
  wsSocksProxy: Type.Optional(Url),
  /** Laid over ccxt's own, such as `{"api": {"public": "https://data-api.binance.vision/api/v3"}}`. */
  urls: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  /** Where Binance's dump files are fetched from; `https://data.binance.vision` by default. */
  dumps: Type.Optional(Url),
  /** ms between two requests, where the exchange's own limit is not wanted. */
  rateLimit: Type.Optional(Type.Number({ minimum: 0 })),
  /** ms after which a request has failed. */
  timeout: Type.Optional(Type.Number({ minimum: 100 })),
  options: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
}

export const ExchangeSettings = Type.Object(
  {
    ...OfOne,
    /** By ccxt's id: what holds for one exchange only, instead of the above. */
    exchanges: Type.Optional(Type.Record(Type.String(), Type.Object(OfOne, { additionalProperties: false }))),
  },
  { additionalProperties: false },
)
/** ccxt's own names: https://docs.ccxt.com, "Proxy" and "Overriding Exchange Properties". */
export type ExchangeSettings = Static<typeof ExchangeSettings>

/** What holds for one exchange. */
export function settingsOf({ exchanges, ...all }: ExchangeSettings, id: string): ExchangeSettings {
  return { ...all, ...exchanges?.[id] }
}

const schema = new Checker(ExchangeSettings)

/** @throws AppError `invalid_exchange_settings` naming what is wrong with the file */
export function readExchangeSettings(path: string): ExchangeSettings {
  const settings = parsed(path)
  if (schema.check(settings)) return settings
  const [first] = schema.faults(settings)
  const known = Object.keys(ExchangeSettings.properties).join(', ')
  throw invalid(path, `${first?.instancePath ?? ''} ${first?.message ?? ''}. Known are: ${known}`)
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw invalid(path, messageOf(error))
  }
}

function invalid(path: string, what: string): AppError {
  const message = `${path} does not hold settings of an exchange: ${what.trim()}.`
  return new AppError('invalid_exchange_settings', message, { field: 'exchange-settings' })
}
