// How a run ends or stops, by what its process said and why it was told to.
import type { TrainingRunOut } from '../../contract/training.ts'
import type { Outcome } from './worker-handle.ts'

export type Stopping = 'cancelled' | 'paused' | 'interrupted'

export function endOf(outcome: Outcome, stopping: Stopping | null): Partial<TrainingRunOut> {
  if (outcome.kind === 'completed') {
    return { ...outcome.patch, status: 'COMPLETED', phase: 'completed', error: null }
  }
  if (stopping === 'cancelled') return { status: 'CANCELLED', phase: 'cancelled', error: null }
  if (outcome.kind === 'failed') {
    return { ...outcome.patch, status: 'FAILED', phase: 'failed', error: outcome.error }
  }
  if (stopping === 'paused') return { status: 'PAUSED', phase: 'paused', error: null }
  if (stopping === 'interrupted') return LEFT_BEHIND
  if (outcome.kind === 'died' && !outcome.killed) return died(outcome.how)
  const how = outcome.kind === 'paused' ? 'it was told to pause' : outcome.how
  return interrupted(`The training process was ended from outside (${how}).`)
}

export function detailOf(outcome: Outcome): Record<string, unknown> {
  return outcome.kind === 'completed' ? outcome.detail : {}
}

function interrupted(why: string): Partial<TrainingRunOut> {
  const message = `${why} Resume the run: it goes on where it was saved.`
  return {
    status: 'INTERRUPTED',
    phase: 'interrupted',
    seconds_left: null,
    error: { code: 'interrupted', message },
  }
}

/** What a run is that was RUNNING when the process around it ended without a word. */
export const LEFT_BEHIND = interrupted('The server stopped while this run was training.')

function died(how: string): Partial<TrainingRunOut> {
  const message = `The training process ended unexpectedly (${how}). Start the run again; if it happens again, free some memory or train on fewer annotations.`
  return { status: 'FAILED', phase: 'failed', error: { code: 'training_process_died', message } }
}
