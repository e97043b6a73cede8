// Text that a database keeps whole: SQLite reads it up to a NUL, a PostgreSQL refuses one, and half of a surrogate pair is no UTF-8.

export interface TextFault {
  /** Where it is, as `tags.0`; of a field's name that of what holds it. */
  readonly field: string
  /** What is wrong and what to do: a sentence's end. */
  readonly words: string
}

const NUL = 'holds a NUL character (U+0000), which no database keeps: leave it out'
const HALF = 'holds half of a surrogate pair (U+D800 to U+DFFF alone), which is no character: leave it out'

/** The first text in a value of JSON, names of fields too, that would not be kept as it is; null where all would. However deep. */
export function textFault(value: unknown): TextFault | null {
  const left: { field: string; part: unknown }[] = [{ field: '', part: value }]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { field, part } = next
    const words = typeof part === 'string' ? faultOf(part) : null
    if (words !== null) return { field, words }
    if (typeof part !== 'object' || part === null) continue
    for (const [name, inner] of Object.entries(part).toReversed()) {
      const named = faultOf(name)
      if (named !== null) return { field, words: named }
      left.push({ field: field === '' ? name : `${field}.${name}`, part: inner })
    }
  }
  return null
}

function faultOf(text: string): string | null {
  if (text.includes('\0')) return NUL
  return text.isWellFormed() ? null : HALF
}
