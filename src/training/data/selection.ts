// Which annotations a run is about: by market, list, tags, date of the entry, and pattern.
import type { AnnotationOut } from '../../contract/annotations.ts'
import { ANY_PATTERN } from '../../contract/pattern.ts'
import type { SelectionOut } from '../../contract/training-parameters.ts'
import { AppError } from '../../core/errors.ts'

export type Selection = SelectionOut

type Chosen = Pick<AnnotationOut, 'id' | 'symbol' | 'venue' | 'entry' | 'tags'>

/** The first tag; null where there is none. */
export function patternOf({ tags }: Pick<AnnotationOut, 'tags'>): string | null {
  return tags[0] ?? null
}

export function isChosen(annotation: Chosen, selection: Selection): boolean {
  const { symbol, venue, annotation_ids, tags, from, to, pattern } = selection
  const entry = Date.parse(annotation.entry.timestamp)
  return (
    (symbol === undefined || annotation.symbol === symbol) &&
    (venue === undefined || annotation.venue === venue) &&
    (annotation_ids === undefined || annotation_ids.includes(annotation.id)) &&
    (tags === undefined || annotation.tags.some((tag) => tags.includes(tag))) &&
    (from === undefined || entry >= Date.parse(from)) &&
    (to === undefined || entry < Date.parse(to)) &&
    (pattern === undefined || pattern === ANY_PATTERN || patternOf(annotation) === pattern)
  )
}

/**
 * The pattern of a run that does not name one: that of its annotations. Those without a tag have none and do not count.
 * @throws AppError `choose_pattern` with the patterns and how many annotations each has, where there are several
 */
export function settlePattern(
  annotations: readonly Chosen[],
  selection: Selection,
): { readonly selection: Selection; readonly pattern: string | null } {
  if (selection.pattern !== undefined) {
    return { selection, pattern: selection.pattern === ANY_PATTERN ? null : selection.pattern }
  }
  const chosen = annotations.filter((annotation) => isChosen(annotation, selection))
  const counts = new Map<string, number>()
  for (const pattern of chosen.map(patternOf)) {
    if (pattern !== null) counts.set(pattern, (counts.get(pattern) ?? 0) + 1)
  }
  if (counts.size > 1) throw choosePattern(counts, chosen.length)
  const [only] = counts.keys()
  return { selection, pattern: only ?? null }
}

/**
 * Where nothing is annotated yet, and no ids are named, the run itself says so.
 * @param annotations of all markets
 * @throws AppError `unknown_annotation` as `requireNamed`; `no_test_cases` where there are annotations and none of them, of those named, is chosen
 */
export function requireChosen(annotations: readonly Chosen[], selection: Selection): void {
  requireNamed(annotations, selection)
  if (annotations.length === 0) return
  if (annotations.some((annotation) => isChosen(annotation, selection))) return
  const { annotation_ids: named, symbol, venue, tags, from, to, pattern } = selection
  const asked = Object.entries({ symbol, venue, 'a tag of': tags?.join(', '), from, to, pattern })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${value}`)
  const which =
    named === undefined
      ? `${annotations.length} annotations`
      : `${named.length} annotations of annotation_ids`
  throw new AppError(
    'no_test_cases',
    `None of the ${which} fits what was asked for (${asked.join('; ')}). Choose others, or leave that out. annotate annotate list and GET /api/annotations show them with their tags.`,
    { status: 422 },
  )
}

/**
 * @param annotations of all markets
 * @throws AppError 422 `unknown_annotation` where one that is named is not there
 */
export function requireNamed(
  annotations: readonly Pick<Chosen, 'id'>[],
  { annotation_ids: named = [] }: Selection,
): void {
  const known = new Set(annotations.map(({ id }) => id))
  const missing = named.find((id) => !known.has(id))
  if (missing === undefined) return
  throw new AppError(
    'unknown_annotation',
    `There is no annotation "${missing}" to train on. List them with GET /api/annotations, or leave annotation_ids out to train on all.`,
    { status: 422, field: 'annotation_ids' },
  )
}

/** What a run says that takes annotations without a tag for its pattern. */
export function untaggedWarning(annotations: readonly Pick<AnnotationOut, 'tags'>[]): string | null {
  const patterns = annotations.map(patternOf)
  const pattern = patterns.find((each) => each !== null)
  const untagged = patterns.filter((each) => each === null).length
  if (pattern === undefined || untagged === 0) return null
  return `${untagged} of ${annotations.length} annotations have no tag and are trained together with "${pattern}". Tag them, or choose the pattern to leave them out.`
}

function choosePattern(counts: ReadonlyMap<string, number>, all: number): AppError {
  const patterns = [...counts]
    .map(([pattern, annotations]) => ({ pattern, annotations }))
    .toSorted((a, b) => b.annotations - a.annotations || (a.pattern < b.pattern ? -1 : 1))
  const listed = patterns.map(({ pattern, annotations }) => `"${pattern}" (${annotations})`).join(', ')
  const untagged = all - patterns.reduce((sum, { annotations }) => sum + annotations, 0)
  return new AppError(
    'choose_pattern',
    `The annotations show several patterns: ${listed}${untagged === 0 ? '' : `, and ${untagged} without a tag`}. A model learns one best: choose one with pattern, or pattern "${ANY_PATTERN}" for all together.`,
    { status: 422, field: 'pattern', details: { patterns, untagged } },
  )
}
