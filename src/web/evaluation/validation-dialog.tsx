// J: the validation of a run in full: by direction, beside its floors; reliability, seeds, the permutation test.
import { useState } from 'react'
import type { TrainingRunOut } from '../../contract/training.ts'
import type { Validation } from '../../contract/validation.ts'
import { shownRun } from '../actions/compare.ts'
import { Dialog, DialogHead } from '../controls/dialog.tsx'
import { count, duration, plural, share } from '../state/format.ts'
import { useApp } from '../state/app-state.ts'
import { AgentFigures } from './agent-figures.tsx'
import { ModelName } from '../training/queue.tsx'
import { meanText, methodText } from './figure-text.ts'
import { ReliabilityDiagram } from './reliability.tsx'
import { ScorecardTable } from './scorecard-table.tsx'
import type { Side } from './score-rows.ts'

export function ValidationDialog() {
  useApp((state) => state.runs)
  const run = shownRun()
  return (
    <Dialog name="validation" label="Validation in full" className="evaluation" takesFocus>
      <DialogHead
        title="Validation"
        beside={
          run !== null && (
            <span className="dim">
              <ModelName id={run.model} /> {run.checkpoint ?? ''}
            </span>
          )
        }
      />
      {run?.validation == null ? (
        <p className="empty">This run has no validation.</p>
      ) : (
        <Content run={run} validation={run.validation} />
      )}
    </Dialog>
  )
}

function Content({ run, validation }: { run: TrainingRunOut; validation: Validation }) {
  const [side, choose] = useState<Side>('all')
  const name = useApp((state) => state.models.find((model) => model.id === run.model)?.name ?? run.model)
  return (
    <div className="evaluation-body">
      <div role="region" aria-label="Figures beside their floors" tabIndex={0}>
        <div className="side-choice" role="group" aria-label="Direction">
          {(['all', 'BUY', 'SELL'] as const).map((one) => (
            <button
              key={one}
              className="quiet-button"
              aria-pressed={side === one}
              onClick={() => choose(one)}
            >
              {one === 'all' ? 'both directions' : one}
            </button>
          ))}
        </div>
        {validation.model === undefined ? (
          <p className="empty">This run is of before there were figures by direction.</p>
        ) : (
          <ScorecardTable name={name} model={validation.model} floors={validation.floors ?? []} side={side} />
        )}
        {validation.against_instant != null && (
          <p className="dim small-text">{validation.against_instant.words}</p>
        )}
      </div>
      <aside aria-label="What they rest on" tabIndex={0}>
        {validation.reliability !== undefined && <ReliabilityDiagram reliability={validation.reliability} />}
        <AgentFigures run={run} />
        <Facts validation={validation} />
        <Seeds seeds={validation.seeds ?? null} />
        <Permutation test={validation.permutation ?? null} />
      </aside>
    </div>
  )
}

function Facts({ validation }: { validation: Validation }) {
  const {
    annotations,
    effective_n: effective,
    window_overlap: overlap,
    embargo_seconds: embargo,
  } = validation
  return (
    <dl className="figures tight wide-names">
      <dt>Held out</dt>
      <dd>
        {methodText(validation.method)}, {plural(validation.folds, 'fold')}
      </dd>
      <dt>Scored</dt>
      <dd>
        {count(validation.seconds_scored)} s of {plural(validation.episodes, 'episode')}
      </dd>
      {annotations !== undefined && (
        <>
          <dt>Annotations</dt>
          <dd title="How many independent ones they are worth: the sum of their uniqueness">
            {annotations}
            {effective !== undefined && <span className="dim"> · worth {effective.toFixed(1)}</span>}
          </dd>
        </>
      )}
      {overlap !== undefined && (
        <>
          <dt title="Share of an annotation’s 1s window that another’s covers too">Overlap</dt>
          <dd>{share(overlap)}</dd>
        </>
      )}
      {embargo !== undefined && (
        <>
          <dt title="Kept clear around what is held out">Embargo</dt>
          <dd>{duration(embargo)}</dd>
        </>
      )}
    </dl>
  )
}

function Seeds({ seeds }: { seeds: NonNullable<Validation['seeds']> | null }) {
  if (seeds === null) return null
  return (
    <section>
      <h3>{seeds.count} seeds, mean ± sd</h3>
      <dl className="figures tight wide-names" data-testid="seeds">
        {seeds.figures.map(({ name, mean, sd, values }) => (
          <div key={name} className="figures-pair" title={values.map((value) => value ?? '–').join(', ')}>
            <dt>{name.replaceAll('_', ' ')}</dt>
            <dd>{meanText(mean, sd)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function Permutation({ test }: { test: NonNullable<Validation['permutation']> | null }) {
  if (test === null) return null
  const better = test.permuted.filter((score) => score >= test.observed).length
  return (
    <section data-testid="permutation">
      <h3>Permutation test</h3>
      <p>
        <b>p {test.p.toFixed(2)}</b>{' '}
        <span className="dim">
          F1 {test.observed.toFixed(2)}; of {test.placements} models trained on entries placed at random,{' '}
          {better === 0 ? 'none does' : better === 1 ? '1 does' : `${better} do`} as well.
        </span>
      </p>
    </section>
  )
}
