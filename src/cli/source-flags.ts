// The options that choose a market to serve or to run a model on, shared by `serve` and `infer`.
import { Option, type Command } from 'commander'
import { AppError } from '../core/errors.ts'
import { parseInstant } from '../core/time.ts'
import type { SourceOptions } from '../server/source.ts'
import { positiveNumber, wholeNumber } from './numbers.ts'

export interface SourceFlags {
  source: 'demo' | 'replay'
  symbol: string
  venue?: string
  seed: number
  from?: string
  speed: number
}

export function withSourceFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--source <source>', 'demo: a simulated market; replay: plays what is stored')
        .choices(['demo', 'replay'])
        .default('demo'),
    )
    .option('--symbol <symbol>', 'the market', 'ETH/USDT')
    .option('--venue <venue>', 'replay: needed where several venues of the symbol are stored')
    .option('--seed <n>', 'demo: which simulated market', wholeNumber, 1)
    .option('--from <time>', 'replay: where to begin, such as 2024-08-09T00:00:00Z')
    .option('--speed <n>', 'replay: seconds of data a second', positiveNumber, 1)
}

/** @throws AppError `invalid_request` for options that do not go together */
export function sourceOf({ source, symbol, venue, seed, from, speed }: SourceFlags): SourceOptions {
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

function startOf(from: string | undefined) {
  if (from !== undefined) return parseInstant(from, 'from')
  throw misplaced('from', '--source replay needs --from: where to begin, such as 2024-08-09T00:00:00Z.')
}

function misplaced(field: string, message: string): AppError {
  return new AppError('invalid_request', message, { field })
}
