// A labelled span from another program, before it is an annotation: which direction its words mean.
import type { EpochMs } from '../../core/time.ts'

/** What was marked, in the other program's words. */
export interface Label {
  /** Its place in the file: the line, or the number of the region. */
  readonly line: number
  readonly names: readonly string[]
  readonly from: EpochMs
  readonly to: EpochMs
  /** Where the file says them. */
  readonly entryPrice: number | null
  readonly exitPrice: number | null
  readonly tags: readonly string[]
  readonly notes: string
}

/** A label that cannot become an annotation, and why. */
export interface RefusedLabel {
  readonly line: number
  readonly reason: string
}

export interface LabelFile {
  readonly labels: readonly Label[]
  readonly refused: readonly RefusedLabel[]
  /** Labels that the file says belong to another market. */
  readonly elsewhere: number
}

export type Direction = 'LONG' | 'SHORT'

const MEANINGS: readonly (readonly [RegExp, Direction])[] = [
  [/^(long|buy)\b/i, 'LONG'],
  [/^(short|sell)\b/i, 'SHORT'],
]

/**
 * The direction that a label's names begin with (LONG or BUY, SHORT or SELL), and the rest of them as tags: "LONG breakout" is a LONG tagged
 * "breakout". `otherwise` stands in where no name says one. Null where there is none, or names that contradict each other.
 */
export function meaningOf(
  names: readonly string[],
  otherwise: Direction | null,
): { direction: Direction; tags: string[] } | null {
  const found = new Set<Direction>()
  const tags: string[] = []
  for (const name of names) {
    const [pattern, direction] = MEANINGS.find(([words]) => words.test(name.trim())) ?? [null, null]
    if (direction !== null) found.add(direction)
    const rest = (pattern === null ? name : name.trim().replace(pattern, ''))
      .replace(/^[\s:_/|-]+/, '')
      .trim()
    if (rest !== '') tags.push(rest)
  }
  const direction = found.size === 0 ? otherwise : found.size === 1 ? [...found][0]! : null
  return direction === null ? null : { direction, tags }
}
