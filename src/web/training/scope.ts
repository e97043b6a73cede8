// Which annotations a training takes: all, those chosen in the list, those of a tag or between two dates; and their patterns. Pure.
import type { AnnotationOut, TestCaseState } from '../../contract/annotations.ts'
import type { TrainingBody } from '../../contract/training-parameters.ts'
import { parseTime } from '../state/typed-time.ts'

/** `all`, `chosen`, `dates`, or `tag:<tag>`. */
export type Scope = string
export const ALL = 'all'
export const CHOSEN = 'chosen'
export const DATES = 'dates'

type Tagged = Pick<AnnotationOut, 'id' | 'tags'>

export interface Counted {
  readonly name: string
  readonly count: number
}

/** Every tag with its number of annotations, the most used first. */
export function tagsOf(annotations: readonly Tagged[]): Counted[] {
  return counted(annotations.flatMap(({ tags }) => [...new Set(tags)]))
}

/** The annotations that `scope` takes. */
export function taken<T extends Tagged>(
  annotations: readonly T[],
  scope: Scope,
  chosen: readonly string[],
): T[] {
  if (scope === CHOSEN) return annotations.filter(({ id }) => chosen.includes(id))
  if (scope.startsWith('tag:')) return annotations.filter(({ tags }) => tags.includes(scope.slice(4)))
  return [...annotations]
}

/** Two instants as the trader typed them; empty is not narrowed. */
export interface Dates {
  readonly from: string
  readonly to: string
}

/** Entries from ≤ T < to, epoch ms. */
export interface DateRange {
  readonly from: number
  readonly to: number
}
const ANY_TIME: DateRange = { from: -Infinity, to: Infinity }

/** Null where one of them is no time. */
export function rangeOf({ from, to }: Dates): DateRange | null {
  const range = { from: instantOf(from, ANY_TIME.from), to: instantOf(to, ANY_TIME.to) }
  return Number.isNaN(range.from) || Number.isNaN(range.to) ? null : range
}

/** NaN also for a time alone, which is of no day here. */
function instantOf(text: string, empty: number): number {
  if (text.trim() === '') return empty
  return text.includes('-') ? parseTime(text, 0) : Number.NaN
}

/** The annotations whose entry is within `range`. */
export function within<T extends Pick<AnnotationOut, 'entry'>>(
  annotations: readonly T[],
  { from, to }: DateRange,
): T[] {
  return annotations.filter(({ entry }) => {
    const time = Date.parse(entry.timestamp)
    return time >= from && time < to
  })
}

/** First tags of `annotations`, the most used first: with several, a training asks which. */
export function patternsOf(annotations: readonly Tagged[]): Counted[] {
  return counted(annotations.flatMap(({ tags }) => tags.slice(0, 1)))
}

function counted(names: readonly string[]): Counted[] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
}

/** The part of a body that says on what to train. */
export function selectionOf(
  scope: Scope,
  chosen: readonly string[],
  pattern: string,
  { from, to } = ANY_TIME,
): Partial<TrainingBody> {
  return {
    ...(scope === DATES && Number.isFinite(from) ? { from } : {}),
    ...(scope === DATES && Number.isFinite(to) ? { to } : {}),
    ...(scope === CHOSEN ? { annotation_ids: [...chosen] } : {}),
    ...(scope.startsWith('tag:') ? { tags: [scope.slice(4)] } : {}),
    ...(pattern === '' ? {} : { pattern }),
  }
}

/** `12 of 20 test cases have no order book`; null where all have one, or the model needs none. */
export function leftOutText(
  needs: readonly string[],
  annotations: readonly Tagged[],
  cases: ReadonlyMap<string, TestCaseState>,
): string | null {
  if (!needs.includes('order_book')) return null
  const known = annotations.flatMap(({ id }) => cases.get(id) ?? [])
  const without = known.filter((one) => one.order_book_gap_share_pct === null).length
  if (without === 0) return null
  const verb = known.length === 1 ? 'test case has' : 'test cases have'
  return `${without} of ${known.length} ${verb} no order book and ${without === 1 ? 'is' : 'are'} left out.`
}
