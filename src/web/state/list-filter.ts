// Which annotations the list shows: what is searched for in notes and tags, and what they have to be. Pure.
import type { AnnotationOut, TestCaseState } from '../../contract/annotations.ts'
import { memo } from './cut.ts'

/** Null: whatever it is. */
export interface ListFilter {
  /** Words, each of which stands in the notes or in a tag, in any case of letters. */
  readonly text: string
  readonly direction: AnnotationOut['direction'] | null
  readonly result: 'gain' | 'loss' | null
  readonly tag: string | null
  readonly mode: AnnotationOut['provenance']['mode'] | null
  readonly state: CaseFilter | null
}

/** `warned`: with a warning; `left_out`: not trained on; else what is on disk of its test case. */
export type CaseFilter = 'warned' | 'left_out' | TestCaseState['state']

export const EVERYTHING: ListFilter = {
  text: '',
  direction: null,
  result: null,
  tag: null,
  mode: null,
  state: null,
}

export function isNarrowed(filter: ListFilter): boolean {
  return wordsOf(filter.text).length > 0 || isNarrowedBeside(filter)
}

/** By what stands beside the search. */
export function isNarrowedBeside({ direction, result, tag, mode, state }: ListFilter): boolean {
  return [direction, result, tag, mode, state].some((wanted) => wanted !== null)
}

export interface Filtering {
  readonly annotations: readonly AnnotationOut[]
  readonly testCases: ReadonlyMap<string, TestCaseState>
  readonly listFilter: ListFilter
}

/** The annotations that the list shows, in the order they come; the same array while nothing changed. */
export function listed({ annotations, testCases, listFilter }: Filtering): readonly AnnotationOut[] {
  return isNarrowed(listFilter) ? matching(annotations, testCases, listFilter) : annotations
}

const matching = memo(
  (
    annotations: readonly AnnotationOut[],
    testCases: ReadonlyMap<string, TestCaseState>,
    filter: ListFilter,
  ): readonly AnnotationOut[] => {
    const words = wordsOf(filter.text)
    return annotations.filter(
      (one) => isAs(one, filter) && isInState(one, testCases.get(one.id), filter.state) && has(one, words),
    )
  },
)

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
}

function has({ notes, tags }: AnnotationOut, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const text = [notes, ...tags].join('\n').toLowerCase()
  return words.every((word) => text.includes(word))
}

function isAs(one: AnnotationOut, { direction, result, tag, mode }: ListFilter): boolean {
  return (
    (direction === null || one.direction === direction) &&
    (result === null || (result === 'gain') === one.net_profit_loss_pct > 0) &&
    (tag === null || one.tags.includes(tag)) &&
    (mode === null || one.provenance.mode === mode)
  )
}

function isInState(one: AnnotationOut, found: TestCaseState | undefined, state: CaseFilter | null): boolean {
  if (state === null) return true
  if (state === 'warned') return one.warnings.length > 0
  if (found === undefined) return false
  return state === 'left_out' ? found.left_out !== null : found.state === state
}
