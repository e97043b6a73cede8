// Training: what to train and how, the runs that wait or go on, and what came of the one that is shown.
import type { TrainingRunOut } from '../../contract/training.ts'
import { isActive } from '../actions/training.ts'
import { compareRuns } from '../actions/learn-commands.ts'
import { CommandButton } from '../controls/command-button.tsx'
import { store, useApp } from '../state/app-state.ts'
import { shortDateTime } from '../state/format.ts'
import { ModelName, Queue } from '../training/queue.tsx'
import { TrainingForm } from '../training/training-form.tsx'
import { ServersLine } from '../training/servers-line.tsx'
import { WorkersLine } from '../training/workers-line.tsx'
import { RunProgress } from './run-progress.tsx'
import { RunResult } from './run-result.tsx'

export function TrainingPanel() {
  const runs = useApp((state) => state.runs)
  const shown = useApp((state) => state.shownRun)
  const run = runs.find((one) => one.id === shown) ?? runs[0]
  return (
    <section className="panel training" aria-label="Training">
      <header className="panel-head">
        <h2>Training</h2>
        {runs.length > 1 && (
          <span className="head-tools">
            <RunChoice runs={runs} chosen={run?.id ?? ''} />
            <CommandButton command={compareRuns} title="Runs side by side">
              Compare
            </CommandButton>
          </span>
        )}
      </header>
      <TrainingForm isBusy={runs.some(isActive)} />
      <Queue runs={runs} shown={run?.id ?? ''} />
      <WorkersLine />
      <ServersLine />
      {run !== undefined && (
        <p className="run-name dim small-text">
          <ModelName id={run.model} />
          {run.pattern === null ? '' : ` · ${run.pattern}`} · {shortDateTime(Date.parse(run.created_at))}
        </p>
      )}
      {run !== undefined && isActive(run) && <RunProgress run={run} />}
      {run !== undefined && !isActive(run) && <RunResult run={run} />}
    </section>
  )
}

function RunChoice({ runs, chosen }: { runs: readonly TrainingRunOut[]; chosen: string }) {
  return (
    <select
      className="run-choice"
      aria-label="Which run to show"
      value={chosen}
      onChange={(event) => store.set({ shownRun: event.target.value })}
    >
      {runs.map((run) => (
        <option key={run.id} value={run.id}>
          {shortDateTime(Date.parse(run.created_at))} {run.model} {run.status.toLowerCase()}
        </option>
      ))}
    </select>
  )
}
