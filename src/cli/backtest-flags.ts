// The options of `annotate backtest` and the requests that they make.
import { InvalidArgumentError, type Command } from 'commander'
import type { BacktestBody, BacktestSweepBody } from '../contract/backtests.ts'
import { ANY_PATTERN } from '../contract/pattern.ts'
import { patternOption } from './pattern-option.ts'
import { countTo, positiveNumber, wholeNumber } from './numbers.ts'

/** `cnn@0003`: a model, and which of its checkpoints; the promoted one where it is not said. */
interface Asked {
  readonly model: string
  readonly checkpoint?: string
}

export interface BacktestFlags {
  readonly model: readonly Asked[]
  readonly symbol: string
  readonly venue?: string
  readonly from: string
  readonly to: string
  readonly fee?: number
  readonly slippage?: number
  readonly target?: number
  readonly stop?: number
  readonly hold?: number
  readonly includeTrained?: boolean
  readonly sweep?: BacktestSweepBody
  readonly processes?: number
  readonly pattern?: string
}

const MOST_PROCESSES = 64

const SWEPT = {
  on: 'on',
  fee: 'fee_pct',
  target: 'target_pct',
  stop: 'stop_pct',
  hold: 'hold_seconds',
} as const satisfies Record<string, keyof BacktestSweepBody>

export function withBacktestFlags(command: Command): Command {
  return command
    .requiredOption(
      '--model <id[@version]>',
      'such as cnn, or cnn@0003; several times: several at once',
      asked,
    )
    .requiredOption('--symbol <symbol>', 'such as ETH/USDT')
    .addOption(patternOption(`; "${ANY_PATTERN}": all of which one is promoted, together`))
    .option('--venue <venue>', 'where it is stored from several')
    .requiredOption('--from <time>', 'ISO 8601 with an offset, or UTC ms')
    .requiredOption('--to <time>', 'up to here')
    .option('--fee <percent>', 'of the price, at entry and again at exit', costNumber)
    .option('--slippage <percent>', 'of the price, that each fill is worse', costNumber)
    .option(
      '--target <percent>',
      "a call is right there; by default the annotations' median move",
      positiveNumber,
    )
    .option('--stop <percent>', 'a call is wrong there; by default half the target', positiveNumber)
    .option('--hold <seconds>', 'a call expires then; by default as long as most annotations', wholeNumber)
    .option('--include-trained', 'also seconds that the checkpoint was trained on')
    .option(
      '--processes <N>',
      'that score at once; by default one a core, fewer for a short span',
      countTo(MOST_PROCESSES),
    )
    .option('--sweep <name=values>', `try others too: ${Object.keys(SWEPT).join(', ')}, as on=0.5,0.6`, swept)
}

/** One for each model. */
export function backtestBodies(flags: BacktestFlags): BacktestBody[] {
  const {
    symbol,
    venue,
    from,
    to,
    fee,
    slippage,
    target,
    stop,
    hold,
    includeTrained,
    sweep,
    processes,
    pattern,
  } = flags
  return flags.model.map((model) => ({
    ...model,
    symbol,
    ...(venue === undefined ? {} : { venue }),
    from,
    to,
    ...(fee === undefined ? {} : { fee_pct: fee }),
    ...(slippage === undefined ? {} : { slippage_pct: slippage }),
    ...(target === undefined ? {} : { target_pct: target }),
    ...(stop === undefined ? {} : { stop_pct: stop }),
    ...(hold === undefined ? {} : { hold_seconds: hold }),
    ...(includeTrained === true ? { include_trained: true } : {}),
    ...(sweep === undefined ? {} : { sweep }),
    ...(processes === undefined ? {} : { processes }),
    ...(pattern === undefined ? {} : { pattern }),
  }))
}

function asked(text: string, before: readonly Asked[] = []): Asked[] {
  const [, model, checkpoint] = /^([\w-]+)(?:@(\w+))?$/.exec(text) ?? []
  if (model === undefined) throw new InvalidArgumentError('Expected a model such as cnn, or cnn@0003.')
  return [...before, { model, ...(checkpoint === undefined ? {} : { checkpoint }) }]
}

function costNumber(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= 10) return value
  throw new InvalidArgumentError('Expected percent of the price, 0 to 10.')
}

/** The values of a name that is given twice are all tried, each once. */
function swept(text: string, before: BacktestSweepBody = {}): BacktestSweepBody {
  const [name = '', list = ''] = text.split('=')
  const values = list.split(',').map((value) => (value.trim() === '' ? Number.NaN : Number(value)))
  if (!Object.hasOwn(SWEPT, name) || !values.every(Number.isFinite))
    throw new InvalidArgumentError(
      `Expected one of ${Object.keys(SWEPT).join(', ')} and numbers: on=0.5,0.6.`,
    )
  const field = SWEPT[name as keyof typeof SWEPT]
  return { ...before, [field]: [...new Set([...(before[field] ?? []), ...values])] }
}
