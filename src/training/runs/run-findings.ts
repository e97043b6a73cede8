// What is amiss with the results of training runs: runs that the database has lost, results that can not be read.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { TrainingRunOut } from '../../contract/training.ts'
import { Checker } from '../../core/checker.ts'
import type { Database } from '../../core/database.ts'
import { messageOf } from '../../core/errors.ts'
import { readOwnFile } from '../../core/files.ts'
import type { Finding } from '../../core/finding.ts'
import type { Workspace } from '../../core/workspace.ts'
import { RunStore } from './run-store.ts'

const schema = new Checker(TrainingRunOut)
const FIELDS = Object.keys(TrainingRunOut.properties)
const RESULT = /^([\w-]+)\.json$/

/** Of the files; a run whose result was never written says so itself among its warnings. */
export async function runFindings({
  database,
  workspace,
}: {
  database: Database
  workspace: Workspace
}): Promise<Finding[]> {
  const store = new RunStore(database)
  const lost: TrainingRunOut[] = []
  const found: Finding[] = []
  for (const id of await resultIds(workspace.trainingResults)) {
    const read = await readResult(join(workspace.trainingResults, `${id}.json`))
    const isKnown = (await store.get(id)) !== null
    if ('fault' in read) found.push(unreadable(id, read.fault))
    else if (!isKnown) lost.push(read.run)
  }
  // In the order in which they were asked for, so that lists have it, too.
  const inOrder = lost.toSorted((a, b) => a.created_at.localeCompare(b.created_at))
  return [...found, ...inOrder.map((run) => lostRun(store, run))]
}

async function resultIds(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [] as string[])
  return names.flatMap((name) => RESULT.exec(name)?.[1] ?? []).toSorted()
}

async function readResult(path: string): Promise<{ run: TrainingRunOut } | { fault: string }> {
  try {
    const value = JSON.parse((await readOwnFile(path)).toString()) as Record<string, unknown>
    const run = Object.fromEntries(FIELDS.filter((name) => name in value).map((name) => [name, value[name]]))
    if (schema.check(run)) return { run }
    const [first] = schema.faults(run)
    return { fault: `it is not as expected: ${first?.instancePath ?? ''} ${first?.message ?? ''}` }
  } catch (error) {
    return { fault: messageOf(error) }
  }
}

function unreadable(id: string, fault: string): Finding {
  return {
    part: 'training_run',
    name: id,
    fault: `its result file can not be read: ${fault}`,
    advice: 'Put the file back from a backup. Its checkpoint is not concerned.',
  }
}

function lostRun(store: RunStore, run: TrainingRunOut): Finding {
  return {
    part: 'training_run',
    name: run.id,
    fault: 'its result is there, and the run is not in the database',
    advice: '--repair lists it again, from its result.',
    repair: async () => {
      await store.insert({ body: { model: run.model }, run })
      return 'listed again, from its result'
    },
  }
}
