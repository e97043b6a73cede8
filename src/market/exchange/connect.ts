// An exchange ready to be asked about one market: loaded, its markets read, the symbol found.
import { AppError } from '../../core/errors.ts'
import { loadExchange, type CcxtClient, type CcxtExchange, type CcxtMarket } from './ccxt.ts'
import { profileOf } from './profiles.ts'
import { Rest } from './rest.ts'
import { settingsOf, type ExchangeSettings } from './settings.ts'

const ATTEMPTS = 4
const SUGGESTED = 8
/** Trades that ccxt keeps between two looks at its stream. */
const KEPT_TRADES = 20_000

/** An exchange whose markets are read. */
export interface OpenExchange {
  readonly exchange: CcxtExchange
  readonly markets: Readonly<Record<string, CcxtMarket>>
}

export interface Connection {
  readonly exchange: CcxtExchange
  readonly market: CcxtMarket
}

/**
 * `onMalformed` is told of each message that is not JSON.
 * @throws AppError `unknown_exchange`, `unknown_symbol` (404), `unsupported_market`, `exchange_unreachable`, `exchange_refused`
 */
export async function connect(
  id: string,
  symbol: string,
  settings: ExchangeSettings,
  onMalformed: () => void = () => undefined,
): Promise<Connection> {
  const opened = await openExchange(id, settings, symbol.includes(':'), onMalformed)
  return { exchange: opened.exchange, market: marketOf(opened, symbol) }
}

/**
 * For spot markets, or for contracts.
 * @throws AppError `unknown_exchange` (404), `exchange_unreachable`, `exchange_refused`
 */
export async function openExchange(
  id: string,
  settings: ExchangeSettings,
  isContract: boolean,
  onMalformed: () => void,
): Promise<OpenExchange> {
  const exchange = await open(id, settings, isContract, onMalformed)
  return { exchange, markets: await loadMarkets(exchange) }
}

/** @throws AppError `unknown_symbol` (404), `unsupported_market` */
export function marketOf({ exchange, markets }: OpenExchange, symbol: string): CcxtMarket {
  const market = markets[symbol]
  if (market === undefined) throw unknownSymbol(exchange, symbol, markets)
  if (market.contract && market.inverse === true) throw unsupported(exchange, symbol)
  return market
}

/** One more instance of the same exchange with the same markets, for connections of its own. */
export async function openBeside(
  exchange: CcxtExchange,
  settings: ExchangeSettings,
  isContract: boolean,
  onMalformed: () => void,
): Promise<CcxtExchange> {
  const beside = await open(exchange.id, settings, isContract, onMalformed)
  beside.setMarketsFromExchange(exchange)
  return beside
}

/** Symbols of an exchange that contain `text`, ascending: active ones, those that begin with it first. */
export async function symbolsOf(
  id: string,
  settings: ExchangeSettings,
  text: string,
  limit: number,
): Promise<CcxtMarket[]> {
  const exchange = await open(id, settings, text.includes(':'), () => undefined)
  try {
    const wanted = text.toUpperCase()
    const found = Object.values(await loadMarkets(exchange)).filter(
      ({ symbol, active, inverse }) => active !== false && inverse !== true && symbol.includes(wanted),
    )
    const rank = ({ symbol }: CcxtMarket): number => (symbol.startsWith(wanted) ? 0 : 1)
    return found.toSorted((a, b) => rank(a) - rank(b) || (a.symbol < b.symbol ? -1 : 1)).slice(0, limit)
  } finally {
    await exchange.close()
  }
}

async function open(
  id: string,
  settings: ExchangeSettings,
  isContract: boolean,
  onMalformed: () => void,
): Promise<CcxtExchange> {
  const { dumps: _, ...ofCcxt } = settingsOf(settings, id)
  const exchange = await loadExchange(id, {
    ...ofCcxt,
    enableRateLimit: true,
    enableLastResponseHeaders: true,
    newUpdates: true,
    options: { tradesLimit: KEPT_TRADES, ...profileOf(id).options(isContract), ...ofCcxt.options },
  })
  await exchange.loadHttpProxyAgent()
  // ccxt writes to the console what it could not read; that is all it logs unless asked for more.
  Object.assign(exchange, { log: onMalformed })
  guardSends(exchange)
  return exchange
}

/**
 * ccxt sends a subscription when the exchange's pace allows it, and nobody waits for that: on a connection that has closed meanwhile it
 * would fail the process. The close itself fails whoever waits for messages.
 */
function guardSends(exchange: CcxtExchange): void {
  const find = exchange.client.bind(exchange)
  const client = (url: string): CcxtClient => {
    const isNew = exchange.clients[url] === undefined
    const found = find(url)
    if (!isNew) return found
    const send = found.send.bind(found)
    found.send = async (message) => {
      if (found.connection?.readyState === CLOSING || found.connection?.readyState === CLOSED) return
      await send(message)
    }
    return found
  }
  Object.assign(exchange, { client })
}

/** WebSocket.CLOSING and WebSocket.CLOSED */
const CLOSING = 2
const CLOSED = 3

function loadMarkets(exchange: CcxtExchange): Promise<Readonly<Record<string, CcxtMarket>>> {
  const rest = new Rest({ exchange, onTrouble: () => undefined })
  // Without `true` ccxt would answer a second attempt with the failure of the first.
  return rest.ask('markets', ATTEMPTS, new AbortController().signal, () => exchange.loadMarkets(true))
}

function unknownSymbol(
  { name }: CcxtExchange,
  symbol: string,
  markets: Readonly<Record<string, CcxtMarket>>,
): AppError {
  const base = symbol.split('/')[0] ?? symbol
  const near = Object.keys(markets).filter((known) => known.startsWith(`${base}/`))
  const known = near.length > 0 ? near : Object.keys(markets)
  const message = `There is no ${symbol} on ${name}. There are ${known.slice(0, SUGGESTED).join(', ')} and more: ccxt writes a spot market as BASE/QUOTE, a future as BASE/QUOTE:SETTLE.`
  return new AppError('unknown_symbol', message, { status: 404, field: 'symbol' })
}

function unsupported({ name }: CcxtExchange, symbol: string): AppError {
  const message = `${symbol} on ${name} counts in contracts of the quote currency, and volumes here are in base units: choose a spot market or a linear contract.`
  return new AppError('unsupported_market', message, { field: 'symbol' })
}
