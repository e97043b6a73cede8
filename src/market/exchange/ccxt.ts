// The part of ccxt that is used, and how one exchange of it is loaded: late, and without the hundred others.
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AppError } from '../../core/errors.ts'

/** ccxt's unified trade: https://docs.ccxt.com, "Public Trades". */
export interface CcxtTrade {
  readonly id: string | undefined
  readonly timestamp: number | undefined
  readonly symbol: string | undefined
  readonly side: string | undefined
  readonly price: number | undefined
  readonly amount: number | undefined
}

/** [open time ms, open, high, low, close, volume]; what an exchange leaves out is undefined. */
export type CcxtCandle = readonly (number | undefined)[]

export interface CcxtMarket {
  readonly id: string
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly type: string
  readonly active: boolean | undefined
  readonly contract: boolean
  readonly inverse: boolean | undefined
  readonly contractSize: number | undefined
  /** Steps of prices and amounts; undefined where ccxt does not know them. */
  readonly precision?: { readonly price?: number | undefined; readonly amount?: number | undefined }
}

/** One WebSocket connection of ccxt. */
export interface CcxtClient {
  readonly url: string
  readonly isConnected: boolean
  /** System time of the last pong. */
  readonly lastPong?: number
  send(message: unknown): Promise<unknown>
  /** Waits until another message may be sent. */
  throttle?: ((cost?: number) => Promise<unknown>) | undefined
  readonly connection?: { readonly readyState: number; ping(): void; terminate(): void }
  onMessage(event: { data: unknown }): void
  /** Hands a result to whoever waits for it by its hash. */
  resolve(result: unknown, hash: string): unknown
  /** Fails whoever waits for it by its hash, or all. */
  reject(error: unknown, hash?: string): unknown
  log(...facts: unknown[]): void
}

/** ccxt's order book: [price, amount, …], best first. */
export interface CcxtOrderBook {
  readonly bids: readonly (readonly number[])[]
  readonly asks: readonly (readonly number[])[]
  /** Exchange time; undefined where the exchange sends none. */
  readonly timestamp: number | undefined
  /** The venue's number of the last update in it; undefined where it has none. */
  readonly nonce: number | undefined
}

export interface CcxtExchange {
  readonly id: string
  readonly name: string
  readonly has: Readonly<Record<string, boolean | 'emulated' | undefined>>
  readonly timeframes: Readonly<Record<string, string>> | undefined
  readonly clients: Readonly<Record<string, CcxtClient>>
  readonly last_response_headers: Readonly<Record<string, string>> | undefined
  /** Needed before a connection to an address without TLS. */
  loadHttpProxyAgent(): Promise<unknown>
  loadMarkets(reload?: boolean): Promise<Readonly<Record<string, CcxtMarket>>>
  fetchTime(): Promise<number | undefined>
  fetchOHLCV(
    symbol: string,
    timeframe: string,
    since?: number,
    limit?: number,
    params?: Readonly<Record<string, unknown>>,
  ): Promise<CcxtCandle[]>
  fetchTrades(
    symbol: string,
    since?: number,
    limit?: number,
    params?: Readonly<Record<string, unknown>>,
  ): Promise<CcxtTrade[]>
  watchTrades(
    symbol: string,
    since?: number,
    limit?: number,
    params?: Readonly<Record<string, unknown>>,
  ): Promise<CcxtTrade[]>
  unWatchTrades(symbol: string): Promise<unknown>
  /** The newest trades that are watched, by symbol. */
  readonly trades?: Readonly<Record<string, { clear(): void } | undefined>>
  fetchOrderBook(symbol: string, limit?: number): Promise<CcxtOrderBook>
  watchOrderBook(
    symbol: string,
    limit?: number,
    params?: Readonly<Record<string, unknown>>,
  ): Promise<CcxtOrderBook>
  /** The books that are watched, by symbol. */
  readonly orderbooks: Readonly<Record<string, CcxtOrderBook | undefined>>
  /** The connection to an address, made where there is none. */
  client(url: string): CcxtClient
  /** Takes over the markets that another instance of the same exchange has loaded. */
  setMarketsFromExchange(other: CcxtExchange): unknown
  close(): Promise<void>
}

type CcxtClass = new (options: Readonly<Record<string, unknown>>) => CcxtExchange

/** `require` finds the package's CommonJS bundle; the classes by themselves stand beside it as modules. */
const CLASSES = join(dirname(dirname(createRequire(import.meta.url).resolve('ccxt'))), 'js', 'src')

/** Ids of the exchanges that stream, ascending. */
export function exchangeIds(): string[] {
  const files = readdirSync(join(CLASSES, 'pro')).filter((file) => file.endsWith('.js'))
  return files.map((file) => file.slice(0, -'.js'.length)).toSorted()
}

/**
 * An exchange as ccxt makes it, with its WebSocket part; nothing is sent yet.
 * @throws AppError 404 `unknown_exchange`
 */
export async function loadExchange(
  id: string,
  options: Readonly<Record<string, unknown>>,
): Promise<CcxtExchange> {
  const file = join(CLASSES, 'pro', `${id}.js`)
  if (!/^[a-z0-9]+$/.test(id) || !existsSync(file)) throw unknownExchange(id)
  const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { default: CcxtClass }
  return new module.default(options)
}

function unknownExchange(id: string): AppError {
  const ids = exchangeIds()
  const near = ids.filter((known) => known.startsWith(id.slice(0, 3)))
  const hint = near.length > 0 ? `Did you mean ${near.join(', ')}?` : `There are: ${ids.join(', ')}.`
  return new AppError('unknown_exchange', `There is no exchange "${id}" that ccxt can stream. ${hint}`, {
    status: 404,
    field: 'exchange',
  })
}
