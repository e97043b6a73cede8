// How far a training has come: one share for epochs, validation and thresholds together. Pure.
import type { TrainingRunOut } from './training.ts'

/** By time: what it took and what is left. Null before anything was measured. */
export function shareDone({
  duration_seconds: spent,
  seconds_left: left,
}: Pick<TrainingRunOut, 'duration_seconds' | 'seconds_left'>): number | null {
  if (left === null || spent + left <= 0) return null
  return spent / (spent + left)
}
