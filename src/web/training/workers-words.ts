// Who does jobs of training runs on other processes and machines, in words.
import type { TrainingRunOut } from '../../contract/training.ts'
import type { WorkerOut } from '../../contract/workers.ts'
import { plural } from '../state/format.ts'

type Job = WorkerOut['jobs'][number]
type Run = Pick<TrainingRunOut, 'id' | 'model'>

/** `2 workers, 3 of 4 processes busy`; `version` is the server's: those of another do none of its jobs, and are not counted as busy or free. */
export function summaryOf(workers: readonly WorkerOut[], version: string): string {
  const ours = workers.filter((worker) => worker.version === version)
  const busy = ours.reduce((sum, worker) => sum + countOf(worker), 0)
  const processes = ours.reduce((sum, worker) => sum + worker.processes, 0)
  return `${plural(workers.length, 'worker')}, ${busy} of ${plural(processes, 'process', 'processes')} busy`
}

function countOf({ jobs, backtests, exports, moments }: WorkerOut): number {
  return [jobs, backtests, exports, moments].reduce((sum, { length }) => sum + length, 0)
}

/** The machine; with the process where several are on one: `desk-7 (4112)`. */
export function nameOf({ host, pid }: WorkerOut, workers: readonly WorkerOut[]): string {
  return workers.filter((worker) => worker.host === host).length > 1 ? `${host} (${pid})` : host
}

/** `checkpoint, folds 3 and 4`; of several runs `cnn fold 3, transformer checkpoint`. `runs`: those that the page knows. */
export function doesWhat(
  { jobs, backtests, exports, moments, version }: WorkerOut,
  runs: readonly Run[],
  server: string,
): string {
  if (version !== server) return `version ${version}: does no jobs of this server`
  const tests = backtests.length === 0 ? [] : [plural(backtests.length, 'backtest')]
  const files = exports.length === 0 ? [] : [plural(exports.length, 'export')]
  const rows = moments.length === 0 ? [] : ['rows of moments']
  return [...trainings(jobs, runs), ...tests, ...files, ...rows].join(', ') || 'waits for jobs'
}

function trainings(jobs: readonly Job[], runs: readonly Run[]): string[] {
  const ids = [...new Set(jobs.map(({ run }) => run))]
  return ids.map((id) => {
    const words = jobsText(jobs.filter(({ run }) => run === id))
    return ids.length === 1 ? words : `${modelOf(id, runs)} ${words}`
  })
}

function jobsText(jobs: readonly Job[]): string {
  const numbers = jobs.map(({ number }) => number).toSorted((a, b) => a - b)
  const folds = numbers.filter((number) => number > 0)
  return [...(numbers.includes(0) ? ['checkpoint'] : []), ...foldsText(folds)].join(', ')
}

function foldsText(folds: readonly number[]): string[] {
  if (folds.length === 0) return []
  if (folds.length === 1) return [`fold ${folds[0]}`]
  return [`folds ${folds.slice(0, -1).join(', ')} and ${folds.at(-1)}`]
}

function modelOf(id: string, runs: readonly Run[]): string {
  return runs.find((run) => run.id === id)?.model ?? 'another run:'
}

/** What kind of machine, for who wants to know. */
export function machineText({ platform, cpu, features, processes }: WorkerOut): string {
  const each = plural(processes, 'job')
  return `${each} at a time, on ${platform}, ${cpu}${features.length === 0 ? '' : ` (${features.join(' ')})`}`
}
