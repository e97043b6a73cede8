// Values of parameters as text: what an option of the command line or a field of the page says.
import { EQUAL_CLASSES, type Kind } from './parameters.ts'

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

/** What an option or a field of the page says, as it is sent; what can not be read stays as it is, for the schema to refuse. */
export function valueOfText({ type }: Kind, text: string): unknown {
  if (type === 'boolean') return BOOLEANS.get(text) ?? text
  if (type === 'choice' || (type === 'share' && text === 'none')) return text
  if (type === 'class weights') return classWeightsOf(text)
  const number = Number(text.replace(',', '.'))
  return text === '' || Number.isNaN(number) ? text : number
}

function classWeightsOf(text: string): unknown {
  if (text === 'equal') return EQUAL_CLASSES
  return text.includes('=') ? Object.fromEntries(text.split(',').map(classWeightOf)) : text
}

/** `BUY=2` as a name and a number. */
function classWeightOf(part: string): [string, unknown] {
  const [name = '', text = ''] = part.split('=').map((half) => half.trim())
  const number = Number(text)
  return [name.toUpperCase(), text === '' || Number.isNaN(number) ? text : number]
}
