// A training as it goes: what it does now, epoch, loss and accuracy as curves, time left.
import { useState } from 'react'
import { foundWords } from '../../contract/plain-result.ts'
import { shareDone } from '../../contract/training-progress.ts'
import type { TrainingRunOut } from '../../contract/training.ts'
import { duration, share } from '../state/format.ts'
import { RunButtons } from '../training/queue.tsx'
import { AgentFigures } from '../evaluation/agent-figures.tsx'
import { Curves } from './curves.tsx'

export function RunProgress({ run }: { run: TrainingRunOut }) {
  return (
    <div className="run" data-testid="run-progress">
      <div className="run-line">
        <span>{doingText(run)}</span>
        <span className="dim">{leftText(run)}</span>
      </div>
      <div className="button-row one-line">
        <RunButtons run={run} />
      </div>
      <WholeProgress key={run.id} run={run} />
      <dl className="stats">
        <div>
          <dt>epochs</dt>
          <dd data-testid="epoch">
            {run.current_epoch}
            {isTrained(run) ? (
              <span className="dim"> done</span>
            ) : (
              <span className="dim"> / {run.total_epochs}</span>
            )}
          </dd>
        </div>
        <div>
          <dt>loss</dt>
          <dd data-testid="loss">{run.loss === null ? '–' : run.loss.toFixed(3)}</dd>
        </div>
        <div>
          <dt>accuracy</dt>
          <dd>{share(run.accuracy)}</dd>
        </div>
      </dl>
      {run.checkpoint !== null && <CheckpointSoFar checkpoint={run.checkpoint} validation={run.validation} />}
      <AgentFigures run={run} />
      <Curves epochs={run.epochs} total={run.total_epochs} floor={run.majority_floor} />
    </div>
  )
}

/** What can go live while the run goes on. */
function CheckpointSoFar({
  checkpoint,
  validation,
}: {
  checkpoint: string
  validation: TrainingRunOut['validation']
}) {
  return validation === null ? (
    <p className="list-note" data-testid="provisional">
      Checkpoint {checkpoint} is trained and may go live, provisional: its validation is under way.
    </p>
  ) : (
    <p className="list-note" data-testid="validated">
      Checkpoint {checkpoint} is validated: {foundWords(validation)}. Simple rules are compared with it.
    </p>
  )
}

/** Epochs, validation and thresholds in one, by time: it never goes back where the estimate does. */
function WholeProgress({ run }: { run: TrainingRunOut }) {
  const [furthest, setFurthest] = useState(0)
  const done = shareDone(run)
  if (done === null) return <progress aria-label="Training, nothing measured yet" />
  if (done > furthest) setFurthest(done)
  return <progress value={furthest} max={1} aria-label={`Training: ${share(furthest)} of its time`} />
}

/** The checkpoint's own training is over; what is left is the rest of the run. */
function isTrained({
  current_epoch: epoch,
  total_epochs: epochs,
  stopped_early: early,
}: TrainingRunOut): boolean {
  return early !== null || (epochs > 0 && epoch >= epochs)
}

function doingText(run: TrainingRunOut): string {
  if (run.status === 'QUEUED')
    return run.queue_position === 1
      ? 'Waiting for the run before it'
      : `Place ${run.queue_position ?? '–'} in the queue`
  return run.status === 'PAUSED' ? 'Paused' : run.phase
}

function leftText(run: TrainingRunOut): string {
  const spent = duration(run.duration_seconds)
  return run.seconds_left === null ? spent : `${spent}, ${duration(run.seconds_left)} left`
}
