// A second that a trained model got wrong: its name, its place in a list to step through, and its words. Pure.
import { duration } from '../state/format.ts'
import type { Early } from './early.ts'
import type { Miss } from '../state/run-misses.ts'

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

/** Of a call that counts as false and came early for a mark. */
export function earlySentence(miss: Miss, { seconds }: Early): string {
  return `Early by ${duration(seconds)}: the model said ${miss.action} here, you entered the same move later.`
}
