// The seconds a trained model got wrong, as a list to step through. Pure.
import type { TrainingRunOut } from '../../contract/training.ts'
import type { Validation } from '../../contract/validation.ts'

export type Miss = Validation['misses'][number]

/** The misses of a run in time; none while it has no validation. */
export function missesOf(run: TrainingRunOut | null): Miss[] {
  const misses = run?.validation?.misses ?? []
  return misses.toSorted((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp))
}

/** What names a miss across runs. */
export function keyOfMiss(miss: Miss): string {
  return `${miss.kind} ${miss.timestamp}`
}

/** The next place in a list of `length`, round the end; −1 of an empty one. */
export function stepIndex(index: number, delta: 1 | -1, length: number): number {
  if (length === 0) return -1
  return ((((index < 0 && delta < 0 ? 0 : index) + delta) % length) + length) % length
}

/** In words: what happened there. */
export function sentenceOf(miss: Miss): string {
  if (miss.kind === 'missed_annotation')
    return `Missed: you marked a ${miss.action} here, the model said HOLD.`
  return `False call: the model said ${miss.action} here, you marked nothing.`
}
