// The parameters of a training as fields of the panel: their names, how they are given, and what is sent of them. Pure.
import type { ModelOut } from '../../contract/training.ts'
import type { ParameterDefaults, TrainingBody } from '../../contract/training-parameters.ts'

export type FieldName = keyof ParameterDefaults | 'seed'

export interface Field {
  readonly name: FieldName
  readonly label: string
  /** Said when the pointer rests on it. */
  readonly about: string
  /** Fixed answers, as [value sent, words]; a number is typed where there are none. */
  readonly choices?: readonly (readonly [string, string])[]
  /** Words that may be typed in place of a number. */
  readonly suggestions?: readonly string[]
}

const YES_NO = [
  ['true', 'yes'],
  ['false', 'no'],
] as const

/** Those behind "Parameters", in reading order; the number of epochs stands beside the model. */
export const FIELDS: readonly Field[] = [
  { name: 'batch_size', label: 'Batch size', about: 'Examples a step' },
  { name: 'learning_rate', label: 'Learning rate', about: 'Its peak' },
  {
    name: 'schedule',
    label: 'Schedule',
    about: 'How the learning rate falls after its peak',
    choices: [
      ['cosine', 'cosine'],
      ['linear', 'linear'],
      ['constant', 'constant'],
    ],
  },
  { name: 'warmup', label: 'Warm-up', about: 'Share of the steps in which the learning rate rises, 0–1' },
  { name: 'weight_decay', label: 'Weight decay', about: 'Decoupled from the gradient' },
  { name: 'clip_norm', label: 'Clip norm', about: 'Largest norm of a step’s gradient' },
  { name: 'dropout', label: 'Dropout', about: 'Share of activations left out while training, 0–1' },
  {
    name: 'class_weights',
    label: 'Class weights',
    about: 'What an example counts by its class: equal, balanced, or numbers as BUY=2,SELL=2,HOLD=1',
    suggestions: ['equal', 'balanced', 'BUY=2,SELL=2,HOLD=1'],
  },
  { name: 'holds_per_annotation', label: 'HOLDs each', about: 'HOLD examples for each annotation' },
  {
    name: 'augmentation',
    label: 'Augmentation',
    about: 'Noise, volume and silenced timeframes; off, each example is shown as it is',
    choices: YES_NO,
  },
  {
    name: 'pretraining',
    label: 'Pre-training',
    about: 'The stored market teaches the encoder first: no annotation is needed for it',
    choices: YES_NO,
  },
  { name: 'views', label: 'Views', about: 'Views of each example in an epoch' },
  {
    name: 'early_stopping',
    label: 'Early stop',
    about: 'Ends after so many epochs without progress; 0 never does',
  },
  { name: 'seed', label: 'Seed', about: 'Same seed, data and threads: the same bytes' },
  { name: 'seeds', label: 'Seeds', about: 'Validated with so many seeds; the checkpoint is of the first' },
  { name: 'threads', label: 'Threads', about: 'Of the processor' },
  { name: 'false_calls_per_hour', label: 'False calls/h', about: 'What a call’s threshold may cost' },
  {
    name: 'permutation_test',
    label: 'Permutation',
    about: 'Retrains on entries placed at random, 19 times: p beside the score. Takes 20 times as long',
    choices: YES_NO,
  },
]

/** What the trader set, by field; absent or empty means the model's own default. */
export type Settings = Readonly<Partial<Record<FieldName, string>>>

/** The fields that `model` has. */
export function fieldsOf({ defaults }: ModelOut): readonly Field[] {
  return FIELDS.filter(({ name }) => name === 'seed' || (defaults !== null && defaults[name] !== null))
}

/** What stands in an empty field: the default, as it is sent. */
export function defaultText({ defaults }: ModelOut, name: FieldName): string {
  if (name === 'seed') return 'random'
  const value = defaults?.[name] ?? null
  if (value === null) return ''
  if (typeof value === 'object') return 'equal'
  return String(value)
}

/** The part of a body that says how to train: what was set and the model has. */
export function parametersOf(model: ModelOut, settings: Settings): Partial<TrainingBody> {
  const names = ['epochs', ...fieldsOf(model).map(({ name }) => name)] as FieldName[]
  const given = names.flatMap((name) => {
    const text = (settings[name] ?? '').trim()
    return text === '' ? [] : [[name, valueOf(text)] as const]
  })
  return Object.fromEntries(given)
}

function valueOf(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  if (text === 'equal') return { BUY: 1, SELL: 1, HOLD: 1 }
  if (text.includes('=')) return Object.fromEntries(text.split(',').map(weightOf))
  const number = Number(text.replace(',', '.'))
  return Number.isNaN(number) ? text : number
}

/** `BUY=2` as a name and a number; what is neither is for the server to refuse. */
function weightOf(part: string): [string, unknown] {
  const [name = '', text = ''] = part.split('=').map((half) => half.trim())
  const number = Number(text)
  return [name.toUpperCase(), text === '' || Number.isNaN(number) ? text : number]
}
