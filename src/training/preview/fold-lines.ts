// The instant model once a fold: what a fold must not see is taken out of the sums of all, exactly.
import { at } from '../../core/at.ts'
import { ROW_SIZE } from '../../models/moment-row.ts'
import type { Job } from '../learning/job.ts'
import { bothWaysUp, type Shown } from '../learning/labelled-rows.ts'
import type { Line, RowSummer } from '../learning/ridge.ts'

/** The shown seconds of all examples and their rows, [shown, ROW_SIZE]. */
export interface ShownRows {
  readonly shown: readonly Shown[]
  readonly rows: Float32Array
}

/** The solution of each job, whose examples are among those shown. */
export async function foldLines(
  all: ShownRows,
  jobs: readonly Pick<Job, 'examples'>[],
  summer: RowSummer,
  ridge: number,
): Promise<Line[]> {
  const sums = await summer.sum(bothWaysUp(all.rows, all.shown))
  const lines: Line[] = []
  for (const job of jobs) {
    const own = new Set(job.examples)
    const left = only(all, ({ example }) => !own.has(example))
    lines.push(sums.minus(await summer.sum(bothWaysUp(left.rows, left.shown))).solve(ridge))
  }
  return lines
}

function only({ shown, rows }: ShownRows, wanted: (shown: Shown) => boolean): ShownRows {
  const places = [...shown.keys()].filter((i) => wanted(at(shown, i)))
  const kept = new Float32Array(places.length * ROW_SIZE)
  for (const [to, from] of places.entries()) {
    kept.set(rows.subarray(from * ROW_SIZE, (from + 1) * ROW_SIZE), to * ROW_SIZE)
  }
  return { shown: places.map((i) => at(shown, i)), rows: kept }
}
