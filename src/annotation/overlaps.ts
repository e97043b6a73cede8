// Which annotations share an instant with which: one pass over them by entry.
import type { AnnotationRow } from './schema.ts'

/** What a warning says of another annotation. */
export type Overlapping = Pick<AnnotationRow, 'id' | 'direction' | 'entry_time' | 'exit_time'>

/**
 * For each of `rows`, by id, those of `others` whose [entry, exit] shares an instant with its own, by entry. All are of one market.
 * @param others ascending by entry; none is held longer than `longest` ms
 */
export function overlapsIn(
  rows: readonly Overlapping[],
  others: readonly Overlapping[],
  longest: number,
): Map<string, Overlapping[]> {
  const found = new Map<string, Overlapping[]>()
  let start = 0
  for (const row of rows.toSorted((a, b) => a.entry_time - b.entry_time)) {
    // Whatever was entered before this is over by the row's entry, and by every later one.
    while ((others[start]?.entry_time ?? Infinity) < row.entry_time - longest) start += 1
    found.set(row.id, touching(row, others, start))
  }
  return found
}

function touching(row: Overlapping, others: readonly Overlapping[], start: number): Overlapping[] {
  const found: Overlapping[] = []
  for (let index = start; index < others.length; index += 1) {
    const other = others[index]
    if (other === undefined || other.entry_time > row.exit_time) break
    if (other.exit_time >= row.entry_time && other.id !== row.id) found.push(other)
  }
  return found
}
