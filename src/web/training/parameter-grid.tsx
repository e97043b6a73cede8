// The parameters that a model has, each with its default until it is set.
import type { ModelOut } from '../../contract/training.ts'
import type { ParameterName } from '../../contract/parameters.ts'
import { defaultText, fieldsOf, type Field, type Settings } from './fields.ts'

interface ParameterGridProps {
  model: ModelOut
  settings: Settings
  change: (name: ParameterName, text: string) => void
}

export function ParameterGrid({ model, settings, change }: ParameterGridProps) {
  return (
    <div className="field-grid" data-testid="parameters">
      {fieldsOf(model).map((field) => (
        <label key={field.name} className="field small" title={field.about}>
          <span>{field.label}</span>
          <Input
            field={field}
            text={settings[field.name] ?? ''}
            usual={defaultText(model, field.name)}
            change={(text) => change(field.name, text)}
          />
        </label>
      ))}
    </div>
  )
}

interface InputProps {
  field: Field
  text: string
  usual: string
  change: (text: string) => void
}

function Input({ field, text, usual, change }: InputProps) {
  if (field.choices === undefined)
    return (
      <>
        <input
          inputMode={field.suggestions === undefined ? 'decimal' : 'text'}
          list={field.suggestions === undefined ? undefined : `words-${field.name}`}
          value={text}
          placeholder={usual}
          onChange={(event) => change(event.target.value)}
        />
        {field.suggestions !== undefined && (
          <datalist id={`words-${field.name}`}>
            {field.suggestions.map((words) => (
              <option key={words} value={words} />
            ))}
          </datalist>
        )}
      </>
    )
  return (
    <select
      value={text === '' ? usual : text}
      onChange={(event) => change(changed(event.target.value, usual))}
    >
      {field.choices.map(([value, words]) => (
        <option key={value} value={value}>
          {words}
        </option>
      ))}
    </select>
  )
}

/** The default chosen again is the default. */
function changed(value: string, usual: string): string {
  return value === usual ? '' : value
}
