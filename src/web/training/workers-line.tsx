// Who does the jobs of trainings beside the server, and which: there where a worker is, on any machine.
import { useApp } from '../state/app-state.ts'
import { doesWhat, machineText, nameOf, summaryOf } from './workers-words.ts'

/** So many are shown without being asked for. */
const FEW = 3

export function WorkersLine() {
  const workers = useApp((state) => state.workers)
  const runs = useApp((state) => state.runs)
  const version = useApp((state) => state.health?.version)
  if (workers.length === 0 || version === undefined) return null
  return (
    <details className="workers" data-testid="workers" open={workers.length <= FEW}>
      <summary>{summaryOf(workers, version)}</summary>
      <ul aria-label="Workers">
        {workers.map((worker) => (
          <li key={worker.id} title={machineText(worker)}>
            {nameOf(worker, workers)} <span className="dim">{doesWhat(worker, runs, version)}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}
