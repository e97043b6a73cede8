// Runs that are not over: each with what it does now, and pause, resume, cancel.
import type { TrainingRunOut } from '../../contract/training.ts'
import { cancelTraining, isOpen, pauseTraining, resumeTraining } from '../actions/training.ts'
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
          <RunButtons run={run} isShort />
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

interface RunButtonsProps {
  run: TrainingRunOut
  /** Signs in place of words, in the queue. */
  isShort?: boolean
}

export function RunButtons({ run, isShort = false }: RunButtonsProps) {
  const canResume = run.status === 'PAUSED' || run.status === 'INTERRUPTED'
  const ids = isShort ? {} : { pause: 'pause-training', cancel: 'cancel-training' }
  return (
    <span className="run-buttons">
      {run.status !== 'QUEUED' && (
        <button
          {...(ids.pause === undefined ? {} : { id: ids.pause })}
          type="button"
          className="quiet-button"
          title={
            canResume
              ? 'Goes on where it stopped, to the same bytes'
              : 'Stops after this step; Resume goes on there'
          }
          aria-label={canResume ? 'Resume' : 'Pause'}
          onClick={() => void (canResume ? resumeTraining(run.id) : pauseTraining(run.id))}
        >
          {isShort ? (canResume ? '▶' : '❚❚') : canResume ? 'Resume' : 'Pause'} {!isShort && <kbd>Y</kbd>}
        </button>
      )}
      <button
        {...(ids.cancel === undefined ? {} : { id: ids.cancel })}
        type="button"
        className="quiet-button danger"
        aria-label="Cancel"
        title="Ends it; nothing of it is kept"
        onClick={() => void cancelTraining(run.id)}
      >
        {isShort ? '×' : 'Cancel'} {!isShort && <kbd>Shift T</kbd>}
      </button>
    </span>
  )
}
