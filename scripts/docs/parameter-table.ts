// The table of a training's parameters as Markdown: what each is, and its default of every model.
import { PARAMETER_NAMES, rowOf, type ParameterName } from '../../src/contract/parameters.ts'
import { parameterDefaults } from '../../src/models/defaults.ts'
import { MODELS } from '../../src/models/registry.ts'

const BEGIN = '<!-- parameters: written by npm run docs -->'
const END = '<!-- end of parameters -->'

/** The text with its table as the rows have it. @throws RangeError where the marks of the table are gone */
export function withTable(text: string): string {
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < from) throw new RangeError(`no place for the table: expected ${BEGIN} … ${END}`)
  return `${text.slice(0, from)}${BEGIN}\n\n${parameterTable()}\n\n${text.slice(to)}`
}

function parameterTable(): string {
  const rows = PARAMETER_NAMES.map((name) => `| \`${name}\` | ${defaultOf(name)} | ${meaningOf(name)} |`)
  return ['| name | default | meaning |', '|---|---|---|', ...rows].join('\n')
}

function meaningOf(name: ParameterName): string {
  const { words, more } = rowOf(name)
  return more === undefined ? words : `${words}; ${more}`
}

/** One for all models; else each model's, those left out that do not have it. */
function defaultOf(name: ParameterName): string {
  if (name === 'seed') return 'drawn'
  const own = MODELS.map(({ id, defaults }) => ({ id, text: said(parameterDefaults(defaults)[name]) }))
  if (new Set(own.map(({ text }) => text)).size === 1) return own[0]?.text ?? ''
  const having = own.filter(({ text }) => text !== '')
  if (having.length < own.length && new Set(having.map(({ text }) => text)).size === 1)
    return `${having[0]?.text ?? ''} (${having.map(({ id }) => id).join(', ')})`
  return having.map(({ id, text }) => `${text} (${id})`).join(', ')
}

function said(value: unknown): string {
  if (value === null) return ''
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'string') return value
  return typeof value === 'object' ? 'equal' : JSON.stringify(value)
}
