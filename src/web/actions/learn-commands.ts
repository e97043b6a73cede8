// The commands of learning and watching that act on a run that is there, and on live inference.
import { always, type Command } from '../state/command.ts'
import type { AppState } from '../state/app-state.ts'
import { openComparison, openValidation, shownRun } from './compare.ts'
import { askAnother, runningHere, toggleLive } from './live.ts'
import { cancelTraining, canPause, canResume, isOpen, pauseTraining, resumeTraining } from './training.ts'

const group = 'Learn and watch'

export const cancelRun: Command = {
  id: 'cancel-training',
  group,
  label: 'Cancel the training',
  key: { key: 't', shift: true },
  when: () => {
    const run = shownRun()
    return run !== null && isOpen(run)
  },
  run: () => {
    const run = shownRun()
    if (run !== null) void cancelTraining(run.id)
  },
}
export const pauseRun: Command = {
  id: 'pause',
  group,
  label: 'Pause or resume the training',
  key: { key: 'y' },
  when: () => {
    const run = shownRun()
    return run !== null && (canPause(run) || canResume(run))
  },
  run: () => {
    const run = shownRun()
    if (run !== null) void (canResume(run) ? resumeTraining(run.id) : pauseTraining(run.id))
  },
}
export const seeValidation: Command = {
  id: 'validation',
  group,
  label: 'The validation in full',
  key: { key: 'j' },
  when: () => shownRun()?.validation != null,
  otherwise: 'The run that is shown has no validation.',
  run: openValidation,
}
export const compareRuns: Command = {
  id: 'compare',
  group,
  label: 'Runs side by side',
  key: { key: 'u' },
  when: ({ runs }: AppState) => runs.length > 1,
  otherwise: 'There is nothing to compare yet: train twice.',
  run: openComparison,
}
export const infer: Command = {
  id: 'infer',
  group,
  label: 'Start or stop live inference',
  key: { key: 'i' },
  when: always,
  run: toggleLive,
}

export const another: Command = {
  id: 'infer-another',
  group,
  label: 'Another live session beside it',
  key: { key: 'i', shift: true },
  when: (state) => runningHere(state) !== null,
  otherwise: 'None runs here yet: I starts the first.',
  run: askAnother,
}

export const LEARN_COMMANDS: readonly Command[] = [
  cancelRun,
  pauseRun,
  seeValidation,
  compareRuns,
  infer,
  another,
]
