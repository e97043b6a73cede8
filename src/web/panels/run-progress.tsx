// A training as it goes: what it does now, epoch, loss and accuracy as curves, time left.
import type { TrainingRunOut } from '../../contract/training.ts'
import { duration, share } from '../state/format.ts'
import { RunButtons } from '../training/queue.tsx'
import { AgentFigures } from '../evaluation/agent-figures.tsx'
import { Curves } from './curves.tsx'

export function RunProgress({ run }: { run: TrainingRunOut }) {
  const done = run.total_epochs === 0 ? 0 : run.current_epoch / run.total_epochs
  return (
    <div className="run" data-testid="run-progress">
      <div className="run-line">
        <span>{doingText(run)}</span>
        <span className="dim">{leftText(run)}</span>
      </div>
      <div className="button-row one-line">
        <RunButtons run={run} />
      </div>
      <progress value={done} max={1} aria-label={`Epoch ${run.current_epoch} of ${run.total_epochs}`} />
      <dl className="stats">
        <div>
          <dt>epoch</dt>
          <dd data-testid="epoch">
            {run.current_epoch}
            <span className="dim"> / {run.total_epochs}</span>
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
      {run.checkpoint !== null && (
        <p className="list-note" data-testid="provisional">
          Checkpoint {run.checkpoint} is trained and may go live, provisional: its validation is under way.
        </p>
      )}
      <AgentFigures run={run} />
      <Curves epochs={run.epochs} total={run.total_epochs} floor={run.majority_floor} />
    </div>
  )
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
