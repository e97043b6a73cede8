// U: runs side by side. Loss curves, metrics, parameters, and how the data they learned from differ.
import { useEffect, useState } from 'react'
import type { RunsCompared } from '../../contract/runs-compared.ts'
import type { TrainingRunOut } from '../../contract/training.ts'
import { toggleCompared } from '../actions/compare.ts'
import { api } from '../state/api.ts'
import { Dialog, DialogHead } from '../controls/dialog.tsx'
import { shortDateTime } from '../state/format.ts'
import { useApp } from '../state/app-state.ts'
import { ModelName } from '../training/queue.tsx'
import { CompareCurves } from './compare-curves.tsx'
import { DataTable, MetricTable, ParameterTable } from './compare-tables.tsx'
import { letterOf } from './compare-words.ts'

export function CompareDialog() {
  const runs = useApp((state) => state.runs)
  const compared = useApp((state) => state.compared)
  const found = useCompared(compared)
  return (
    <Dialog name="compare" label="Runs side by side" className="evaluation" takesFocus>
      <DialogHead
        title="Runs side by side"
        beside={<span className="dim">The first is what the others are held against.</span>}
      />
      <div className="compare-body">
        <ul className="list plain compare-runs">
          {runs.map((run) => (
            <RunRow key={run.id} run={run} place={compared.indexOf(run.id)} />
          ))}
        </ul>
        <div className="compare-tables" role="region" aria-label="Figures side by side" tabIndex={0}>
          {typeof found === 'string' ? <p className="empty">{found}</p> : <Compared of={found} />}
        </div>
      </div>
    </Dialog>
  )
}

function RunRow({ run, place }: { run: TrainingRunOut; place: number }) {
  return (
    <li>
      <label className="compare-run">
        <input type="checkbox" checked={place >= 0} onChange={() => toggleCompared(run.id)} />
        <span className={`run-letter run-${place}`}>{place < 0 ? '' : letterOf(place)}</span>
        <span className="row-main">
          <span>
            <ModelName id={run.model} /> <b>{run.checkpoint ?? ''}</b>
          </span>
          <span className="row-sub">
            {shortDateTime(Date.parse(run.created_at))} {run.status.toLowerCase()}
          </span>
        </span>
      </label>
    </li>
  )
}

function Compared({ of }: { of: RunsCompared }) {
  return (
    <>
      <CompareCurves runs={of.runs} />
      <MetricTable runs={of.runs} metrics={of.metrics} />
      <ParameterTable runs={of.runs} parameters={of.parameters} />
      <DataTable runs={of.runs} data={of.data} />
    </>
  )
}

/** What the server makes of the chosen runs, or words while there is nothing. */
function useCompared(ids: readonly string[]): RunsCompared | string {
  const [found, keep] = useState<RunsCompared | string>('Reading …')
  useEffect(() => {
    if (ids.length < 2) return
    let isGone = false
    const put = (value: RunsCompared | string) => {
      if (!isGone) keep(value)
    }
    api
      .compareRuns(ids)
      .then(put, (error: unknown) => put(error instanceof Error ? error.message : String(error)))
    return () => void (isGone = true)
  }, [ids])
  return ids.length < 2 ? 'Choose two runs or more at the left.' : found
}
