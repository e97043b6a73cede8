// Runs that are not over: each with what it does now, and pause, resume, cancel.
import type { TrainingRunOut } from '../../contract/training.ts'
import { cancelRun, pauseRun } from '../actions/learn-commands.ts'
import { canResume, cancelTraining, isOpen, pauseTraining, resumeTraining } from '../actions/training.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { duration } from '../state/format.ts'
import { store, useApp } from '../state/app-state.ts'

/** Shown from two on: one alone has its buttons beside its progress. */
export function Queue({ runs, shown }: { runs: readonly TrainingRunOut[]; shown: string }) {
  const open = runs.filter(isOpen).toReversed()
  if (open.length < 2) return null
  return (
    <ul className="queue" aria-label="Runs that are not over" data-testid="queue">
      {open.map((run) => (
        <li key={run.id} aria-current={run.id === shown || undefined}>
          <button className="queue-main" onClick={() => store.set({ shownRun: run.id })}>
            <ModelName id={run.model} /> <span className="dim">{stateText(run)}</span>
          </button>
          <ShortButtons run={run} />
        </li>
      ))}
    </ul>
  )
}

export function ModelName({ id }: { id: string }) {
  return <>{useApp((state) => state.models.find((model) => model.id === id)?.name ?? id)}</>
}

/** `fold 3 of 10, 2 min left`, `2nd in the queue`, `paused at epoch 4 of 10`. */
export function stateText(run: TrainingRunOut): string {
  if (run.status === 'QUEUED') return run.queue_position === 1 ? 'next' : `place ${run.queue_position ?? '–'}`
  const at = run.current_epoch === 0 ? '' : ` at epoch ${run.current_epoch} of ${run.total_epochs}`
  if (run.status === 'PAUSED') return `paused${at}`
  if (run.status === 'INTERRUPTED') return `interrupted${at}`
  return run.seconds_left === null ? run.phase : `${run.phase}, ${duration(run.seconds_left)} left`
}

const RESUME = 'Goes on where it stopped, to the same bytes'
const PAUSE = 'Stops after this step; Resume goes on there'
const CANCEL = 'Ends it; nothing of it is kept'

/** Of the run that is shown: the keys act on the same. */
export function RunButtons({ run }: { run: TrainingRunOut }) {
  const resumes = canResume(run)
  return (
    <span className="run-buttons">
      {run.status !== 'QUEUED' && (
        <CommandButton
          id="pause-training"
          command={pauseRun}
          title={resumes ? RESUME : PAUSE}
          label={resumes ? 'Resume' : 'Pause'}
        >
          {resumes ? 'Resume' : 'Pause'} <Keycap command={pauseRun} />
        </CommandButton>
      )}
      <CommandButton
        id="cancel-training"
        command={cancelRun}
        className="quiet-button danger"
        title={CANCEL}
        label="Cancel"
      >
        Cancel <Keycap command={cancelRun} />
      </CommandButton>
    </span>
  )
}

/** Of any run in the queue: signs in place of words. */
function ShortButtons({ run }: { run: TrainingRunOut }) {
  const resumes = canResume(run)
  return (
    <span className="run-buttons">
      {run.status !== 'QUEUED' && (
        <button
          type="button"
          className="quiet-button"
          title={resumes ? RESUME : PAUSE}
          aria-label={resumes ? 'Resume' : 'Pause'}
          onClick={() => void (resumes ? resumeTraining(run.id) : pauseTraining(run.id))}
        >
          {resumes ? '▶' : '❚❚'}
        </button>
      )}
      <button
        type="button"
        className="quiet-button danger"
        aria-label="Cancel"
        title={CANCEL}
        onClick={() => void cancelTraining(run.id)}
      >
        ×
      </button>
    </span>
  )
}
