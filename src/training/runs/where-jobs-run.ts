// Where the jobs of a run are done: in processes here, or by workers on any machines where the rooms are in a PostgreSQL and some are there.
import type { ChildProcess } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import { coresOf, isClosedForm, type ModelDefinition } from '../../models/model.ts'
import type { KnownRows } from '../../moments/known-rows.ts'
import { coresOfFirst, type CoresOfFirst } from '../jobs/first-alone.ts'
import { localJobs } from '../jobs/local-jobs.ts'
import { parallelJobs, startJobProcess } from '../jobs/parallel-jobs.ts'
import type { RunJobs } from '../jobs/run-jobs.ts'
import type { ToWorker } from './messages.ts'

type Order = Extract<ToWorker, { kind: 'start' }>

export interface JobsPlace {
  readonly runJobs: RunJobs
  /** Jobs done at a time, for the time left. */
  readonly processes: number
  /** Workers have other runs' jobs to do: with them it has none. */
  readonly coresOfFirst: CoresOfFirst
  /** Kinds of machine that workers did jobs on so far, each once. */
  readonly machines: ReadonlySet<string>
}

const NONE: CoresOfFirst = () => 0

interface Ends {
  readonly signal: AbortSignal
  readonly pause: AbortSignal
}

/** Processes for the jobs, which begin while the data are read; none where others may do them, or none is needed. */
export function beginProcesses(order: Order, model: ModelDefinition): ChildProcess[] {
  if (isClosedForm(model) || order.database.postgres !== null) return []
  const { modelsModule, model: id, state: folder } = order
  return Array.from({ length: processesOf(order) }, () =>
    startJobProcess({ modelsModule, model: id, folder }),
  )
}

function processesOf({ parallel }: Order): number {
  return parallel ?? availableParallelism()
}

/**
 * @param known rows for a model that is solved at once, which takes less time than a process of its own needs to begin
 * @param begun as `beginProcesses` gave them
 */
export async function jobsPlace(
  order: Order,
  model: ModelDefinition,
  ends: Ends,
  { known, begun }: { readonly known: KnownRows; readonly begun: readonly ChildProcess[] },
): Promise<JobsPlace> {
  const processes = processesOf(order)
  if (isClosedForm(model)) {
    const signal = AbortSignal.any([ends.signal, ends.pause])
    const runJobs = localJobs(model, { signal, known })
    return { runJobs, processes, coresOfFirst: NONE, machines: new Set() }
  }
  const { modelsModule, model: id, state: folder, database } = order
  const alone = (jobs: number) =>
    coresOfFirst(jobs, processes, coresOf(model, order.parameters.batch_size ?? undefined))
  const runJobs = parallelJobs(
    { processes, modelsModule, model: id, coresOfFirst: alone, folder, ...ends },
    begun,
  )
  const here = { runJobs, processes, coresOfFirst: alone, machines: new Set<string>() }
  return database.postgres === null ? here : byWorkers(order, database.postgres, here, ends)
}

/** A model that no other machine has is trained here. */
async function byWorkers(order: Order, url: string, here: JobsPlace, ends: Ends): Promise<JobsPlace> {
  const { modelsModule, model, state: folder } = order
  // Whoever has no PostgreSQL does not wait for the queue's code.
  const { withinPackage } = await import('../queue/models-module.ts')
  const path = withinPackage(modelsModule)
  if (path === null) return here
  const { queuedJobs, workersCan } = await import('../queue/queued-jobs.ts')
  const machines = new Set<string>()
  const ofWorkers = await workersCan(url)
  const onMachine = (kind: string) => void machines.add(kind)
  const place = { url, id: basename(folder), folder, modelsModule: path, model, local: here.runJobs }
  return {
    runJobs: queuedJobs({ ...place, ...ends, onMachine }),
    processes: ofWorkers || here.processes,
    coresOfFirst: ofWorkers === 0 ? here.coresOfFirst : NONE,
    machines,
  }
}

/** What is to be said of a run whose jobs were done on machines of several kinds; nothing of one. */
export function mixedMachines(kinds: ReadonlySet<string>): string[] {
  if (kinds.size < 2) return []
  const list = [...kinds].toSorted().join('; ')
  return [
    `Workers on ${kinds.size} kinds of machines did the jobs of this run (${list}). The same run again may differ in the last bits of its numbers; for the same bytes let workers of one kind do it.`,
  ]
}
