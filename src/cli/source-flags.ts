// The options that choose a market to serve or to run a model on, shared by `serve` and `infer`.
import { InvalidArgumentError, Option, type Command } from 'commander'
import { marketKey } from '../contract/market-name.ts'
import { AppError } from '../core/errors.ts'
import { parseInstant } from '../core/time.ts'
import { readExchangeSettings, type ExchangeSettings } from '../market/exchange/settings.ts'
import type { Market } from '../market/types.ts'
import type { SourceOptions } from '../server/source.ts'
import { positiveNumber, wholeNumber } from './numbers.ts'

export interface SourceFlags {
  source: 'demo' | 'replay' | 'exchange'
  exchange?: string
  exchangeSettings?: string
  symbol?: string[]
  market?: Market[]
  venue?: string
  seed: number
  from?: string
  speed: number
}

const DEFAULT_SYMBOL = 'ETH/USDT'

export function withSourceFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--source <source>',
        'demo: a simulated market; replay: plays what is stored; exchange: a real market',
      )
        .choices(['demo', 'replay', 'exchange'])
        .default('demo'),
    )
    .option(
      '--symbol <symbol>',
      'the market; several, repeated or with commas, if live (default: ETH/USDT)',
      symbolsOf,
    )
    .option(
      '--market <venue:symbol>',
      'exchange: one more market, such as kraken:BTC/EUR; repeatable',
      marketsOf,
    )
    .option('--venue <venue>', 'replay: needed where several venues of the symbol are stored')
    .option('--seed <n>', 'demo: which simulated market', wholeNumber, 1)
    .option('--from <time>', 'replay: where to begin, such as 2024-08-09T00:00:00Z')
    .option('--exchange <id>', 'exchange: which one, by its ccxt id, such as binance')
    .addOption(exchangeSettings())
    .option('--speed <n>', 'replay: seconds of data a second', positiveNumber, 1)
}

/** Of a repeatable option whose values may also be joined by commas. */
export function symbolsOf(text: string, before: readonly string[] = []): string[] {
  const symbols = text.split(',').map((symbol) => symbol.trim())
  if (symbols.some((symbol) => symbol === ''))
    throw new InvalidArgumentError('Expected a symbol, such as ETH/USDT.')
  return [...new Set([...before, ...symbols])]
}

/** Of `venue:symbol`, repeatable. */
export function marketsOf(text: string, before: readonly Market[] = []): Market[] {
  const at = text.indexOf(':')
  const [venue, symbol] = [text.slice(0, at), text.slice(at + 1)]
  if (at > 0 && symbol !== '') return [...before, { venue, symbol }]
  throw new InvalidArgumentError('Expected an exchange and a symbol, such as kraken:BTC/EUR.')
}

/** Proxies and addresses, for every verb that speaks to an exchange. */
export function exchangeSettings(): Option {
  return new Option('--exchange-settings <file>', 'JSON: proxies, other addresses, ccxt options').env(
    'ANNOTATE_EXCHANGE_SETTINGS',
  )
}

/** @throws AppError `invalid_exchange_settings` */
export function settingsOf({
  exchangeSettings: file,
}: Pick<SourceFlags, 'exchangeSettings'>): ExchangeSettings {
  return file === undefined ? {} : readExchangeSettings(file)
}

/** @throws AppError `invalid_request` for options that do not go together */
export function sourceOf(flags: SourceFlags): SourceOptions {
  const { source, symbol: symbols = [DEFAULT_SYMBOL], venue, seed, from, speed, exchange } = flags
  const [symbol = DEFAULT_SYMBOL] = symbols
  if (source === 'exchange') return exchangeOf(flags)
  if (exchange !== undefined)
    throw misplaced('exchange', '--exchange goes with --source exchange: the market is a real one then.')
  if (flags.market !== undefined)
    throw misplaced('market', '--market goes with --source exchange: a real market beside the first.')
  if (source === 'replay' && symbols.length > 1)
    throw misplaced('symbol', 'A replay plays one market: give one --symbol.')
  if (source === 'replay')
    return { kind: 'replay', symbol, speed, ...(venue === undefined ? {} : { venue }), from: startOf(from) }
  if (from !== undefined)
    throw misplaced('from', 'The demo market is live: --from goes with --source replay.')
  if (speed !== 1)
    throw misplaced('speed', 'The demo market runs at the speed of time: --speed goes with --source replay.')
  if (venue !== undefined && venue !== `demo-${seed}`) {
    throw misplaced(
      'venue',
      `The venue of the demo market with seed ${seed} is demo-${seed}. For stored data use --source replay.`,
    )
  }
  return { kind: 'demo', symbols, seed }
}

function exchangeOf({
  exchange,
  symbol,
  market: others = [],
  venue,
  from,
  speed,
}: SourceFlags): SourceOptions {
  if (exchange === undefined && (symbol !== undefined || others.length === 0))
    throw misplaced('exchange', '--source exchange needs --exchange: a ccxt id, such as binance.')
  if (venue !== undefined && venue !== exchange)
    throw misplaced('venue', `The venue of a market on ${exchange} is ${exchange}: leave --venue out.`)
  if (from !== undefined || speed !== 1)
    throw misplaced(
      from === undefined ? 'speed' : 'from',
      'A real market is live: --from and --speed go with --source replay.',
    )
  const named =
    exchange === undefined
      ? []
      : (symbol ?? [DEFAULT_SYMBOL]).map((each) => ({ venue: exchange, symbol: each }))
  const markets = new Map([...named, ...others].map((market) => [marketKey(market), market]))
  return { kind: 'exchange', markets: [...markets.values()] }
}

function startOf(from: string | undefined) {
  if (from !== undefined) return parseInstant(from, 'from')
  throw misplaced('from', '--source replay needs --from: where to begin, such as 2024-08-09T00:00:00Z.')
}

function misplaced(field: string, message: string): AppError {
  return new AppError('invalid_request', message, { field })
}
