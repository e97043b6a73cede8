// Which direction the words of a label mean, and what is left of them as tags; both or neither is asked, never guessed.
import type { Direction } from '../../contract/direction.ts'

/** What a trader says of words that do not say it. */
export interface Said {
  /** Of names in which no word says a direction. */
  readonly otherwise: Direction | null
  /** Of whole names, in lower case: before anything they may say themselves. */
  readonly names: ReadonlyMap<string, Direction>
}

export type Meaning =
  | { readonly direction: Direction; readonly tags: string[] }
  | { readonly direction: null; readonly unclear: 'neither' | 'both' }

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  long: 'LONG',
  buy: 'LONG',
  short: 'SHORT',
  sell: 'SHORT',
}

/** Words of LONG_SCALP, LongScalp, long-scalp, LONGScalp alike. */
const WORD = /\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{L}+/gu
const SEPARATORS = '[\\s:;_/|.,()\\[\\]-]*'
const AT_ENDS = new RegExp(`^${SEPARATORS}|${SEPARATORS}$`, 'g')
const LAST = new RegExp(`${SEPARATORS}$`)

/**
 * The direction that the words of all names say: long or buy, short or sell, wherever in a name. The rest of each name is a tag: LONG_SCALP
 * is a LONG tagged SCALP.
 */
export function meaningOf(names: readonly string[], said: Said): Meaning {
  const found = new Set<Direction>()
  const tags: string[] = []
  for (const name of names) {
    const given = said.names.get(name.trim().toLowerCase())
    const rest = given === undefined ? withoutDirections(name, found) : name.trim()
    if (given !== undefined) found.add(given)
    if (rest !== '') tags.push(rest)
  }
  if (found.size > 1) return { direction: null, unclear: 'both' }
  const direction = [...found][0] ?? said.otherwise
  return direction === null ? { direction, unclear: 'neither' } : { direction, tags }
}

/** Adds the directions that `name` says to `found`; what is left of it. */
function withoutDirections(name: string, found: Set<Direction>): string {
  let rest = ''
  let after = 0
  for (const { 0: word, index } of name.matchAll(WORD)) {
    const direction = DIRECTIONS[word.toLowerCase()]
    if (direction === undefined) continue
    found.add(direction)
    rest = joined(rest, name.slice(after, index))
    after = index + word.length
  }
  return joined(rest, name.slice(after)).replaceAll(AT_ENDS, '')
}

/** Keeps what separated the two where there was anything. */
function joined(left: string, right: string): string {
  const separator = LAST.exec(left)?.[0] ?? ''
  const [head, tail] = [left.replace(LAST, ''), right.replaceAll(AT_ENDS, '')]
  if (head === '' || tail === '') return head === '' ? right : left
  return `${head}${separator === '' ? ' ' : separator}${tail}${LAST.exec(right)?.[0] ?? ''}`
}
