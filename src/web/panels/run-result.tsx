// What came of a training: validation beside its floor and n, calls, warnings, what was left out, the checkpoint.
import type { TrainingRunOut } from '../../contract/training.ts'
import type { Validation } from '../../contract/validation.ts'
import { stepMiss } from '../actions/misses.ts'
import { count as countText, duration, plural, share } from '../app/format.ts'
import { store } from '../app/state.ts'
import { Curves } from './curves.tsx'

const STATUS_TONE: Partial<Record<TrainingRunOut['status'], string>> = {
  COMPLETED: 'good',
  FAILED: 'bad',
  INTERRUPTED: 'bad',
}

export function RunResult({ run }: { run: TrainingRunOut }) {
  return (
    <div className="run" data-testid="run-result">
      <div className="run-line">
        <span className={`status ${STATUS_TONE[run.status] ?? ''}`}>{run.status}</span>
        <span className="dim">
          {run.checkpoint !== null && <b className="checkpoint">checkpoint {run.checkpoint} </b>}{' '}
          {duration(run.duration_seconds)}
        </span>
      </div>
      {run.error !== null && (
        <p className="bad-line" role="alert">
          {run.error.message}
        </p>
      )}
      {run.memorised && (
        <p className="warn-line">
          <b>Memorised.</b> Training loss alone is low: on what it was not trained on, the model does not do
          better than the floor. More annotations of more episodes are needed.
        </p>
      )}
      {run.validation !== null && <ValidationFigures validation={run.validation} />}
      {run.validation === null && run.validation_reason !== null && (
        <p className="warn-line">No validation: {run.validation_reason}</p>
      )}
      {run.epochs.length > 0 && <TrainingFigures run={run} />}
      {run.warnings.map((warning) => (
        <p key={warning} className="warn-line">
          {warning}
        </p>
      ))}
      <LeftOut run={run} />
      <Review run={run} />
      {run.epochs.length > 0 && (
        <Curves epochs={run.epochs} total={run.total_epochs} floor={run.majority_floor} />
      )}
    </div>
  )
}

const FLOOR = 'Accuracy. Floor: what always saying the most frequent class would get. n: seconds scored.'

function TrainingFigures({ run }: { run: TrainingRunOut }) {
  const source = { reviewed: 'reviewed spans', assumed: 'assumed: 30 min either side', none: 'none' }
  return (
    <dl className="figures tight">
      <dt>Training</dt>
      <dd>
        <b>{share(run.accuracy)}</b>{' '}
        <span className="dim" title={FLOOR}>
          floor {share(run.majority_floor)}, n {run.examples} · loss {run.loss?.toFixed(3) ?? '–'}
        </span>
      </dd>
      <dt>Learned</dt>
      <dd>
        {plural(run.test_cases, 'test case')}
        <span className="dim">{run.hold_source === null ? '' : ` · HOLDs ${source[run.hold_source]}`}</span>
      </dd>
    </dl>
  )
}

function ValidationFigures({ validation }: { validation: Validation }) {
  const { accuracy, majority_floor: floor, n } = validation
  const isBetter = accuracy !== null && floor !== null && accuracy > floor
  const perHour = validation.false_calls_per_hour
  return (
    <dl className="figures tight" data-testid="validation">
      <dt>Validation</dt>
      <dd>
        <b className={isBetter ? 'up' : 'warn'}>{share(accuracy, 1)}</b>{' '}
        <span className="dim" title={FLOOR}>
          floor {share(floor, 1)}, n {countText(n)}
        </span>
      </dd>
      <dt>Calls</dt>
      <dd>
        {plural(validation.hits, 'hit')} · {validation.false_calls} false · {validation.missed} missed
      </dd>
      <dt>F1</dt>
      <dd>
        {validation.f1 === null ? '–' : validation.f1.toFixed(2)}
        {perHour !== null && <span className="dim"> · {perHour.toFixed(2)} false calls an hour</span>}
      </dd>
      <dt>Tested on</dt>
      <dd className="dim">
        {plural(validation.episodes, 'episode')}
        {validation.method === 'leave_one_episode_out' ? ', each left out once' : ', the last 20 %'}
      </dd>
    </dl>
  )
}

function LeftOut({ run }: { run: TrainingRunOut }) {
  if (run.left_out.length === 0) return null
  return (
    <details className="left-out">
      <summary>{plural(run.left_out.length, 'test case')} left out</summary>
      <ul>
        {run.left_out.map((one) => (
          <li key={one.test_case_id}>
            <code>{one.test_case_id.slice(0, 19)}…</code> {one.reason}
          </li>
        ))}
      </ul>
    </details>
  )
}

function Review({ run }: { run: TrainingRunOut }) {
  const count = run.validation?.misses.length ?? 0
  if (count === 0) return null
  return (
    <button
      className="quiet-button review-button"
      onClick={() => {
        store.set({ misses: null, shownRun: run.id })
        void stepMiss(1)
      }}
    >
      Step through {plural(count, 'miss', 'misses')} <kbd>N</kbd>
    </button>
  )
}
