// The instant model once a fold: rows are added up once, and what a fold must not see is taken out of the sums of all, exactly.
import { at } from '../../core/at.ts'
import { ROW_SIZE } from '../../models/moment-row.ts'
import type { Job } from './job.ts'
import { labelled, type Shown } from './labelled-rows.ts'
import type { Line, RowSummer, RowSums } from './ridge.ts'

/** The shown seconds of all examples and their rows, [shown, ROW_SIZE]. */
export interface ShownRows {
  readonly shown: readonly Shown[]
  readonly rows: Float32Array
}

/** Rows that the same folds must not see. */
interface Group {
  /** By their places among the jobs, ascending. */
  readonly unseenBy: readonly number[]
  readonly sums: RowSums
}

/** The solution of each job, whose examples are among those shown. */
export async function foldLines(
  all: ShownRows,
  jobs: readonly Pick<Job, 'examples'>[],
  summer: RowSummer,
  ridge: number,
): Promise<Line[]> {
  const groups = await groupsOf(all, jobs, summer)
  const none = await summer.sum(labelled(new Float32Array(0), []))
  const total = none.plus(...groups.map(({ sums }) => sums))
  const near = total.bothWaysUp().solver(ridge) ?? undefined
  return jobs.map((_, fold) => {
    const unseen = groups.filter(({ unseenBy }) => unseenBy.includes(fold))
    return total
      .minus(...unseen.map(({ sums }) => sums))
      .bothWaysUp()
      .solve(ridge, near)
  })
}

async function groupsOf(
  { shown, rows }: ShownRows,
  jobs: readonly Pick<Job, 'examples'>[],
  summer: RowSummer,
): Promise<Group[]> {
  const seen = jobs.map(({ examples }) => new Set(examples))
  const places = new Map<string, number[]>()
  for (const [i, { example }] of shown.entries()) {
    const unseen = seen.flatMap((own, fold) => (own.has(example) ? [] : [fold])).join()
    const own = places.get(unseen) ?? []
    own.push(i)
    places.set(unseen, own)
  }
  const groups: Group[] = []
  const memory = new Float32Array(rows.length)
  for (const [unseen, own] of places) {
    const unseenBy = unseen === '' ? [] : unseen.split(',').map(Number)
    const sums = await summer.sum(
      labelled(
        rowsAt(rows, own, memory),
        own.map((i) => at(shown, i)),
      ),
    )
    groups.push({ unseenBy, sums })
  }
  return groups
}

/** @param into where they are written; as large as all rows */
export function rowsAt(rows: Float32Array, places: readonly number[], into: Float32Array): Float32Array {
  const kept = into.subarray(0, places.length * ROW_SIZE)
  for (const [to, from] of places.entries()) {
    kept.set(rows.subarray(from * ROW_SIZE, (from + 1) * ROW_SIZE), to * ROW_SIZE)
  }
  return kept
}
