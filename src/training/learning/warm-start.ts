// What a run that begins from a checkpoint says of it: how well its cases are known before and after.
import { at } from '../../core/at.ts'
import type { CaseFigures, WarmStart } from '../../contract/training.ts'
import { epochMs } from '../../core/time.ts'
import { ACTIONS } from '../../models/model.ts'
import type { WarmStartData } from '../data/parent.ts'
import type { Example } from '../examples/example.ts'
import { crossEntropyOf } from './cross-entropy.ts'
import type { JobResult } from './job.ts'

/** The probed cases as examples of their frozen states. */
export function probeExamples({ cases }: WarmStartData): Example[] {
  return cases.map(({ row, label }) => ({
    source: 'annotation',
    label,
    stretch: 0,
    instant: epochMs(0),
    seconds: 1,
    row,
    markId: null,
    weight: 1,
  }))
}

/** What the run says of it. `probed` in the order of the cases. */
export function warmStartOut(
  { checkpoint, cases, missing }: WarmStartData,
  probed: JobResult['probed'],
): WarmStart {
  const figures = (isOld: boolean): CaseFigures => {
    const rows = cases.flatMap((each, i) => (each.isOld === isOld ? [i] : []))
    const labels = rows.map((i) => at(cases, i).label)
    const before = probed === undefined || rows.length === 0 ? null : of(probed.before, rows, labels)
    const after = probed === undefined || rows.length === 0 ? null : of(probed.after, rows, labels)
    return {
      test_cases: rows.length,
      trained_on: rows.filter((i) => at(cases, i).isTrained).length,
      loss_before: before?.loss ?? null,
      loss_after: after?.loss ?? null,
      accuracy_before: before?.accuracy ?? null,
      accuracy_after: after?.accuracy ?? null,
    }
  }
  return { checkpoint, old: figures(true), new: figures(false), missing: [...missing] }
}

function of(probabilities: Float32Array, rows: readonly number[], labels: readonly number[]) {
  const size = ACTIONS.length
  const own = new Float32Array(rows.length * size)
  for (const [i, row] of rows.entries())
    own.set(probabilities.subarray(row * size, (row + 1) * size), i * size)
  return crossEntropyOf(own, labels)
}
