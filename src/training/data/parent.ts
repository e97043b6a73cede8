// The checkpoint that a run begins from, and which of its test cases still are as it saw them.
import { CaseFiles } from '../../annotation/case-files.ts'
import type { TestCaseFile } from '../../contract/annotations.ts'
import type { CheckpointMetadata } from '../../contract/checkpoint.ts'
import { decodeWeights, type NamedTensors } from '../../nn/weights.ts'
import { WEIGHTS_FILE, type LoadedCheckpoint } from '../../orchestrator/checkpoints.ts'

/** The checkpoint that a run begins from. */
export interface Parent {
  readonly checkpoint: string
  readonly weights: NamedTensors
  readonly cases: CheckpointMetadata['data']['test_cases']
}

/** A test case whose figures are told before and after. */
export interface ProbedCase {
  /** Of the frozen states. */
  readonly row: number
  readonly label: number
  /** Whether the parent was trained on it, as it is. */
  readonly isOld: boolean
  readonly isTrained: boolean
}

/** Plain values only. */
export interface WarmStartData {
  readonly checkpoint: string
  readonly weights: NamedTensors
  readonly cases: readonly ProbedCase[]
  /** The parent's cases that are gone or changed, by id. */
  readonly missing: readonly string[]
}

/** @throws AppError `unreadable_weights` */
export function parentOf({ model, version, weights, metadata }: LoadedCheckpoint): Parent {
  const name = `${model}/${version}/${WEIGHTS_FILE}`
  return { checkpoint: version, weights: decodeWeights(weights, name), cases: metadata.data.test_cases }
}

export interface OldCase {
  readonly testCaseId: string
  readonly content: TestCaseFile
}

/** The parent's cases beyond `trained` that are still as it saw them, and those that are not. */
export async function oldCases(
  folder: string,
  parent: Parent,
  trained: ReadonlySet<string>,
): Promise<{ readonly kept: readonly OldCase[]; readonly missing: readonly string[] }> {
  const files = new CaseFiles(folder)
  const kept: OldCase[] = []
  const missing: string[] = []
  for (const { test_case_id: testCaseId, sha256 } of parent.cases) {
    if (trained.has(testCaseId)) continue
    const id = testCaseId.replace(/^annotation_/, '')
    const found = await files.readHashed(id).catch(() => null)
    if (found?.sha256 === sha256) kept.push({ testCaseId, content: found.content })
    else missing.push(testCaseId)
  }
  return { kept, missing }
}
