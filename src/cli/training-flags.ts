// The options that say how to train: one for each field of a training run's body, or all of them in a file. Both go by the same schema.
import { readFile } from 'node:fs/promises'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { TrainingBody } from '../contract/training-parameters.ts'
import { AppError, messageOf } from '../core/errors.ts'
import { checkBySchema } from '../server/schema-check.ts'
import { wholeNumber } from './numbers.ts'

/** Option, what its text becomes, and its help; the field of the body is its name with underscores. */
const OPTIONS: readonly [flags: string, help: string, read?: (text: string) => unknown][] = [
  ['--epochs <n>', 'passes over the examples', wholeNumber],
  ['--batch-size <n>', 'examples of an optimizer step', wholeNumber],
  ['--learning-rate <x>', 'its peak', number],
  ['--schedule <name>', 'of the learning rate: cosine, linear, constant'],
  ['--warmup <share>', 'of the steps in which the learning rate rises', number],
  ['--weight-decay <x>', 'of AdamW, decoupled', number],
  ['--clip-norm <x>', "largest L2 norm of a step's gradient", number],
  ['--dropout <share>', 'of the units in training', number],
  ['--class-weights <w>', 'balanced, or BUY=2,SELL=2,HOLD=1', classWeights],
  ['--holds-per-annotation <x>', 'HOLD examples for each annotation', number],
  ['--augmentation', 'views with noise, another volume, silenced timeframes (the default)'],
  ['--no-augmentation', 'examples as they are'],
  ['--pretraining', 'teach the encoder by the stored market first'],
  ['--no-pretraining', 'do not (the default)'],
  ['--views <n>', 'views of each example in an epoch', wholeNumber],
  ['--seed <n>', 'same seed, data and threads give the same checkpoint', wholeNumber],
  ['--seeds <n>', 'validate with so many seeds', wholeNumber],
  ['--early-stopping <n>', 'end after so many epochs in which the training loss hardly fell', wholeNumber],
  ['--threads <n>', "threads of the checkpoint's own training", wholeNumber],
  ['--false-calls-per-hour <x>', 'what the threshold of a call may cost', number],
  ['--permutation-test', 'retrain on entries placed at random: p beside the score'],
  ['--pattern <tag>', 'first tag of the annotations to train on; "*" for all patterns together'],
  ['--mixed-sources', 'simulated and recorded markets together'],
  ['--warm-start <version>', 'begin from this checkpoint of the model'],
]

export interface TrainingFlags {
  readonly model?: string
  readonly config?: string
  readonly [flag: string]: unknown
}

export function withTrainingFlags(command: Command): Command {
  command.option('--model <id>', 'such as cnn; here or in the file')
  command.option('--config <file>', 'these settings as JSON, names with underscores; options win over it')
  for (const [flags, help, read] of OPTIONS) {
    const option = new Option(flags, help)
    command.addOption(read === undefined ? option : option.argParser(read))
  }
  return command
}

/**
 * What the options and the file say together, checked as the server checks it.
 * @param more fields that are worked out otherwise; they win
 * @throws AppError `invalid_config`, `invalid_request`
 */
export async function trainingBody(
  flags: TrainingFlags,
  more: Partial<TrainingBody> = {},
): Promise<TrainingBody> {
  const file = flags.config === undefined ? {} : await readConfig(flags.config)
  const body = { ...file, ...ofFlags(flags), ...more }
  if (!('model' in body)) {
    throw new AppError('invalid_request', 'Name a model with --model, such as --model cnn.', {
      field: 'model',
    })
  }
  const check = checkBySchema({ schema: TrainingBody, httpPart: 'body', method: 'POST', url: '' })
  const result = check(body) as { error?: Error }
  if (result.error !== undefined) throw result.error
  return body as TrainingBody
}

async function readConfig(path: string): Promise<object> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
    throw new Error('it is no JSON object')
  } catch (error) {
    throw new AppError(
      'invalid_config',
      `The settings ${path} can not be read: ${messageOf(error)}. Expected a JSON object such as {"model": "cnn", "epochs": 20}.`,
      { field: 'config', cause: error },
    )
  }
}

function ofFlags(flags: TrainingFlags): object {
  const fields = Object.keys(TrainingBody.properties).map((field) => [field, flags[optionOf(field)]] as const)
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined))
}

/** `batch_size` is `batchSize` among the options. */
function optionOf(field: string): string {
  return field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function number(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value)) return value
  throw new InvalidArgumentError('Expected a number.')
}

function classWeights(text: string): unknown {
  if (text === 'balanced') return text
  const pairs = text.split(',').map((part) => part.split('='))
  if (pairs.every(([name, value]) => name !== '' && Number.isFinite(Number(value ?? 'none')))) {
    return Object.fromEntries(pairs.map(([name, value]) => [name, Number(value)]))
  }
  throw new InvalidArgumentError('Expected balanced, or BUY=2,SELL=2,HOLD=1.')
}
