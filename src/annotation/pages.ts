// A page of a list that is ordered by two times and an id: what it costs is the page, however long the list is.
import { sql, type RawBuilder } from 'kysely'
import { LARGEST_PAGE } from '../contract/pages.ts'
import { at } from '../core/at.ts'

/** What a list is ordered by. */
export type Place = readonly [first: number, second: number, id: string]

export interface PageWanted {
  /** The last so many; `LARGEST_PAGE` where only `before` is given. */
  readonly limit?: number | undefined
  /** `next` of the page after this one in the list. */
  readonly before?: string | undefined
}

export interface Page<T> {
  /** In the order of the list. */
  readonly rows: T[]
  /** What `before` is of the page that comes before this one; null where there is none. */
  readonly next: string | null
}

/** Whether a page is asked for, and not the whole list. */
export function isPage({ limit, before }: PageWanted): boolean {
  return limit !== undefined || before !== undefined
}

/** How many rows to read, from the end of the list: one more than the page holds, which tells whether there is another page. */
export function rowsToRead({ limit = LARGEST_PAGE }: PageWanted): number {
  return limit + 1
}

/** The condition that rows come before the page that `before` names, `columns` being those of the order. */
export function comesBefore(columns: readonly [string, string, string], before: string): RawBuilder<boolean> {
  const place = placeIn(before)
  const names = sql.join(columns.map((column) => sql.ref(column)))
  return sql<boolean>`(${names}) < (${sql.join([...place])})`
}

/** The page of `rows`, read from the end of the list. */
export function pageOf<T>(rows: readonly T[], wanted: PageWanted, placeOf: (row: T) => Place): Page<T> {
  const page = rows.slice(0, rowsToRead(wanted) - 1)
  const isLast = page.length === rows.length
  return { rows: page.toReversed(), next: isLast ? null : placeOf(at(page, page.length - 1)).join('.') }
}

/** The contract's pattern has been passed. */
function placeIn(text: string): Place {
  const [first, second, ...id] = text.split('.')
  return [Number(first), Number(second), id.join('.')]
}
