// The options that choose a market to serve or to run a model on, shared by `serve` and `infer`.
import { Option, type Command } from 'commander'
import { AppError } from '../core/errors.ts'
import { parseInstant } from '../core/time.ts'
import { readExchangeSettings } from '../market/exchange/settings.ts'
import type { SourceOptions } from '../server/source.ts'
import { positiveNumber, wholeNumber } from './numbers.ts'

export interface SourceFlags {
  source: 'demo' | 'replay' | 'exchange'
  exchange?: string
  exchangeSettings?: string
  symbol: string
  venue?: string
  seed: number
  from?: string
  speed: number
}

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
    .option('--symbol <symbol>', 'the market', 'ETH/USDT')
    .option('--venue <venue>', 'replay: needed where several venues of the symbol are stored')
    .option('--seed <n>', 'demo: which simulated market', wholeNumber, 1)
    .option('--from <time>', 'replay: where to begin, such as 2024-08-09T00:00:00Z')
    .option('--exchange <id>', 'exchange: which one, by its ccxt id, such as binance')
    .addOption(exchangeSettings())
    .option('--speed <n>', 'replay: seconds of data a second', positiveNumber, 1)
}

/** Proxies and addresses, for every verb that speaks to an exchange. */
export function exchangeSettings(): Option {
  return new Option('--exchange-settings <file>', 'JSON: proxies, other addresses, ccxt options').env(
    'ANNOTATE_EXCHANGE_SETTINGS',
  )
}

/** @throws AppError `invalid_request` for options that do not go together, `invalid_exchange_settings` */
export function sourceOf(flags: SourceFlags): SourceOptions {
  const { source, symbol, venue, seed, from, speed, exchange } = flags
  if (source === 'exchange') return exchangeOf(flags)
  if (exchange !== undefined)
    throw misplaced('exchange', '--exchange goes with --source exchange: the market is a real one then.')
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
  return { kind: 'demo', symbol, seed }
}

function exchangeOf({
  exchange,
  symbol,
  venue,
  from,
  speed,
  exchangeSettings: file,
}: SourceFlags): SourceOptions {
  if (exchange === undefined)
    throw misplaced('exchange', '--source exchange needs --exchange: a ccxt id, such as binance.')
  if (venue !== undefined && venue !== exchange)
    throw misplaced('venue', `The venue of a market on ${exchange} is ${exchange}: leave --venue out.`)
  if (from !== undefined || speed !== 1)
    throw misplaced(
      from === undefined ? 'speed' : 'from',
      'A real market is live: --from and --speed go with --source replay.',
    )
  const settings = file === undefined ? {} : readExchangeSettings(file)
  return { kind: 'exchange', exchange, symbol, settings }
}

function startOf(from: string | undefined) {
  if (from !== undefined) return parseInstant(from, 'from')
  throw misplaced('from', '--source replay needs --from: where to begin, such as 2024-08-09T00:00:00Z.')
}

function misplaced(field: string, message: string): AppError {
  return new AppError('invalid_request', message, { field })
}
