// The options that say how to train: one for each field of a training run's body, or all of them in a file. Both go by the same schema.
import { InvalidArgumentError, Option, type Command } from 'commander'
import { camelCase, PARAMETER_NAMES, rowOf, type Kind, type ParameterName } from '../contract/parameters.ts'
import { valueOfText } from '../contract/parameter-text.ts'
import { TrainingBody } from '../contract/training-parameters.ts'
import { AppError, messageOf } from '../core/errors.ts'
import { readGivenFile } from '../core/given-file.ts'
import { requireBody } from '../server/schema-check.ts'
import { wholeNumber } from './numbers.ts'

/** Beside the parameters: on what to train. Flags and help; the field of the body is its name with underscores. */
const OTHERS: readonly (readonly [flags: string, help: string])[] = [
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
  for (const name of PARAMETER_NAMES) for (const option of optionsOf(name)) command.addOption(option)
  for (const [flags, help] of OTHERS) command.addOption(new Option(flags, help))
  return command
}

/** `--batch-size <n>`; of what is on or off `--augmentation` and `--no-augmentation`. */
function optionsOf(name: ParameterName): Option[] {
  const { kind, words } = rowOf(name)
  const flag = name.replaceAll('_', '-')
  if (kind.type === 'boolean')
    return [new Option(`--${flag}`, words), new Option(`--no-${flag}`, `not: ${words}`)]
  const option = new Option(`--${flag} <${placeholder(kind)}>`, `${words}${choicesOf(kind)}`)
  return [option.argParser((text) => read(kind, text))]
}

function placeholder(kind: Kind): string {
  if (kind.type === 'integer') return 'n'
  if (kind.type === 'number') return kind.exclusiveMaximum === 1 ? 'share' : 'x'
  if (kind.type === 'share') return 'share'
  return kind.type === 'choice' ? 'name' : 'weights'
}

function choicesOf(kind: Kind): string {
  return kind.type === 'choice' ? `: ${kind.of.join(', ')}` : ''
}

function read(kind: Kind, text: string): unknown {
  if (kind.type === 'integer') return wholeNumber(text)
  const value = valueOfText(kind, text)
  if (kind.type === 'number' && typeof value !== 'number')
    throw new InvalidArgumentError('Expected a number.')
  return value
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
  return requireBody(TrainingBody, body)
}

async function readConfig(path: string): Promise<object> {
  try {
    const value: unknown = JSON.parse((await readGivenFile(path)).toString('utf8'))
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
  const fields = Object.keys(TrainingBody.properties).map(
    (field) => [field, flags[camelCase(field)]] as const,
  )
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined))
}
