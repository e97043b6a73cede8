// The test cases that a run which begins from a checkpoint tells figures of, before and after: the run's own, and the parent's others.
import { ACTIONS } from '../../models/model.ts'
import { oldCases, type Parent, type WarmStartData } from './parent.ts'
import type { ReadCase } from './read-cases.ts'
import type { ModelNeeds } from './sources.ts'

/** The parent's cases that the run is not trained on, as far as the model can be asked about them. */
export async function oldCasesOf(
  parent: Parent,
  files: readonly ReadCase[],
  folder: string,
  { needs }: ModelNeeds,
) {
  const trained = new Set(files.map(({ file }) => file.testCaseId))
  const { kept, missing } = await oldCases(folder, parent, trained)
  const usable = kept.filter(
    ({ content }) => content.order_book !== undefined || !needs.includes('order_book'),
  )
  return { kept: usable, missing }
}

/** @param files the run's own cases, as rows of its frozen states; the parent's others follow them */
export function warmStartData(
  { checkpoint, weights, cases }: Parent,
  files: readonly ReadCase[],
  { kept, missing }: Awaited<ReturnType<typeof oldCasesOf>>,
): WarmStartData {
  const known = new Map(cases.map(({ test_case_id, sha256 }) => [test_case_id, sha256]))
  const own = files.map(({ file, content }, row) => ({
    row,
    label: ACTIONS.indexOf(content.action),
    isOld: known.get(file.testCaseId) === file.sha256,
    isTrained: true,
  }))
  const others = kept.map(({ content }, i) => ({
    row: files.length + i,
    label: ACTIONS.indexOf(content.action),
    isOld: true,
    isTrained: false,
  }))
  return { checkpoint, weights, cases: [...own, ...others], missing }
}
