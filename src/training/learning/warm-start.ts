// A run that begins from a checkpoint: which cases its parent knew, and how well they are known before and after.
import { readFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { CaseFiles } from '../../annotation/case-files.ts'
import type { TestCaseFile } from '../../contract/annotations.ts'
import type { CheckpointMetadata } from '../../contract/checkpoint.ts'
import type { CaseFigures, WarmStart } from '../../contract/training.ts'
import { epochMs } from '../../core/time.ts'
import { ACTIONS } from '../../models/model.ts'
import { decodeWeights, type NamedTensors } from '../../nn/weights.ts'
import { WEIGHTS_FILE, type LoadedCheckpoint } from '../../orchestrator/checkpoints.ts'
import { crossEntropyOf } from './classifier-training.ts'
import type { Example } from '../examples/example.ts'
import type { JobResult } from './job.ts'

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
    const bytes = await readFile(files.pathOf(id)).catch(() => null)
    const isSame = bytes !== null && createHash('sha256').update(bytes).digest('hex') === sha256
    const content = isSame ? await files.read(id) : null
    if (content === null) missing.push(testCaseId)
    else kept.push({ testCaseId, content })
  }
  return { kept, missing }
}

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
    const labels = rows.map((i) => cases[i]!.label)
    const before = probed === undefined || rows.length === 0 ? null : of(probed.before, rows, labels)
    const after = probed === undefined || rows.length === 0 ? null : of(probed.after, rows, labels)
    return {
      test_cases: rows.length,
      trained_on: rows.filter((i) => cases[i]!.isTrained).length,
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
