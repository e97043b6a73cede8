// The parameters of a training as fields of the panel: their names, how they are given, and what is sent of them. Pure.
import { PARAMETER_NAMES, rowOf, type Kind, type ParameterName } from '../../contract/parameters.ts'
import { valueOfText } from '../../contract/parameter-text.ts'
import type { ModelOut } from '../../contract/training.ts'
import type { TrainingBody } from '../../contract/training-parameters.ts'

export interface Field {
  readonly name: ParameterName
  readonly label: string
  /** Said when the pointer rests on it. */
  readonly about: string
  /** Fixed answers, as [value sent, words]; a number is typed where there are none. */
  readonly choices?: readonly (readonly [string, string])[]
  /** Words that may be typed in place of a number. */
  readonly suggestions?: readonly string[]
}

/** Those behind "Parameters", in reading order; the number of epochs stands beside the model. */
const FIELDS: readonly Field[] = PARAMETER_NAMES.flatMap((name) => {
  const { field, words, kind } = rowOf(name)
  return field === null ? [] : [{ name, label: field, about: words, ...answersOf(kind) }]
})

function answersOf(kind: Kind): Pick<Field, 'choices' | 'suggestions'> {
  if (kind.type === 'choice') return { choices: kind.of.map((each) => [each, each]) }
  if (kind.type === 'class weights') return { suggestions: ['equal', 'balanced', 'BUY=2,SELL=2,HOLD=1'] }
  if (kind.type === 'share') return { suggestions: ['none', '0.0005', '0.002'] }
  if (kind.type !== 'boolean') return {}
  return {
    choices: [
      ['true', 'yes'],
      ['false', 'no'],
    ],
  }
}

/** What the trader set, by field; absent or empty means the model's own default. */
export type Settings = Readonly<Partial<Record<ParameterName, string>>>

/** The fields that `model` has. */
export function fieldsOf({ defaults }: ModelOut): readonly Field[] {
  return FIELDS.filter(({ name }) => name === 'seed' || (defaults !== null && defaults[name] !== null))
}

/** What stands in an empty field: the default, as it is sent. */
export function defaultText({ defaults }: ModelOut, name: ParameterName): string {
  if (name === 'seed') return 'random'
  const value = defaults?.[name] ?? null
  if (value === null) return ''
  if (typeof value === 'object') return 'equal'
  return String(value)
}

/** The part of a body that says how to train: what was set and the model has. */
export function parametersOf(model: ModelOut, settings: Settings): Partial<TrainingBody> {
  const names: ParameterName[] = ['epochs', ...fieldsOf(model).map(({ name }) => name)]
  const given = names.flatMap((name) => {
    const text = (settings[name] ?? '').trim()
    return text === '' ? [] : [[name, valueOfText(rowOf(name).kind, text)] as const]
  })
  return Object.fromEntries(given)
}
