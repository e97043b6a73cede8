// What came of a training: validation beside its floor and n, calls, warnings, what was left out, the checkpoint.
import type { CaseFigures, TrainingRunOut } from '../../contract/training.ts'
import { seeValidation } from '../actions/learn-commands.ts'
import { nextMiss } from '../actions/review-commands.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { duration, plural, share } from '../state/format.ts'
import { store } from '../state/app-state.ts'
import { RunButtons } from '../training/queue.tsx'
import { AgentFigures } from '../evaluation/agent-figures.tsx'
import { Curves } from './curves.tsx'
import { ValidationFigures } from './run-validation.tsx'

const STATUS_TONE: Partial<Record<TrainingRunOut['status'], string>> = {
  COMPLETED: 'good',
  FAILED: 'bad',
  INTERRUPTED: 'warn',
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
        <p className={run.status === 'INTERRUPTED' ? 'warn-line' : 'bad-line'} role="alert">
          {run.error.message}
        </p>
      )}
      {run.status === 'INTERRUPTED' && (
        <div className="button-row one-line">
          <RunButtons run={run} />
        </div>
      )}
      {run.validation !== null && <ValidationFigures validation={run.validation} />}
      {run.memorised && (
        <p className="warn-line">
          <b>Memorised.</b> Training loss alone is low: on what it was not trained on, the model does not do
          better than the floor. More annotations of more episodes are needed.
        </p>
      )}
      {run.validation === null && run.validation_reason !== null && (
        <p className="warn-line">No validation: {run.validation_reason}</p>
      )}
      {run.epochs.length > 0 && <TrainingFigures run={run} />}
      <AgentFigures run={run} />
      <WarmStartFigures run={run} />
      {run.stopped_early !== null && (
        <p className="dim small-text">
          Stopped early after epoch {run.stopped_early}: the loss fell no further.
        </p>
      )}
      {run.warnings.map((warning) => (
        <p key={warning} className="warn-line">
          {warning}
        </p>
      ))}
      <LeftOut run={run} />
      <ResultButtons run={run} />
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

/** Figures on what the parent knew and on what is new, apart: forgetting is not hidden. */
function WarmStartFigures({ run }: { run: TrainingRunOut }) {
  if (run.warm_start === null) return null
  const { checkpoint, old, new: added, missing } = run.warm_start
  return (
    <>
      <dl className="figures tight" data-testid="warm-start-figures">
        <dt>Began from</dt>
        <dd>checkpoint {checkpoint}</dd>
        {old.test_cases + added.test_cases > 0 && (
          <>
            <dt>Old cases</dt>
            <dd>{caseText(old)}</dd>
            <dt>New cases</dt>
            <dd>{caseText(added)}</dd>
          </>
        )}
      </dl>
      {missing.length > 0 && (
        <p className="dim small-text">
          {plural(missing.length, 'case')} of the parent {missing.length === 1 ? 'is' : 'are'} gone or
          changed.
        </p>
      )}
    </>
  )
}

function caseText({
  test_cases: cases,
  accuracy_before: before,
  accuracy_after: after,
}: CaseFigures): string {
  if (cases === 0) return 'none'
  return `${cases}: accuracy ${share(before)} → ${share(after)}`
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

/** What can be looked at further: the validation, and what it missed. */
function ResultButtons({ run }: { run: TrainingRunOut }) {
  if (run.validation === null) return null
  const count = run.validation.misses.length
  return (
    <div className="button-row">
      <CommandButton command={seeValidation} className="quiet-button review-button">
        In full <Keycap command={seeValidation} />
      </CommandButton>
      {count > 0 && (
        <CommandButton
          command={nextMiss}
          className="quiet-button review-button"
          before={() => store.set({ misses: null, shownRun: run.id })}
        >
          Step through {plural(count, 'miss', 'misses')} <Keycap command={nextMiss} />
        </CommandButton>
      )}
    </div>
  )
}
