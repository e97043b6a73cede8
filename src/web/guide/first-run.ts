// The first run: which step a newcomer is at, by what there is already. Pure.
import type { AppState } from '../state/app-state.ts'
import { newestUsable } from '../marking/checkpoints.ts'

export type StepName = 'mark' | 'mark again' | 'review' | 'train' | 'wait' | 'watch' | 'done'

/** Marks from which on there is something to learn; two of them and what was looked at without a mark make a first model. */
const ENOUGH = 3

export type Known = Pick<AppState, 'annotations' | 'reviewed' | 'runs' | 'models' | 'sessions' | 'signals'>

/** `isReviewSkipped`: the trader goes on without a reviewed span; what is around the marks then counts as looked at. */
export function stepOf(state: Known, isReviewSkipped: boolean): StepName {
  const { annotations, reviewed, runs, models, sessions, signals } = state
  if (models.some((model) => newestUsable(model) !== null))
    return sessions.length > 0 && signals.length > 0 ? 'done' : 'watch'
  if (runs.some(({ status }) => status === 'RUNNING' || status === 'QUEUED')) return 'wait'
  if (annotations.length === 0) return 'mark'
  if (annotations.length < ENOUGH) return 'mark again'
  return reviewed.length === 0 && !isReviewSkipped ? 'review' : 'train'
}

const ORDER: readonly StepName[] = ['mark', 'mark again', 'review', 'train', 'wait', 'watch', 'done']

/** “2 of 5”, as the trader counts: waiting belongs to training, done to watching. */
export function placeOf(step: StepName): { readonly at: number; readonly of: number } {
  const at = ORDER.indexOf(step)
  if (step === 'wait') return { at: 4, of: 5 }
  return { at: Math.min(at > 4 ? at : at + 1, 5), of: 5 }
}

/** How many marks are still to be made. */
export function marksLeft({ annotations }: Pick<Known, 'annotations'>): number {
  return Math.max(0, ENOUGH - annotations.length)
}
