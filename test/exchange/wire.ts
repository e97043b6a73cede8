// Messages that exchanges really sent, and a ccxt that knows their markets without having asked for them.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { loadExchange, type CcxtExchange, type CcxtTrade } from '../../src/market/exchange/ccxt.ts'

export const FOLDER = fileURLToPath(new URL('../../../shared/data/wire/', import.meta.url))

export const hasWire = existsSync(FOLDER)

/** What of ccxt only tests reach into. */
export interface Inside extends Omit<CcxtExchange, 'trades'> {
  readonly trades: Record<string, CcxtTrade[]>
  handleMessage(client: object, message: unknown): void
  setMarkets(markets: object[]): void
  safeMarketStructure(market: object): object
  fetch(url: string): Promise<unknown>
}

export async function withMarkets(id: string, pairs: Record<string, string>, type = 'spot'): Promise<Inside> {
  const exchange = (await loadExchange(id, { options: { tradesLimit: 100_000 } })) as unknown as Inside
  const markets = Object.entries(pairs).map(([marketId, symbol]) => {
    const [base, quote] = symbol.split(/[/:]/)
    const contract = type !== 'spot'
    const facts = {
      id: marketId,
      lowercaseId: marketId.toLowerCase(),
      symbol,
      base,
      quote,
      type,
      contract,
      active: true,
    }
    return exchange.safeMarketStructure({
      ...facts,
      spot: !contract,
      swap: contract,
      linear: contract ? true : undefined,
      contractSize: contract ? 1 : undefined,
      precision: { price: 1e-8, amount: 1e-8 },
    })
  })
  exchange.setMarkets(markets)
  return exchange
}

/** Messages of a recording that contain `word`: lines are "<unix s>: <message>". */
export function recorded(file: string, word: string): unknown[] {
  const lines = gunzipSync(readFileSync(FOLDER + file))
    .toString('utf8')
    .split('\n')
  return lines
    .filter((line) => /^\d+\.\d+: [[{]/.test(line) && line.includes(word))
    .map((line) => JSON.parse(line.slice(line.indexOf(': ') + 2)) as unknown)
}

/** ccxt's connection, as far as its parsers touch it. */
export function connection(url: string): object {
  const nothing = (): undefined => undefined
  return { url, subscriptions: {}, futures: {}, resolve: nothing, reject: nothing, lastPong: 0 }
}
