// Training runs: started in the background, watched, set aside, compared.
import { CompareQuery, RunsCompared } from '../runs-compared.ts'
import { TrainingBody } from '../training-parameters.ts'
import { TrainingRunOut, TrainingRunsOut, TrainingRunsQuery } from '../training.ts'
import { WorkersOut } from '../workers.ts'

const tag = 'training'
const ONE = { tag, answers: { 200: TrainingRunOut } } as const
const UNKNOWN = ['unknown_training_run'] as const

export const trainingRoutes = {
  listWorkers: {
    summary: 'Who takes jobs of training runs on other machines, and what each does now',
    tag,
    answers: { 200: WorkersOut },
  },
  startTrainingRun: {
    summary: 'Train a model in the background, from fresh seeded weights or from a checkpoint',
    tag,
    body: TrainingBody,
    answers: { 202: TrainingRunOut },
    errors: [
      'unknown_model',
      'not_trainable',
      'unsupported_parameter',
      'unknown_checkpoint',
      'broken_checkpoint',
      'unknown_annotation',
      'no_test_cases',
      'choose_pattern',
      'mixed_sources',
      'no_order_book',
    ],
  },
  listTrainingRuns: {
    summary: 'Runs, newest first: all, or a page of them',
    tag,
    query: TrainingRunsQuery,
    answers: { 200: TrainingRunsOut },
    errors: UNKNOWN,
  },
  compareTrainingRuns: {
    summary: 'Runs side by side: settings, figures, loss curves, test cases',
    tag,
    query: CompareQuery,
    answers: { 200: RunsCompared },
    errors: UNKNOWN,
  },
  getTrainingRun: { ...ONE, summary: 'One run', errors: UNKNOWN },
  pauseTrainingRun: {
    ...ONE,
    summary: 'Save a run and set it aside; answers when it is saved',
    errors: [...UNKNOWN, 'run_is_over'],
  },
  resumeTrainingRun: {
    ...ONE,
    summary: 'Go on with a paused or interrupted run, to the same bytes',
    errors: [...UNKNOWN, 'run_is_over', 'unreadable_training_state'],
  },
  cancelTrainingRun: {
    ...ONE,
    summary: 'Cancel a run; what was saved of it is removed',
    errors: [...UNKNOWN, 'run_is_over'],
  },
} as const
